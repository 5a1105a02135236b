import { z } from 'zod';

/**
 * What a board needs so that a node runs on it for years: settings of files in `firmware-config/boards`, each with its
 * reason. Boards share settings by including others; a file without `match` is only there to be included.
 */

const why = z.string().min(1).describe('the failure this prevents, for whoever finds the setting later');
const source = z.string().min(1).optional().describe('where that is known from');
const oneLine = z.string().regex(/^[^\n]+$/, 'one line');
/** Below `/etc`, where a package's own files are never overwritten. */
const etcPath = z
  .string()
  .regex(/^\/etc\/[\w./-]+$/, 'a path below /etc')
  .refine((path) => !path.includes('..'));

export const BoardSetting = z.discriminatedUnion('kind', [
  z
    .strictObject({ kind: z.literal('config-line'), line: oneLine, why, source })
    .describe("a line of the Raspberry Pi firmware's config.txt"),
  z
    .strictObject({ kind: z.literal('config-without'), line: oneLine, why, source })
    .describe('a line config.txt must not have; it is commented out'),
  z
    .strictObject({ kind: z.literal('cmdline'), word: z.string().regex(/^\S+$/, 'one word'), why, source })
    .describe('a word of the kernel command line in cmdline.txt'),
  z
    .strictObject({ kind: z.literal('file'), path: etcPath, content: z.string().min(1), why, source })
    .describe('a whole file of ours'),
  z
    .strictObject({ kind: z.literal('unit'), enable: z.string().regex(/^[\w@.-]+\.(service|timer)$/), why, source })
    .describe('a unit of the system that must be enabled'),
]);
export type BoardSetting = z.infer<typeof BoardSetting>;

export const Board = z.strictObject({
  v: z.literal(1),
  name: z.string().min(1),
  match: z
    .strictObject({
      model: z.string().min(1).describe('regular expression for /proc/device-tree/model, from its beginning'),
    })
    .optional(),
  include: z.array(z.string()).default([]).describe('other board files whose settings come first'),
  settings: z.array(BoardSetting).default([]),
  advice: z
    .array(z.strictObject({ what: z.string().min(1), why, source }))
    .default([])
    .describe('what no file can set'),
});
export type Board = z.infer<typeof Board>;

/** Boards by the name of their file, without `.yaml`. */
export type Boards = ReadonlyMap<string, Board>;

export const GENERIC = 'generic';

/** The JSON Schema that editors use for boards. */
export const boardJsonSchema = (): object => z.toJSONSchema(Board, { io: 'input', target: 'draft-7' });

/** The key of the board with that model; without one, or with one nobody described, the generic board. */
export function boardOfModel(model: string | undefined, boards: Boards): string {
  if (model === undefined) return GENERIC;
  for (const [key, { match }] of boards) {
    if (match !== undefined && new RegExp(`^(?:${match.model})`).test(model)) return key;
  }
  return GENERIC;
}

/** All settings and advice of a board, included ones first, each board once. Throws where a name is unknown. */
export function settingsOf(
  keys: readonly string[],
  boards: Boards,
): { readonly settings: readonly BoardSetting[]; readonly advice: Board['advice'] } {
  const seen = new Set<string>();
  const order: Board[] = [];
  const visit = (key: string): void => {
    if (seen.has(key)) return;
    seen.add(key);
    const board = boards.get(key);
    if (board === undefined) throw new Error(`no board is called ${key}; there are ${[...boards.keys()].join(', ')}`);
    board.include.forEach(visit);
    order.push(board);
  };
  keys.forEach(visit);
  return { settings: order.flatMap(({ settings }) => settings), advice: order.flatMap(({ advice }) => advice) };
}
