import { z } from 'zod';
import { isTimeZone } from '../../core/calendar.ts';
import { parseWhole } from '../arguments.ts';
import { connect, read } from '../client.ts';
import type { ExplainTexts } from '../explain/texts.ts';
import { ENGLISH } from '../explain/texts-en.ts';
import { TRADITIONAL_CHINESE } from '../explain/texts-zh-tw.ts';
import { misuse } from '../failure.ts';
import { wordFor } from '../language.ts';
import { type Language, printJson, printTable, type Shell } from '../shell.ts';
import { tellTime } from '../time.ts';
import { memberPath } from './member.ts';

const TimelineAnswer = z.object({
  timeline: z.array(
    z.object({
      at: z.number(),
      kind: z.string(),
      id: z.string(),
      what: z.string(),
      ear: z.string().optional(),
      store: z.string().optional(),
      node: z.string().optional(),
      campaign: z.string().optional(),
      reason: z.string().optional(),
      until: z.number().optional(),
    }),
  ),
});
type Moment = z.infer<typeof TimelineAnswer>['timeline'][number];

const TEXTS: Readonly<Record<Language, ExplainTexts>> = { en: ENGLISH, 'zh-TW': TRADITIONAL_CHINESE };
const KINDS: Readonly<Record<Language, Readonly<Record<string, string>>>> = {
  en: {},
  'zh-TW': {
    event: '事件',
    visit: '到店',
    decision: '決定',
    coupon: '優惠券',
    delivery: '訊息',
    consent: '同意',
    form: '表單',
    redemption: '核銷',
    sale: '交易',
  },
};

/** `pharos member timeline <id>`: everything about one member in one ordered list. */
export async function memberTimeline(
  shell: Shell,
  id: string,
  { limit = '200', timeZone }: { readonly limit?: string; readonly timeZone?: string },
): Promise<void> {
  if (timeZone !== undefined && !isTimeZone(timeZone)) {
    throw misuse(`--time-zone must be an IANA name such as Asia/Taipei, not "${timeZone}"`);
  }
  const most = parseWhole('--limit', limit, 1, 10_000);
  const answer = await connect(shell).get(`${memberPath(id, 'timeline')}?limit=${most}`);
  if (shell.json) return printJson(shell, answer);
  const { timeline } = read(TimelineAnswer, answer);
  printTable(
    shell,
    timeline.map((moment) => [
      tellTime(moment.at, timeZone),
      wordFor(KINDS[shell.language], moment.kind),
      tellMoment(moment, TEXTS[shell.language], timeZone),
      moment.id,
    ]),
  );
}

function tellMoment(
  { kind, what, ear, store, node, campaign, reason, until }: Moment,
  texts: ExplainTexts,
  zone?: string,
): string {
  const place = [store, node].filter((part) => part !== undefined).join('/');
  const where = place === '' ? '' : ` @ ${place}`;
  const end = until === undefined ? '' : ` – ${tellTime(until, zone)}`;
  switch (kind) {
    case 'event':
      return `${wordFor(texts.happened, `${ear}.${what}`)}${where}`;
    case 'visit':
      return `${store ?? ''}${end}`;
    case 'decision':
      return `${campaign}: ${reason === undefined ? what : wordFor(texts.reasons, reason)}${where}`;
    case 'coupon':
      return `${campaign}: ${wordFor(texts.couponStates, what)}${end}`;
    case 'redemption':
    case 'sale':
      return `${campaign === undefined ? '' : `${campaign}: `}${what}${where}${reason === undefined ? '' : ` (${reason})`}`;
    case 'delivery':
      return reason === undefined
        ? wordFor(texts.deliveryStates, what)
        : texts.parked(wordFor(texts.parkReasons, reason));
    default:
      return reason === undefined ? what : `${what} (${reason})`;
  }
}
