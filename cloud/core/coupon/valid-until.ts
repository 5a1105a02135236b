import { memo } from '../memo.ts';

/** Of a month's coupons all but a few end on the same days. */
const REMEMBERED = 1_000;

/** `2026-12-22` as a person reads it: `2026年12月22日（週二）`, `Tue, 22 Dec 2026`. */
export const dateText = (date: string, locale: string): string => written(`${date} ${locale}`);

const written = memo(REMEMBERED, (key): string => {
  const [date = '', locale = ''] = key.split(' ');
  const noon = new Date(`${date}T12:00:00Z`);
  const zh = locale.startsWith('zh');
  const day = { year: 'numeric', month: zh ? 'long' : 'short', day: 'numeric', timeZone: 'UTC' } as const;
  if (!zh) return noon.toLocaleDateString(locale === 'en' ? 'en-GB' : locale, { ...day, weekday: 'short' });
  const weekday = noon.toLocaleDateString(locale, { weekday: 'short', timeZone: 'UTC' });
  return `${noon.toLocaleDateString(locale, day)}（${weekday}）`;
});
