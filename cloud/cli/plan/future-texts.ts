import type { Texts } from '../language.ts';
import { everyText } from '../period-words.ts';

/** What a campaign comes to, in words. */
export interface FutureTexts {
  /** So long. */
  readonly length: (ms: number) => string;
  readonly cannotKnow: string;
  readonly unjudged: string;
  readonly tooLittle: (record: string) => string;
  readonly expected: (from: string, until: string, open: boolean, given: number) => string;
  readonly guessed: (from: string, until: string, open: boolean, least: number, most: number, record: string) => string;
  readonly byPeople: (most: number, people: number, max: number, per: string) => string;
  readonly byTotal: (most: number, max: number, per: string) => string;
  readonly messages: (replies: number, pushes: number, cost: string | undefined) => string;
  readonly repliesOnly: string;
  readonly pushesGuessed: (least: number, most: number, cost: string | undefined) => string;
  readonly stockOut: (when: string, left: number) => string;
  readonly stockLasts: (left: number) => string;
  readonly budgetOut: (when: string, max: number, per: 'day' | 'month') => string;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** The largest unit there are two of, rounded down: what is short is not told as longer. */
function unitsOf(ms: number): readonly ['minute' | 'hour' | 'day', number] {
  if (ms >= 2 * DAY_MS) return ['day', Math.floor(ms / DAY_MS)];
  return ms >= 2 * HOUR_MS ? ['hour', Math.floor(ms / HOUR_MS)] : ['minute', Math.floor(ms / MINUTE_MS)];
}

const CHINESE_UNITS = { minute: '分鐘', hour: '小時', day: '天' } as const;
const openZh = (open: boolean): string => (open ? '（往後看 30 天）' : '');
const openEn = (open: boolean): string => (open ? ' (looking 30 days ahead)' : '');

export const FUTURE_TEXTS: Texts<FutureTexts> = {
  en: {
    length(ms) {
      const [unit, many] = unitsOf(ms);
      if (many === 0) return 'less than a minute';
      return `${many} ${unit}${many === 1 ? '' : 's'}`;
    },
    cannotKnow: 'how many come is not known: nothing of its kind was recorded',
    unjudged: 'how many come is not known: the recorded time was not judged again',
    tooLittle: (record) =>
      `how many come is not foretold: ${record} of record is too little (a day makes a guess, a week a figure)`,
    expected: (from, until, open, given) => `expected from ${from} to ${until}${openEn(open)}: about ${given} coupons`,
    guessed: (from, until, open, least, most, record) =>
      `a guess, from only ${record} of record (a week makes a figure): from ${from} to ${until}${openEn(open)} between ${least} and ${most} coupons`,
    byPeople: (most, people, max, per) =>
      `held back: no more than ${most}, for there are ${people} reachable people and each gets ${max} ${everyText(per, 'en')}`,
    byTotal: (most, max, per) => `held back: no more than ${most}, for all together get ${max} ${everyText(per, 'en')}`,
    messages: (replies, pushes, cost) =>
      `messages: about ${replies} replies (free) and ${pushes} pushes${cost === undefined ? '' : ` (about ${cost})`}`,
    repliesOnly: 'messages: replies only, which are free',
    pushesGuessed: (least, most, cost) =>
      `messages: between ${least} and ${most} pushes${cost === undefined ? '' : ` (${cost})`}; replies are free`,
    stockOut: (when, left) => `stock: the ${left} left are gone about ${when}`,
    stockLasts: (left) => `stock: the ${left} left last`,
    budgetOut: (when, max, per) => `budget: ${max} messages a ${per} are used up about ${when}`,
  },
  'zh-TW': {
    length(ms) {
      const [unit, many] = unitsOf(ms);
      if (many === 0) return '不到一分鐘';
      return `${many} ${CHINESE_UNITS[unit]}`;
    },
    cannotKnow: '無法得知會有多少人：還沒有這類事件的紀錄',
    unjudged: '無法得知會有多少人：過去的紀錄這次沒有重新判定',
    tooLittle: (record) => `不預估會有多少人：只有 ${record}的紀錄，太少（滿一天可粗估，滿一週才有可靠數字）`,
    expected: (from, until, open, given) => `預計 ${from} 到 ${until}${openZh(open)}：約 ${given} 張`,
    guessed: (from, until, open, least, most, record) =>
      `粗估，只有 ${record}的紀錄（滿一週才有可靠數字）：${from} 到 ${until}${openZh(open)} ${least} 到 ${most} 張`,
    byPeople: (most, people, max, per) =>
      `受限：最多 ${most} 張，因為可聯繫的只有 ${people} 位，每位${everyText(per, 'zh-TW')} ${max} 張`,
    byTotal: (most, max, per) => `受限：最多 ${most} 張，因為所有人合計${everyText(per, 'zh-TW')} ${max} 張`,
    messages: (replies, pushes, cost) =>
      `訊息：回覆約 ${replies} 則（免費），推播約 ${pushes} 則${cost === undefined ? '' : `（約 ${cost}）`}`,
    repliesOnly: '訊息：只有回覆，免費',
    pushesGuessed: (least, most, cost) =>
      `訊息：推播 ${least} 到 ${most} 則${cost === undefined ? '' : `（${cost}）`}，回覆免費`,
    stockOut: (when, left) => `庫存：剩 ${left} 張，約 ${when} 發完`,
    stockLasts: (left) => `庫存：剩 ${left} 張，足夠`,
    budgetOut: (when, max, per) => `預算：每${per === 'day' ? '日' : '月'} ${max} 則訊息，約 ${when} 用完`,
  },
};
