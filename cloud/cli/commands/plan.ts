import { appliedVersions, parseExpected } from '../applied-versions.ts';
import { parseSince } from '../arguments.ts';
import type { BacktestAnswer } from '../backtest/answer.ts';
import { type Client, connect, read } from '../client.ts';
import { EXIT, type ExitCode, Failure, misuse } from '../failure.ts';
import { textsFor } from '../language.ts';
import { tellRefusal, tellWarnings } from '../manifest/apply-answer.ts';
import { APPLY_TEXTS } from '../manifest/apply-texts.ts';
import { checkManifests } from '../manifest/check.ts';
import { allTold } from '../manifest/finding.ts';
import { PlanAnswer } from '../plan/answer.ts';
import { foresee } from '../plan/foresee.ts';
import { tellChanges, tellFuture } from '../plan/tell.ts';
import { TEXTS } from '../plan/texts.ts';
import { printJson, type Shell } from '../shell.ts';
import { runBacktest } from './backtest.ts';
import { isFit, tellFindings } from './validate.ts';

export interface PlanOptions {
  readonly since?: string;
  readonly timeZone?: string;
  readonly expect?: readonly string[];
  readonly owner?: string;
  readonly prune?: boolean;
}

/** `pharos plan [path]`: what applying these files would change, whom it would reach and what it costs. */
export async function plan(shell: Shell, path: string, options: PlanOptions): Promise<ExitCode> {
  const { owner, prune } = options;
  if (prune === true && owner === undefined) {
    throw misuse(
      {
        en: '--prune takes away what was applied under a name before',
        'zh-TW': '--prune 會移除先前以同一名義套用的項目，所以要知道是哪個名義',
      },
      { en: 'name it with --owner <name>', 'zh-TW': '請以 --owner <名稱> 指定' },
    );
  }
  const now = Date.now();
  const since = parseSince('--since', options.since ?? '30d', now);
  const timeZone = options.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  const checked = checkManifests(path);
  const { documents, findings } = checked;
  if (!shell.json) tellFindings(shell, checked);
  if (!isFit(checked)) {
    if (shell.json) printJson(shell, { v: 1, applied: [], findings: allTold(findings, shell.language) });
    return EXIT.failed;
  }
  const client = connect(shell);
  const known = appliedVersions(shell.env, client.server).known(documents);
  const expect = { ...known, ...parseExpected(options.expect ?? [], documents) };
  const sent = documents.map(({ document }) => document);
  let answer: PlanAnswer;
  try {
    answer = read(PlanAnswer, await client.post('/v1/plan', { documents: sent, expect, owner, prune, since }));
  } catch (error) {
    tellRefusal(shell, error, documents);
    return EXIT.failed;
  }
  const backtest = await judgedAgain(shell, client, answer, { since, documents: sent, timeZone });
  const future = foresee(answer, backtest, documents, timeZone);
  if (shell.json) {
    printJson(shell, {
      ...answer,
      ...future,
      ...(backtest && { backtest }),
      findings: allTold(findings, shell.language),
    });
    return EXIT.done;
  }
  tellWarnings(shell, answer, documents, textsFor(shell, APPLY_TEXTS));
  tellChanges(shell, answer);
  tellFuture(shell, answer, backtest, future, timeZone);
  return EXIT.done;
}

/** What the recorded time would have come to; `undefined` where there is none, or somebody else is asking just now. */
async function judgedAgain(
  shell: Shell,
  client: Client,
  { at, campaigns, recordedSince }: PlanAnswer,
  asked: { readonly since: number; readonly documents: readonly unknown[]; readonly timeZone: string },
): Promise<BacktestAnswer | undefined> {
  if (campaigns.length === 0 || recordedSince === undefined || asked.since >= at) return undefined;
  try {
    return await runBacktest(shell, client, { ...asked, until: at });
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'busy') throw error;
    shell.talk(`${textsFor(shell, TEXTS).busy}\n`);
    return undefined;
  }
}
