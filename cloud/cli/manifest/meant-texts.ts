import { WEEKDAYS } from '../../core/calendar.ts';

/** Guesses at what a value was meant to be, the likeliest first. Whether one would do is for the schema to say. */

export interface Around {
  /** The key it was written for. */
  readonly key: string;
  /** Words that may stand here. */
  readonly words: readonly string[];
}

export function likely(given: string | number, around: Around): readonly unknown[] {
  // Full-width digits and signs become plain ones.
  const text = String(given).normalize('NFKC').trim();
  return [
    text,
    ...word(text, around),
    ...number(text, around),
    ...date(text),
    ...hours(text),
    ...duration(text, around),
    ...name(text, around),
  ];
}

const DAY_CHARS = '一二三四五六日';
const PERIODS: Readonly<Record<string, string>> = {
  daily: 'day',
  每天: 'day',
  每日: 'day',
  weekly: 'week',
  每週: 'week',
  monthly: 'month',
  每月: 'month',
  yearly: 'year',
  每年: 'year',
};

function word(text: string, { words }: Around): unknown[] {
  const lower = text.toLowerCase();
  const weekday = /^(?:週|周|星期|禮拜)([一二三四五六日天])$/.exec(text)?.[1]?.replace('天', '日');
  const range = /^([a-z]{3})[a-z]*\s*[-~]\s*([a-z]{3})[a-z]*$/.exec(lower);
  const [from, to] = [range?.[1], range?.[2]].map((day) => (WEEKDAYS as readonly (string | undefined)[]).indexOf(day));
  return [
    lower,
    ...words.filter((each) => lower.startsWith(each) || lettersOf(each) === lettersOf(lower)),
    ...(weekday === undefined ? [] : [WEEKDAYS[DAY_CHARS.indexOf(weekday)]]),
    ...(from !== undefined && to !== undefined && from >= 0 && to > from ? [WEEKDAYS.slice(from, to + 1)] : []),
    ...(Object.hasOwn(PERIODS, lower) ? [PERIODS[lower]] : []),
    lower.replace(/s$/, ''),
  ];
}

const lettersOf = (word: string): string => word.replace(/[^a-z]/g, '');

/** `5,000`, `20%`, `NT$50`; an amount counts in hundredths, so what has a sign or a fraction is taken for whole units. */
function number(text: string, { key }: Around): unknown[] {
  // 八折 leaves eight tenths to pay, 75 折 three quarters.
  const [, tenths = '', more = ''] = /^([1-9])\.?(\d?)\s*折$/.exec(text) ?? [];
  if (tenths !== '') return key === 'percent' ? [100 - Number(`${tenths}${more || '0'}`)] : [];
  const bare = text.replace(/^(?:NT|US)?\$|元$|張$|%$|(?<=\d),(?=\d{3}\b)/g, '').trim();
  if (!/^\d+(?:\.\d+)?$/.test(bare)) return [];
  const value = Number(bare);
  const hundredfold = Math.round(value * 100);
  const inUnits = key === 'amount' && (!Number.isInteger(value) || /\$|元/.test(text));
  const percent = value > 0 && value < 1 ? [hundredfold, `${hundredfold}%`] : [];
  return [
    ...(inUnits ? [hundredfold] : []),
    ...(key === 'percent' || key === 'holdout' ? percent : []),
    value,
    `${bare}%`,
  ];
}

/** `2026/12/1`, `115.12.01` of the Republic's years, `2026-12-24 10:00`. */
function date(text: string): unknown[] {
  const [, year = '', month = '', day = '', time] =
    /^(\d{2,4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})日?(?:[T\s]+(\d{1,2}:\d{2}).*)?$/.exec(text) ?? [];
  if (year === '') return [];
  const western = year.length === 2 ? `20${year}` : year.length === 3 ? String(Number(year) + 1911) : year;
  const written = `${western}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  return [...(time === undefined ? [] : [`${written}T${time.padStart(5, '0')}`]), written];
}

const TIME = /^(am|pm|上午|下午|晚上)?\s*(\d{1,2})(?::?(\d{2}))?(?::\d{2})?\s*(am|pm)?$/i;

function time(text: string, isEnd: boolean): string | undefined {
  const [, before, hour, minute = '00', after] = TIME.exec(text.trim()) ?? [];
  if (hour === undefined) return undefined;
  const isLate = /^(?:pm|下午|晚上)$/i.test(before ?? after ?? '');
  const hours = Number(hour) + (isLate && Number(hour) < 12 ? 12 : 0);
  return `${String(hours === 24 && !isEnd ? 0 : hours).padStart(2, '0')}:${minute}`;
}

/** `9:00~20:00`, `11am-8pm`, `24:00-08:00`; or one time of day. */
function hours(text: string): unknown[] {
  const [from, to, ...more] = text.split(/\s*(?:-|~|–|—|〜|至|到|to)\s*/i).map((part, index) => time(part, index > 0));
  if (from === undefined || more.length > 0) return [];
  return to === undefined ? [from] : [`${from}-${to}`];
}

const UNITS: readonly (readonly [pattern: RegExp, before: string, unit: string])[] = [
  [/^(?:d|days?|天|日)$/i, 'P', 'D'],
  [/^(?:w|weeks?|週|周|個?星期)$/i, 'P', 'W'],
  [/^(?:mo|months?|個?月)$/i, 'P', 'M'],
  [/^(?:y|years?|年)$/i, 'P', 'Y'],
  [/^(?:h|hrs?|hours?|小時|個?鐘頭)$/i, 'PT', 'H'],
  [/^(?:m|mins?|minutes?|分鐘?)$/i, 'PT', 'M'],
  [/^(?:s|secs?|seconds?|秒鐘?)$/i, 'PT', 'S'],
];

/** `7d`, `7 天`, `P7`, `PT7D`; a bare number only where days are usual. */
function duration(text: string, { key }: Around): unknown[] {
  const [, bare] = /^[-+]?P?T?(\d+)D?$/i.exec(text) ?? [];
  if (bare !== undefined && (/^[-+]?P/i.test(text) || ['per', 'expires'].includes(key))) return [`P${bare}D`];
  const [, count, said = ''] = /^(\d+)\s*(\D+)$/.exec(text) ?? [];
  const unit = UNITS.find(([pattern]) => pattern.test(said));
  return count === undefined || unit === undefined ? [] : [`${unit[1]}${count}${unit[2]}`];
}

/** Names of the wide world, and of our own things. */
function name(text: string, { key }: Around): unknown[] {
  const [, language, region] = /^([a-z]{2})[-_]([a-z]{2})$/i.exec(text) ?? [];
  return [
    ...(/^(?:台北|臺北|台灣|臺灣|(?:GMT|UTC)?\+0?8(?::?00)?)$/i.test(text) ? ['Asia/Taipei'] : []),
    ...Intl.supportedValuesOf('timeZone').filter((zone) => zone.toLowerCase().endsWith(`/${text.toLowerCase()}`)),
    ...(/^(?:NT\$?|NTD|新?台幣|元)$/i.test(text) ? ['TWD'] : []),
    ...(key === 'currency' ? [text.toUpperCase()] : []),
    ...(/[*?]/.test(text) ? [text.toLowerCase().replace(/[*?].*$/, '*')] : []),
    ...(language === undefined || region === undefined ? [] : [`${language.toLowerCase()}-${region.toUpperCase()}`]),
    ...(key === 'id'
      ? [
          text
            .toLowerCase()
            .replace(/[^a-z0-9]+/g, '-')
            .replace(/^-+|-+$/g, ''),
        ]
      : []),
  ];
}
