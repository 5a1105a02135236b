import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { OUTCOMES } from '../../core/decide/reasons.ts';
import { parseWhole } from '../arguments.ts';
import { type Client, connect, read } from '../client.ts';
import type { ExplainTexts } from '../explain/texts.ts';
import { ENGLISH } from '../explain/texts-en.ts';
import { TRADITIONAL_CHINESE } from '../explain/texts-zh-tw.ts';
import { Failure } from '../failure.ts';
import { type Texts, textsFor, wordFor } from '../language.ts';
import { printable, type Shell } from '../shell.ts';
import { tellTime } from '../time.ts';

const Line = z.object({
  id: z.string(),
  at: z.number(),
  heard: z.string(),
  campaign: z.string(),
  outcome: z.enum(OUTCOMES),
  reason: z.string().optional(),
  member: z.string().optional(),
  store: z.string().optional(),
  timeZone: z.string().optional(),
});
const Answer = z.object({ decisions: z.array(Line.loose()), next: z.string() });

interface TailTexts {
  readonly explain: ExplainTexts;
  readonly nobody: string;
  readonly away: (why: string) => string;
  readonly back: string;
}

const TEXTS: Texts<TailTexts> = {
  en: {
    explain: ENGLISH,
    nobody: 'nobody known',
    away: (why) => `${why}; trying again`,
    back: 'the server answers again',
  },
  'zh-TW': {
    explain: TRADITIONAL_CHINESE,
    nobody: '不明對象',
    away: (why) => `${why}；重試中`,
    back: '伺服器已恢復回應',
  },
};

export interface TailOptions {
  readonly campaign?: string;
  readonly store?: string;
  readonly limit?: string;
}

/** Enough to remember what answers may repeat. */
const REMEMBERED = 5_000;
const WAIT_S = 20;
const AGAIN_MS = { least: 250, most: 5_000 };

/** `pharos tail`: one line a decision, as they are made; until it is stopped, or `--limit` of them were told. */
export async function tail(shell: Shell, { campaign, store, limit }: TailOptions): Promise<void> {
  const most = limit === undefined ? Number.POSITIVE_INFINITY : parseWhole('--limit', limit, 1, 1_000_000);
  const texts = textsFor(shell, TEXTS);
  const client = connect(shell);
  const told = new Set<string>();
  let count = 0;
  let after = '';
  while (count < most) {
    const query = new URLSearchParams({ wait: String(after === '' ? 0 : WAIT_S) });
    for (const [name, value] of Object.entries({ after, campaign, store })) if (value) query.set(name, value);
    const { decisions, next } = read(Answer, await askOn(shell, client, `/v1/tail?${query}`, texts));
    after = next;
    for (const decision of decisions) {
      if (told.has(decision.id) || count >= most) continue;
      told.add(decision.id);
      count += 1;
      shell.out(`${shell.json ? JSON.stringify(decision) : printable(lineOf(decision, texts))}\n`);
    }
    for (const id of told) {
      if (told.size <= REMEMBERED) break;
      told.delete(id);
    }
  }
}

/** Nobody answers, or somebody who is just about to stop, or a proxy in front of nobody. */
const PASSES: readonly string[] = ['unreachable', 'strange_answer', 'internal'];

/** Asks until somebody answers: a server that is started anew goes on where it was. */
async function askOn(shell: Shell, client: Client, path: string, texts: TailTexts): Promise<unknown> {
  let again = AGAIN_MS.least;
  for (;;) {
    try {
      const answer = await client.get(path);
      if (again > AGAIN_MS.least) shell.talk(`${texts.back}\n`);
      return answer;
    } catch (error) {
      if (!(error instanceof Failure) || !PASSES.includes(error.code)) throw error;
      // Whoever never reached it has the wrong address rather than bad luck.
      if (!path.includes('after=')) throw error;
      if (again === AGAIN_MS.least) shell.talk(`${texts.away(error.said[shell.language])}\n`);
      again = Math.min(AGAIN_MS.most, again * 2);
      await wait(again * (0.5 + Math.random() / 2));
    }
  }
}

function lineOf(
  { at, heard, campaign, outcome, reason, member, store, timeZone }: z.infer<typeof Line>,
  texts: TailTexts,
) {
  const { explain, nobody } = texts;
  const because = reason === undefined ? '' : explain.because(wordFor(explain.reasons, reason), reason);
  const happened = wordFor(explain.happened, heard);
  const place = store === undefined ? '' : `  ${store}`;
  return `${tellTime(at, timeZone)}${place}  ${happened}  ${campaign} → ${member ?? nobody}: ${explain.outcome[outcome](because)}`;
}
