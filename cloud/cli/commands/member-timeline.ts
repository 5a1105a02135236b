import { z } from 'zod';
import { isTimeZone } from '../../core/calendar.ts';
import { notATimeZone, parseWhole } from '../arguments.ts';
import { connect, read } from '../client.ts';
import type { ExplainTexts } from '../explain/texts.ts';
import { ENGLISH } from '../explain/texts-en.ts';
import { TRADITIONAL_CHINESE } from '../explain/texts-zh-tw.ts';
import { misuse } from '../failure.ts';
import { type Texts, textsFor, wordFor } from '../language.ts';
import { MEMBER_TEXTS } from '../member-texts.ts';
import { printJson, printTable, type Shell } from '../shell.ts';
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

type Words = Readonly<Record<string, string>>;

interface TimelineTexts {
  readonly explain: ExplainTexts;
  /** Kinds of moments, and what happened in them; both empty in English. */
  readonly kinds: Words;
  readonly happened: Words;
}

const TEXTS: Texts<TimelineTexts> = {
  en: { explain: ENGLISH, kinds: {}, happened: {} },
  'zh-TW': {
    explain: TRADITIONAL_CHINESE,
    kinds: {
      ...{ event: '事件', visit: '到店', decision: '判定', coupon: '優惠券', delivery: '訊息' },
      ...{ consent: '同意', form: '表單', redemption: '兌換', sale: '交易' },
    },
    happened: {
      ...{ granted: '已發放', reissued: '再次顯示持有的優惠券', deferred: '延後判定', ghost: '依設計不發放' },
      ...{ redeem: '已兌換', rollback: '已取消兌換', voided: '已作廢' },
    },
  },
};

/** `pharos member timeline <id>`: everything about one member in one ordered list. */
export async function memberTimeline(
  shell: Shell,
  id: string,
  { limit = '200', timeZone }: { readonly limit?: string; readonly timeZone?: string },
): Promise<void> {
  if (timeZone !== undefined && !isTimeZone(timeZone)) {
    throw misuse(notATimeZone(timeZone));
  }
  const most = parseWhole('--limit', limit, 1, 10_000);
  const answer = await connect(shell).get(`${memberPath(id, 'timeline')}?limit=${most}`);
  if (shell.json) return printJson(shell, answer);
  const { timeline } = read(TimelineAnswer, answer);
  const texts = textsFor(shell, TEXTS);
  printTable(
    shell,
    timeline.map((moment) => [
      tellTime(moment.at, timeZone),
      wordFor(texts.kinds, moment.kind),
      tellMoment(moment, shell, timeZone),
      moment.id,
    ]),
  );
}

function tellMoment(
  { kind, what, ear, store, node, campaign, reason, until }: Moment,
  shell: Pick<Shell, 'language'>,
  zone?: string,
): string {
  const { explain, happened } = textsFor(shell, TEXTS);
  const place = [store, node].filter((part) => part !== undefined).join('/');
  const where = place === '' ? '' : ` @ ${place}`;
  const end = until === undefined ? '' : ` – ${tellTime(until, zone)}`;
  switch (kind) {
    case 'event':
      return `${wordFor(explain.happened, `${ear}.${what}`)}${where}`;
    case 'visit':
      return `${store ?? ''}${end}`;
    case 'decision':
      return `${campaign}: ${reason === undefined ? wordFor(happened, what) : wordFor(explain.reasons, reason)}${where}`;
    case 'coupon':
      return `${campaign}: ${wordFor(explain.couponStates, what)}${end}`;
    case 'redemption':
    case 'sale': {
      const why = reason === undefined ? '' : ` (${wordFor(happened, reason)})`;
      return `${campaign === undefined ? '' : `${campaign}: `}${wordFor(happened, what)}${where}${why}`;
    }
    case 'delivery':
      return reason === undefined
        ? wordFor(explain.deliveryStates, what)
        : explain.parked(wordFor(explain.parkReasons, reason));
    case 'consent': {
      // The purpose stays as it is typed, and what became of it is a word.
      const [purpose = '', action = ''] = what.split(' ');
      const became = wordFor(textsFor(shell, MEMBER_TEXTS).consents, action);
      return `${purpose} ${became}${reason === undefined ? '' : ` (${reason})`}`;
    }
    default:
      return reason === undefined ? what : `${what} (${reason})`;
  }
}
