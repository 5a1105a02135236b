import { z } from 'zod';
import { epochMs } from '../../../protocol/units.ts';
import { isTimeZone } from '../../core/calendar.ts';
import { type ImportReading, readImportCells } from '../../core/member/import-cells.ts';
import type { ImportRow } from '../../core/member/import-row.ts';
import { HOME_REGION, isRegion } from '../../core/member/phone.ts';
import { type Client, connect, read } from '../client.ts';
import type { CsvRecord } from '../csv/parse.ts';
import { bareText } from '../csv/write.ts';
import { EXIT, type ExitCode, misuse } from '../failure.ts';
import { textsFor, wordFor } from '../language.ts';
import { fieldsOf } from '../members/columns.ts';
import { IMPORT_TEXTS } from '../members/import-texts.ts';
import { openList } from '../members/list-file.ts';
import { openRejectFile, type RejectFile } from '../members/reject-file.ts';
import { progressBar } from '../progress.ts';
import { printJson, printTable, type Shell } from '../shell.ts';

export interface MemberImportOptions {
  readonly dryRun?: boolean;
  readonly reject?: string;
  readonly map?: readonly string[];
  readonly region?: string;
  readonly timeZone?: string;
  readonly encoding?: string;
  readonly why?: string;
}

const Outcome = z.object({
  created: z.number(),
  updated: z.number(),
  unchanged: z.number(),
  rejected: z.array(z.object({ line: z.number(), code: z.string(), detail: z.string() })),
});

/** Rows that travel together: one transaction of the server, a few hundred bytes each. */
const AT_ONCE = 500;

interface Tally {
  rows: number;
  created: number;
  updated: number;
  unchanged: number;
  rejected: number;
  /** By code, with the line of the first. */
  readonly reasons: Map<string, { many: number; readonly line: number; readonly detail: string }>;
}

/** `pharos member import <file.csv>`: takes in a list. Exit 1 where rows were rejected; the rest is in all the same. */
export async function memberImport(shell: Shell, file: string, options: MemberImportOptions): Promise<ExitCode> {
  const texts = textsFor(shell, IMPORT_TEXTS);
  const reading = readingOf(options);
  const list = await openList(file, options.encoding);
  const fields = fieldsOf(list.titles, options.map ?? []);
  const client = connect(shell);
  const rejects =
    options.reject === undefined ? undefined : openRejectFile(options.reject, list.titles, list.separator);
  const tally: Tally = { rows: 0, created: 0, updated: 0, unchanged: 0, rejected: 0, reasons: new Map() };
  const desk = importDesk({ client, fields, reading, rejects, tally, options });
  const bar = progressBar(shell, texts.working);
  let kept = false;
  try {
    for await (const record of list.records) {
      await desk.take(record);
      bar.show(list.share(), 1);
    }
    await desk.end();
    kept = rejects?.keep() ?? false;
  } catch (error) {
    bar.end();
    if (options.dryRun !== true && tally.created + tally.updated > 0) {
      shell.talk(`${texts.stopped(tally.created + tally.updated + tally.unchanged)}\n`);
    }
    throw error;
  } finally {
    bar.end();
    rejects?.drop();
  }
  tell(shell, file, tally, options, kept);
  return tally.rejected === 0 ? EXIT.done : EXIT.failed;
}

function readingOf({ region = HOME_REGION, timeZone = 'Asia/Taipei' }: MemberImportOptions): ImportReading {
  if (!isRegion(region)) throw misuse(`--region must be two letters such as TW, not "${region}"`);
  if (!isTimeZone(timeZone)) throw misuse(`--time-zone must be an IANA name such as Asia/Taipei, not "${timeZone}"`);
  return { region, timeZone, now: epochMs(Date.now()) };
}

/** Reads row after row and sends them in parts; the next part is read while the server works on the one before. */
function importDesk(deps: {
  readonly client: Client;
  readonly fields: readonly (string | undefined)[];
  readonly reading: ImportReading;
  readonly rejects: RejectFile | undefined;
  readonly tally: Tally;
  readonly options: MemberImportOptions;
}) {
  const { client, fields, reading, rejects, tally, options } = deps;
  /** The line each identity stood on first. */
  const seen = new Map<string, number>();
  let batch: { readonly row: ImportRow; readonly cells: readonly string[] }[] = [];
  let underway: Promise<void> = Promise.resolve();

  const refuse = (cells: readonly string[], line: number, code: string, detail: string): void => {
    tally.rejected += 1;
    const known = tally.reasons.get(code);
    if (known === undefined) tally.reasons.set(code, { many: 1, line, detail });
    else known.many += 1;
    rejects?.add({ cells, line, code, detail });
  };
  const send = async (part: typeof batch): Promise<void> => {
    const body = { rows: part.map(({ row }) => row), dryRun: options.dryRun === true, why: options.why };
    const { rejected, ...counts } = read(Outcome, await client.post('/v1/members/import', body));
    for (const outcome of ['created', 'updated', 'unchanged'] as const) tally[outcome] += counts[outcome];
    const cellsOf = new Map(part.map(({ row, cells }) => [row.line, cells]));
    for (const { line, code, detail } of rejected) refuse(cellsOf.get(line) ?? [], line, code, detail);
  };
  const flush = async (): Promise<void> => {
    await underway;
    const part = batch;
    batch = [];
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
      if (batch.length >= AT_ONCE) await flush();
    },
    async end(): Promise<void> {
      await flush();
      await underway;
    },
  };
}

function tell(
  shell: Shell,
  file: string,
  tally: Tally,
  { dryRun = false, reject }: MemberImportOptions,
  kept: boolean,
): void {
  const { reasons, ...counts } = tally;
  if (shell.json) {
    const byCode = Object.fromEntries([...reasons].map(([code, { many }]) => [code, many]));
    printJson(shell, { v: 1, file, dryRun, ...counts, reasons: byCode, ...(kept && { rejectFile: reject }) });
    return;
  }
  const texts = textsFor(shell, IMPORT_TEXTS);
  printTable(shell, [
    ...(['rows', 'created', 'updated', 'unchanged', 'rejected'] as const).map((name) => [
      texts.outcomes[name],
      String(counts[name]),
      '',
      '',
    ]),
    ...[...reasons]
      .sort(([, a], [, b]) => b.many - a.many)
      .map(([code, { many, line, detail }]) => [
        `  ${wordFor(texts.reasons, code)}`,
        ...[String(many), `${texts.first(line)}`, detail],
      ]),
  ]);
  if (dryRun) shell.talk(`${texts.dryRun}\n`);
  if (tally.rejected === 0) return;
  shell.talk(`${kept ? texts.rejectFile(reject ?? '') : texts.wantRejectFile}\n`);
}
