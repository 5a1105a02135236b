import { z } from 'zod';
import { connect, read } from '../client.ts';
import { EXIT, type ExitCode } from '../failure.ts';
import { type Texts, textsFor, wordFor } from '../language.ts';
import { LINE_CHECKS_ZH_TW, lineByHandZhTw, lineFindingZhTw, lineRemedyZhTw } from '../line-words.ts';
import { printable, printJson, type Shell } from '../shell.ts';
import { padTo } from '../width.ts';

const ReportAnswer = z.object({
  checks: z.array(
    z.object({
      name: z.string(),
      status: z.enum(['ok', 'warn', 'fail', 'unknown']),
      finding: z.string(),
      remedy: z.string(),
    }),
  ),
  byHand: z.array(z.string()),
  ready: z.boolean(),
});

const MARK = { ok: '✓', warn: '!', fail: '✗', unknown: '?' } as const;

interface LineTexts {
  /** Keyed by check; empty in English. */
  readonly names: Readonly<Record<string, string>>;
  readonly finding: (english: string) => string;
  readonly remedy: (english: string) => string;
  readonly byHand: (english: string) => string;
  readonly forYou: string;
}

const asItCame = (english: string): string => english;

const TEXTS: Texts<LineTexts> = {
  en: {
    names: {},
    ...{ finding: asItCame, remedy: asItCame, byHand: asItCame },
    forYou: 'For you to look at in LINE’s own pages; no program can ask for these:',
  },
  'zh-TW': {
    names: LINE_CHECKS_ZH_TW,
    ...{ finding: lineFindingZhTw, remedy: lineRemedyZhTw, byHand: lineByHandZhTw },
    forYou: '以下沒有程式能代為查詢，請在 LINE 的頁面確認：',
  },
};

/** `pharos line connect`: whether a coupon could travel, and what to do where not. Exit 1 when something is missing. */
export async function lineConnect(
  shell: Shell,
  { webhook, dryRun = false }: { readonly webhook?: string; readonly dryRun?: boolean },
): Promise<ExitCode> {
  const body = { ...(webhook !== undefined && { webhook }), dryRun };
  const answer = await connect(shell).post('/v1/line/connect', body);
  const { checks, byHand, ready } = read(ReportAnswer, answer);
  if (shell.json) printJson(shell, answer);
  else {
    const texts = textsFor(shell, TEXTS);
    for (const { name, status, finding, remedy } of checks) {
      shell.out(`${MARK[status]} ${padTo(wordFor(texts.names, name), 9)}${printable(texts.finding(finding))}\n`);
      if (remedy !== '') shell.out(`  ${''.padEnd(9)}${printable(texts.remedy(remedy))}\n`);
    }
    shell.out(`\n${texts.forYou}\n`);
    for (const line of byHand) shell.out(`- ${printable(texts.byHand(line))}\n`);
  }
  return ready ? EXIT.done : EXIT.failed;
}
