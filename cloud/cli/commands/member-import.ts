import { isTimeZone } from '../../core/calendar.ts';
import type { ImportReading } from '../../core/member/import-cells.ts';
import { HOME_REGION, isRegion } from '../../core/member/phone.ts';
import { notATimeZone } from '../arguments.ts';
import { connect } from '../client.ts';
import { EXIT, type ExitCode, misuse } from '../failure.ts';
import { textsFor, wordFor } from '../language.ts';
import { fieldsOf } from '../members/columns.ts';
import { importDesk, type Tally } from '../members/import-desk.ts';
import { IMPORT_TEXTS } from '../members/import-texts.ts';
import { openList } from '../members/list-file.ts';
import { openRejectFile } from '../members/reject-file.ts';
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
  const desk = importDesk({
    client,
    fields,
    reading,
    rejects,
    tally,
    dryRun: options.dryRun === true,
    why: options.why,
  });
  const bar = progressBar(shell, texts.working);
  let kept = false;
  let shown = -1;
  try {
    for await (const record of list.records) {
      await desk.take(record);
      // A line is written for every per cent, not for every row.
      const percent = Math.floor(list.share() * 100);
      if (percent > shown) bar.show(percent, 100);
      shown = Math.max(shown, percent);
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
  if (!isRegion(region))
    throw misuse({
      en: `--region must be two letters such as TW, not "${region}"`,
      'zh-TW': `--region 要是兩個字母，例如 TW，不能是「${region}」`,
    });
  if (!isTimeZone(timeZone)) throw misuse(notATimeZone(timeZone));
  return { region, timeZone };
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
