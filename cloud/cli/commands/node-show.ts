import { z } from 'zod';
import { connect, read } from '../client.ts';
import { textsFor, wordFor } from '../language.ts';
import { NODE_WORDS, type NodeWords } from '../node-words.ts';
import { printJson, printTable, type Shell } from '../shell.ts';
import { isoTime } from '../time.ts';
import { nodeState } from './node-list.ts';

const Values = z.record(z.string(), z.unknown());
export const CommandAnswer = z.object({
  id: z.string(),
  node: z.string(),
  command: z.string(),
  state: z.string(),
  createdAt: z.number(),
  detail: z.string().optional(),
  data: Values.optional(),
});
export type CommandTold = z.infer<typeof CommandAnswer>;

/** `GET /v1/nodes/{id}`, as far as these commands look at it. */
export const NodeAnswer = z.object({
  id: z.string(),
  store: z.string(),
  zone: z.string(),
  online: z.boolean(),
  enrolled: z.boolean(),
  seenAt: z.number().optional(),
  desired: z.object({ version: z.number(), config: Values }),
  reported: z
    .object({
      version: z.number(),
      state: z.string(),
      config: Values,
      pinned: z.array(z.string()).optional(),
      reason: z.object({ code: z.string(), detail: z.string() }).optional(),
    })
    .optional(),
  commands: z.array(CommandAnswer),
});
export type NodeTold = z.infer<typeof NodeAnswer>;

export const nodePath = (id: string): string => `/v1/nodes/${encodeURIComponent(id)}`;

/** `pharos node show <id>` */
export async function nodeShow(shell: Shell, id: string): Promise<void> {
  const answer = await connect(shell).get(nodePath(id));
  if (shell.json) return printJson(shell, answer);
  const node = read(NodeAnswer, answer);
  const words = textsFor(shell, NODE_WORDS);
  const seen = node.seenAt === undefined ? '' : words.seen(isoTime(node.seenAt));
  printTable(shell, [
    [words.facts.node, node.id],
    [words.facts.store, `${node.store}, ${node.zone}`],
    [words.facts.state, `${nodeState(node, words)}${seen}`],
    [words.facts.config, configWords(node, words)],
    ...reasonsOf(node).map((reason) => [words.facts.why, reason]),
  ]);
  printConfig(shell, node);
  for (const { id: command, command: name, state, createdAt, detail } of node.commands) {
    const told = [
      command,
      name,
      wordFor(words.states, state),
      isoTime(createdAt),
      ...(detail === undefined ? [] : [detail]),
    ];
    shell.out(`${told.join('  ')}\n`);
  }
}

/** Why a configuration is not in effect, each reason by itself. */
export const reasonsOf = ({ reported }: Pick<NodeTold, 'reported'>): string[] =>
  (reported?.reason?.detail ?? '').split('; ').filter(Boolean);

/** Every key with what is wanted and what is in effect. */
export function printConfig(shell: Shell, { desired, reported }: NodeTold): void {
  const keys = [...new Set([...Object.keys(desired.config), ...Object.keys(reported?.config ?? {})])].sort();
  if (keys.length === 0) return;
  const words = textsFor(shell, NODE_WORDS);
  const text = (value: unknown): string =>
    value === undefined ? '-' : typeof value === 'string' ? value : JSON.stringify(value);
  printTable(shell, [
    words.configColumns,
    ...keys.map((key) => [
      key,
      text(desired.config[key]),
      text(reported?.config[key]),
      reported?.pinned?.includes(key) === true ? words.pinned : '',
    ]),
  ]);
}

/** In a few words how far the node is with what is wanted. */
export function configWords({ desired, reported }: NodeTold, words: NodeWords): string {
  if (desired.version === 0) return words.notWanted;
  if (reported === undefined || reported.version < desired.version) return words.notHeard(desired.version);
  return words.version(reported.version, wordFor(words.states, reported.state));
}
