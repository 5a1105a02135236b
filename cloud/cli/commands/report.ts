import { writeFileSync } from 'node:fs';
import { isWhen } from '../../core/report/span.ts';
import type { ReportKind } from '../../core/report/types.ts';
import { notAWhen } from '../arguments.ts';
import { connect, read } from '../client.ts';
import { ENGLISH } from '../explain/texts-en.ts';
import { TRADITIONAL_CHINESE } from '../explain/texts-zh-tw.ts';
import { EXIT, type ExitCode, Failure, misuse } from '../failure.ts';
import { faultSaid } from '../fault-words.ts';
import { type Texts, textsFor } from '../language.ts';
import { reportCsv } from '../report/csv.ts';
import { reportHtml } from '../report/html.ts';
import { tellReconciliation } from '../report/reconciled.ts';
import type { ReportWords } from '../report/story.ts';
import { tellReport } from '../report/table.ts';
import { REPORT_EN } from '../report/texts-en.ts';
import { REPORT_ZH_TW } from '../report/texts-zh-tw.ts';
import { ToldReconciliation, ToldReport } from '../report/told.ts';
import { printJson, type Shell } from '../shell.ts';

const WORDS: Texts<ReportWords> = {
  en: { texts: REPORT_EN, reasons: ENGLISH },
  'zh-TW': { texts: REPORT_ZH_TW, reasons: TRADITIONAL_CHINESE },
};

export interface ReportOptions {
  readonly by?: string;
  readonly since?: string;
  readonly until?: string;
  readonly csv?: boolean;
  readonly html?: string;
  readonly chart?: boolean;
  readonly definitions?: boolean;
}

/** `pharos report campaign|store|beacon`: what it came to. */
export async function report(
  shell: Shell,
  kind: ReportKind,
  ids: readonly string[],
  options: ReportOptions,
): Promise<void> {
  const { by, csv = false, html, chart = shell.terminal, definitions = false } = options;
  if (csv && shell.json) {
    throw misuse({ en: '--csv and --json cannot go together', 'zh-TW': '--csv 與 --json 只能擇一' });
  }
  const query = spanQuery(options);
  if (by !== undefined) query.set('by', by);
  if (ids.length > 0) query.set('ids', ids.join(','));
  const answer = await connect(shell).get(`/v1/reports/${kind}?${query}`);
  const told = read(ToldReport, answer);
  const words = textsFor(shell, WORDS);
  if (html !== undefined) {
    writePage(html, reportHtml(told, words, shell.language));
    shell.talk(`${words.texts.written(html)}\n`);
  }
  if (shell.json) return printJson(shell, answer);
  if (csv) return shell.out(reportCsv(told));
  if (html === undefined) tellReport(shell, told, words, { charts: chart, definitions });
}

/** `pharos report reconcile`: whether the rows agree. Fails where they do not. */
export async function reportReconcile(shell: Shell, options: ReportOptions): Promise<ExitCode> {
  const answer = await connect(shell).get(`/v1/reports/reconcile?${spanQuery(options)}`);
  const told = read(ToldReconciliation, answer);
  if (shell.json) printJson(shell, answer);
  else tellReconciliation(shell, told, textsFor(shell, WORDS).texts);
  return told.addsUp ? EXIT.done : EXIT.failed;
}

function spanQuery({ since, until }: ReportOptions): URLSearchParams {
  const query = new URLSearchParams();
  for (const [name, text] of Object.entries({ since, until })) {
    if (text === undefined) continue;
    if (!isWhen(text)) {
      throw misuse(notAWhen(`--${name}`, text));
    }
    query.set(name, text);
  }
  return query;
}

function writePage(file: string, page: string): void {
  try {
    writeFileSync(file, page);
  } catch (error) {
    throw new Failure(EXIT.failed, 'not_written', faultSaid(error), {
      where: '--html',
      remedy: {
        en: 'name a file in a folder that exists and that you may write to',
        'zh-TW': '請指定既有、可寫入的資料夾裡的檔案',
      },
    });
  }
}
