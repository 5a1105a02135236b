import type { EpochMs } from '../../../protocol/units.ts';
import type { TillRefusal } from './refusal.ts';
import type { TillTexts, Told, Words } from './texts.ts';
import { english } from './words-en.ts';
import { chinese } from './words-zh-tw.ts';

export type TillLanguage = 'en' | 'zh-TW';

/** The first language of an `Accept-Language` header that we speak; English where there is none. */
export function tillLanguage(header: string | undefined): TillLanguage {
  for (const part of (header ?? '').split(',')) {
    const tag = part.trim().toLowerCase();
    if (tag.startsWith('zh')) return 'zh-TW';
    if (tag.startsWith('en')) return 'en';
  }
  return 'en';
}

export function wordsOf(refusal: TillRefusal, language: TillLanguage, timeZone: string): Words {
  const texts: TillTexts = language === 'en' ? english : chinese;
  const text = texts[refusal.code] as (refusal: TillRefusal, told: Told) => Words;
  return text(refusal, told(language, timeZone));
}

/** A shop that takes a coupon in all of a hundred stores need not hear their names. */
const MOST_NAMES = 6;

const told = (language: TillLanguage, timeZone: string): Told => ({
  time: (at) => timeText(at, language, timeZone),
  money: ({ minor, currency }) => {
    const format = new Intl.NumberFormat(language, { style: 'currency', currency });
    return format.format(minor / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 0));
  },
  places: (places) => {
    const names = places.slice(0, MOST_NAMES).map(({ name }) => name);
    const more = places.length - names.length;
    const listed = names.join(language === 'en' ? ', ' : '、');
    if (more === 0) return listed;
    return language === 'en' ? `${listed} and ${more} more` : `${listed} 等 ${places.length} 處`;
  },
});

const formats = new Map<string, Intl.DateTimeFormat>();

/** `22 Nov 2026, 14:05` or `2026年11月22日 14:05`, in the shop's zone. */
export function timeText(at: EpochMs, language: TillLanguage, timeZone: string): string {
  const key = `${language} ${timeZone}`;
  const format =
    formats.get(key) ??
    new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : 'zh-TW', {
      ...{ timeZone, year: 'numeric', month: language === 'en' ? 'short' : 'long', day: 'numeric' },
      ...{ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
    });
  formats.set(key, format);
  return format.format(at);
}
