import { expect, it } from 'vitest';
import { readBirthday, readDay, readMoment } from './dates.ts';

it.each([
  ['2026-01-05', '2026-01-05'],
  ['2026/1/5', '2026-01-05'],
  ['2026.1.5', '2026-01-05'],
  ['2026年1月5日', '2026-01-05'],
  ['2026/1/5 0:00', '2026-01-05'],
  ['民國115年1月5日', '2026-01-05'],
  ['115/1/5', undefined],
  ['26/1/5', undefined],
  ['2026-02-30', undefined],
  ['5/1/2026', undefined],
  ['46027', undefined],
  ['', undefined],
])('%j is the day %j', (text, day) => {
  expect(readDay(text)).toBe(day);
});

it.each([
  ['1990/4/1', '1990-04-01'],
  ['--04-01', '--04-01'],
  ['4/1', '--04-01'],
  ['4月1日', '--04-01'],
  ['2/29', '--02-29'],
  ['2/30', undefined],
  ['1890-04-01', undefined],
  ['April', undefined],
])('%j is the birthday %j', (text, birthday) => {
  expect(readBirthday(text)).toBe(birthday);
});

it('a day begins where the people are, a moment is one everywhere', () => {
  expect(readMoment('2026/1/5', 'Asia/Taipei')).toBe(Date.parse('2026-01-04T16:00:00Z'));
  expect(readMoment('2026-01-05T10:00:00+08:00', 'UTC')).toBe(Date.parse('2026-01-05T02:00:00Z'));
  expect(readMoment('soon', 'UTC')).toBeUndefined();
});
