import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { z } from 'zod';
import { Problem } from '../core/problem.ts';

/**
 * A backup is text, one JSON value a line, in gzip; the same whichever database it came from:
 *
 *   {"format":"pharos-backup","v":1,"at":…,"migrations":[…]}        what wrote it, and the schema it has
 *   {"table":"store","columns":["id",…]}                            then a row a line, as arrays in this order
 *   ["taipei-1",…,{"bytes":"<base64>"}]
 *   {"end":true,"rows":…,"sha256":"…"}                              over all lines before, each with its line feed
 */
export const BackupHeader = z.object({
  format: z.literal('pharos-backup'),
  v: z.literal(1),
  /** When it was taken, UTC milliseconds. */
  at: z.number(),
  /** Names of the migrations its schema has gone through. */
  migrations: z.array(z.string()).min(1),
  /** The key of what is sealed in it, in hex; only where that was asked for. */
  vaultKey: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
});
export type BackupHeader = z.infer<typeof BackupHeader>;

const TableLine = z.object({ table: z.string(), columns: z.array(z.string()).min(1) });
const EndLine = z.object({ end: z.literal(true), rows: z.number(), sha256: z.string() });

export type Cell = string | number | null | Uint8Array;

export type BackupPart =
  | { readonly kind: 'header'; readonly header: BackupHeader }
  | { readonly kind: 'table'; readonly table: string; readonly columns: readonly string[] }
  | { readonly kind: 'row'; readonly cells: readonly Cell[] };

const encodeCell = (cell: Cell): unknown =>
  cell instanceof Uint8Array
    ? { bytes: Buffer.from(cell.buffer, cell.byteOffset, cell.length).toString('base64') }
    : cell;

/** Turns parts into text, closes it with the checksum. */
export function createBackupText() {
  const hash = createHash('sha256');
  let rows = 0;
  const line = (value: unknown): string => {
    const text = `${JSON.stringify(value)}\n`;
    hash.update(text);
    return text;
  };
  return {
    header: (header: BackupHeader): string => line(header),
    table: (table: string, columns: readonly string[]): string => line({ table, columns }),
    row(cells: readonly Cell[]): string {
      rows += 1;
      return line(cells.map(encodeCell));
    },
    end: (): string => `${JSON.stringify({ end: true, rows, sha256: hash.digest('hex') })}\n`,
  };
}

/** Reads a backup part by part, to its checksum. Throws {@link Problem} for whatever is no whole backup. */
export async function* readBackup(path: string): AsyncGenerator<BackupPart> {
  const hash = createHash('sha256');
  let rows = 0;
  let lineNumber = 0;
  let width = 0;
  let ended = false;
  for await (const text of linesOf(path)) {
    lineNumber += 1;
    const bad = (what: string): Problem => notWhole(path, `line ${lineNumber}: ${what}`);
    if (ended) throw bad('something follows the end');
    const value = parseLine(text, bad);
    if (lineNumber === 1) {
      const header = BackupHeader.safeParse(value);
      if (!header.success) throw bad('this is not the beginning of a backup of Pharos');
      yield { kind: 'header', header: header.data };
    } else if (Array.isArray(value)) {
      if (value.length !== width) throw bad(`a row of ${value.length} where ${width} columns were announced`);
      rows += 1;
      yield { kind: 'row', cells: value.map((cell) => decodeCell(cell, bad)) };
    } else if (EndLine.safeParse(value).success) {
      const end = EndLine.parse(value);
      if (end.rows !== rows || end.sha256 !== hash.digest('hex')) throw bad('the checksum does not match');
      ended = true;
      continue;
    } else {
      const table = TableLine.safeParse(value);
      if (!table.success) throw bad('neither table, row nor end');
      width = table.data.columns.length;
      yield { kind: 'table', ...table.data };
    }
    hash.update(`${text}\n`);
  }
  if (!ended) throw notWhole(path, `it ends after ${lineNumber} lines without its last one`);
}

async function* linesOf(path: string): AsyncGenerator<string> {
  const file = createReadStream(path);
  const plain = createGunzip();
  file.on('error', (error) => plain.destroy(error));
  try {
    yield* createInterface({ input: file.pipe(plain), crlfDelay: Number.POSITIVE_INFINITY });
  } catch (error) {
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('Z_')) {
      throw notWhole(path, error.message);
    }
    throw error;
  } finally {
    file.destroy();
    plain.destroy();
  }
}

function parseLine(text: string, bad: (what: string) => Problem): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw bad('not JSON');
  }
}

function decodeCell(cell: unknown, bad: (what: string) => Problem): Cell {
  if (cell === null || typeof cell === 'string' || typeof cell === 'number') return cell;
  if (typeof cell === 'object' && 'bytes' in cell && typeof cell.bytes === 'string') {
    return Buffer.from(cell.bytes, 'base64');
  }
  throw bad('a value of no known kind');
}

const notWhole = (path: string, what: string): Problem =>
  new Problem('invalid', 'bad_backup', `${path} is not a whole backup: ${what}`, {
    where: path,
    remedy: 'take another copy of the file, or an earlier backup; nothing was changed',
  });
