import { expect, it } from 'vitest';
import { epochMs } from '../../../protocol/units.ts';
import { quotaLeft, quotaMonth } from './quota.ts';

const LAST_SECOND = epochMs(Date.parse('2026-12-31T23:59:59+09:00'));
const NEW_YEAR = epochMs(LAST_SECOND + 1_000);

it('counts months as LINE does, by the clock of Japan', () => {
  expect(quotaMonth(LAST_SECOND)).not.toBe(quotaMonth(NEW_YEAR));
});

it.each<[string, Parameters<typeof quotaLeft>, number | undefined]>([
  ['nothing is known', [undefined, 3, LAST_SECOND], undefined],
  ['the plan has no limit', [{ month: quotaMonth(LAST_SECOND), used: 9 }, 3, LAST_SECOND], undefined],
  ['what waits is as good as sent', [{ month: quotaMonth(LAST_SECOND), most: 200, used: 190 }, 3, LAST_SECOND], 7],
  ['never less than nothing', [{ month: quotaMonth(LAST_SECOND), most: 200, used: 201 }, 3, LAST_SECOND], 0],
  ['a new month', [{ month: quotaMonth(LAST_SECOND), most: 200, used: 200 }, 3, NEW_YEAR], 197],
])('%s', (_name, given, left) => {
  expect(quotaLeft(...given)).toBe(left);
});
