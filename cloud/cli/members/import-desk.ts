import { z } from 'zod';
import { type ImportReading, readImportCells } from '../../core/member/import-cells.ts';
import type { ImportRow } from '../../core/member/import-row.ts';
import { type Client, read } from '../client.ts';
import type { CsvRecord } from '../csv/parse.ts';
import { bareText } from '../csv/write.ts';
import type { RejectFile } from './reject-file.ts';

const Outcome = z.object({
  created: z.number(),
  updated: z.number(),
  unchanged: z.number(),
  rejected: z.array(z.object({ line: z.number(), code: z.string(), detail: z.string() })),
});

/** Rows that travel together: one transaction of the server, a few hundred bytes each. */
const AT_ONCE = 500;
/** A part of long rows is cut earlier: the server takes bodies up to 1 MB, and a character may be three bytes. */
const MOST_CHARACTERS = 250_000;

/** What became of the rows so far. */
export interface Tally {
  rows: number;
  created: number;
  updated: number;
  unchanged: number;
  rejected: number;
  /** By code, with the line of the first. */
  readonly reasons: Map<string, { many: number; readonly line: number; readonly detail: string }>;
}

/** Reads row after row and sends them in parts; the next part is read while the server works on the one before. */
export function importDesk(deps: {
  readonly client: Client;
  readonly fields: readonly (string | undefined)[];
  readonly reading: ImportReading;
  readonly rejects: RejectFile | undefined;
  readonly tally: Tally;
  readonly dryRun: boolean;
  readonly why: string | undefined;
}) {
  const { client, fields, reading, rejects, tally, dryRun, why } = deps;
  /** The line each identity stood on first. */
  const seen = new Map<string, number>();
  let batch: { readonly row: ImportRow; readonly cells: readonly string[] }[] = [];
  let characters = 0;
  let underway: Promise<void> = Promise.resolve();

  const refuse = (cells: readonly string[], line: number, code: string, detail: string): void => {
    tally.rejected += 1;
    const known = tally.reasons.get(code);
    if (known === undefined) tally.reasons.set(code, { many: 1, line, detail });
    else known.many += 1;
    rejects?.add({ cells, line, code, detail });
  };
  const send = async (part: typeof batch): Promise<void> => {
    const body = { rows: part.map(({ row }) => row), dryRun, why };
    const { rejected, ...counts } = read(Outcome, await client.post('/v1/members/import', body));
    for (const outcome of ['created', 'updated', 'unchanged'] as const) tally[outcome] += counts[outcome];
    const cellsOf = new Map(part.map(({ row, cells }) => [row.line, cells]));
    for (const { line, code, detail } of rejected) refuse(cellsOf.get(line) ?? [], line, code, detail);
  };
  const flush = async (): Promise<void> => {
    await underway;
    const part = batch;
    batch = [];
    characters = 0;
    if (part.length > 0) underway = send(part);
    // Whoever waits for it next is told; until then it is nobody's.
    underway.catch(() => undefined);
  };

  return {
    async take({ line, cells: raw }: CsvRecord): Promise<void> {
      const cells = raw.map(bareText);
      if (cells.every((cell) => cell.trim() === '')) return;
      tally.rows += 1;
      if (raw.slice(fields.length).some((cell) => cell !== '')) {
        return refuse(raw, line, 'bad_row', `this row has ${raw.length} cells, the titles are ${fields.length}`);
      }
      const given = fields.flatMap((field, at) => (field === undefined ? [] : [[field, cells[at] ?? ''] as const]));
      const asked = readImportCells(line, new Map(given), reading);
      if (!asked.ok) return refuse(raw, line, asked.reject.code, asked.reject.detail);
      const row = asked.value;
      const names = [
        row.member ?? [],
        row.identities.map(({ kind, issuer, subject }) => `${kind} ${issuer} ${subject}`),
      ].flat();
      const before = names.flatMap((name) => seen.get(name) ?? [])[0];
      if (before !== undefined) return refuse(raw, line, 'duplicate_row', `line ${before} is about the same person`);
      for (const name of names) seen.set(name, line);
      batch.push({ row, cells: raw });
      characters += JSON.stringify(row).length;
      if (batch.length >= AT_ONCE || characters > MOST_CHARACTERS) await flush();
    },
    async end(): Promise<void> {
      await flush();
      await underway;
    },
  };
}
