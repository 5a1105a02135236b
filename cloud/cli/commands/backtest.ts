import { z } from 'zod';
import { parseSince } from '../arguments.ts';
import { BacktestAnswer } from '../backtest/answer.ts';
import { TEXTS } from '../backtest/texts.ts';
import { type Client, connect, read } from '../client.ts';
import { EXIT, type ExitCode, Failure } from '../failure.ts';
import { textsFor } from '../language.ts';
import { checkManifests } from '../manifest/check.ts';
import { progressBar } from '../progress.ts';
import { refusedAs } from '../refusals.ts';
import { printJson, printTable, type Shell } from '../shell.ts';
import { tellTime } from '../time.ts';
import { isFit, tellFindings } from './validate.ts';

export interface BacktestOptions {
  readonly since?: string;
  readonly until?: string;
  readonly timeZone?: string;
}

/**
 * `pharos backtest [path]`: what the campaigns in these files would have come to, had they run over the recorded time.
 * Without files: by the campaigns there were, which comes to what was decided.
 */
export async function backtest(shell: Shell, path: string | undefined, options: BacktestOptions): Promise<ExitCode> {
  const now = Date.now();
  const since = parseSince('--since', options.since ?? '30d', now);
  const until = options.until === undefined ? now : parseSince('--until', options.until, now);
  const documents: unknown[] = [];
  if (path !== undefined) {
    const checked = checkManifests([path]);
    const fit = isFit(checked);
    if (!shell.json || !fit) tellFindings(shell, checked);
    if (!fit) return EXIT.failed;
    documents.push(...checked.documents.map(({ document }) => document));
  }
  const timeZone = options.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  const result = await runBacktest(shell, connect(shell), { since, until, timeZone, documents });
  if (shell.json) printJson(shell, result);
  else tellResult(shell, result, timeZone);
  return EXIT.done;
}

/** Asks the server and shows how far it is. Throws {@link Failure}. */
export async function runBacktest(shell: Shell, client: Client, asked: object): Promise<BacktestAnswer> {
  const bar = progressBar(shell, textsFor(shell, TEXTS).judging);
  try {
    for await (const line of client.lines('/v1/backtest', asked)) {
      const word = read(Word, line);
      if (word.is === 'progress') bar.show(word.events, word.of);
      else if (word.is === 'result') return word.result;
      else throw refusedAs(EXIT.failed, word);
    }
  } finally {
    bar.end();
  }
  throw new Failure(EXIT.failed, 'no_result', NO_RESULT, {
    remedy: { en: 'its log says why; ask again for a shorter time', 'zh-TW': '原因在伺服器的紀錄裡；請改問較短的期間' },
  });
}

const NO_RESULT = { en: 'the server ended without a result', 'zh-TW': '伺服器沒有給出結果就結束了' };

const Word = z.discriminatedUnion('is', [
  z.object({ is: z.literal('progress'), events: z.number(), of: z.number() }),
  z.object({ is: z.literal('result'), result: BacktestAnswer }),
  z.object({
    is: z.literal('refused'),
    code: z.string(),
    message: z.string(),
    where: z.string().exactOptional(),
    remedy: z.string().exactOptional(),
  }),
]);

function tellResult(shell: Shell, result: BacktestAnswer, timeZone: string): void {
  const texts = textsFor(shell, TEXTS);
  const { since, until, events, drafts, would, was } = result;
  shell.talk(`${texts.about(tellTime(since, timeZone), tellTime(until, timeZone), events, drafts)}\n`);
  const wanted = drafts.length === 0 ? would : would.filter(({ campaign }) => drafts.includes(campaign));
  const before = new Map(was.map((tally) => [tally.campaign, tally]));
  printTable(shell, [
    texts.heads,
    ...wanted.map((tally) => [
      tally.campaign,
      `${tally.members.met}`,
      `${tally.outcomes.granted ?? 0}`,
      `${before.get(tally.campaign)?.outcomes.granted ?? 0}`,
      `${tally.members.given}`,
      `${tally.messages.reply}`,
      `${tally.messages.push}`,
      tally.ranOutAt === undefined ? '' : tellTime(tally.ranOutAt, timeZone),
    ]),
  ]);
  for (const { campaign, reasons } of wanted) {
    for (const [reason, count] of Object.entries(reasons)) {
      shell.out(`${campaign}  ${texts.reason(reason)}  ${count}\n`);
    }
  }
  for (const draft of drafts.filter((id) => !would.some(({ campaign }) => campaign === id))) {
    shell.talk(`${texts.nobody(draft)}\n`);
  }
}
