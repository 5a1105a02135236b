import type { Language } from './language.ts';

/** Lengths of time as campaign files write them (`day`, `P30D`), in words. */

const ISO = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;
const UNITS: Readonly<Record<Language, readonly string[]>> = {
  en: ['year', 'month', 'week', 'day', 'hour', 'minute', 'second'],
  'zh-TW': ['年', '個月', '週', '天', '小時', '分鐘', '秒'],
};
const CALENDAR_ZH_TW: ReadonlyMap<string, string> = new Map([
  ['day', '日'],
  ['week', '週'],
  ['month', '月'],
  ['year', '年'],
]);

/** `P30D` as `30 days`; what is written otherwise stays as it is. */
export function lengthText(written: string, language: Language): string {
  const parts = (ISO.exec(written) ?? []).slice(1).flatMap((many: string | undefined, place) => {
    if (many === undefined) return [];
    const unit = UNITS[language][place] ?? '';
    return [`${many} ${unit}${language === 'en' && many !== '1' ? 's' : ''}`];
  });
  return parts.length === 0 ? written : parts.join(' ');
}

/** How often, before a number: `per day`, `per 30 days`, `ever`. */
export function everyText(per: string, language: Language): string {
  if (per === 'ever') return language === 'en' ? 'ever' : '總共';
  if (language === 'en') return `per ${lengthText(per, language)}`;
  const calendar = CALENDAR_ZH_TW.get(per);
  return calendar === undefined ? `每 ${lengthText(per, language)}` : `每${calendar}`;
}

/** Over which time something was counted: `within the day`, `in 30 days`, `ever`. */
export function withinText(per: string, language: Language): string {
  const calendar = CALENDAR_ZH_TW.get(per);
  if (language === 'en') {
    if (per === 'ever') return 'ever';
    return calendar === undefined ? `in ${lengthText(per, language)}` : `within the ${per}`;
  }
  if (per === 'ever') return '至今';
  return calendar === undefined ? `${lengthText(per, language)}內` : `當${calendar}`;
}
