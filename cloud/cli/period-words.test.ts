import { expect, it } from 'vitest';
import { everyText, lengthText, withinText } from './period-words.ts';

it.each([
  ['P30D', '30 days', '30 天'],
  ['P1D', '1 day', '1 天'],
  ['P1Y3M', '1 year 3 months', '1 年 3 個月'],
  ['P2W', '2 weeks', '2 週'],
  ['P1DT12H', '1 day 12 hours', '1 天 12 小時'],
  ['PT1M', '1 minute', '1 分鐘'],
  ['-P1D', '-P1D', '-P1D'],
  ['constructor', 'constructor', 'constructor'],
])('tells how long %s is', (written, english, chinese) => {
  expect([lengthText(written, 'en'), lengthText(written, 'zh-TW')]).toEqual([english, chinese]);
});

it.each([
  ['day', 'per day', '每日', 'within the day', '當日'],
  ['year', 'per year', '每年', 'within the year', '當年'],
  ['P7D', 'per 7 days', '每 7 天', 'in 7 days', '7 天內'],
  ['ever', 'ever', '總共', 'ever', '至今'],
])('tells of a limit per %s', (per, every, everyZh, within, withinZh) => {
  expect([everyText(per, 'en'), everyText(per, 'zh-TW')]).toEqual([every, everyZh]);
  expect([withinText(per, 'en'), withinText(per, 'zh-TW')]).toEqual([within, withinZh]);
});
