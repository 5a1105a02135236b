import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { accept, reject } from '../../protocol/result.ts';
import { epochMs } from '../../protocol/units.ts';
import type { LineAccountFacts } from '../core/line-account.ts';
import { judgeLineAccount } from '../core/line-checks.ts';
import { LINE_CHECKS_ZH_TW, lineByHandZhTw, lineFindingZhTw, lineRemedyZhTw } from './line-words.ts';

const HAN = /\p{Script=Han}/u;
const there = 'https://pharos.example/line/webhook';
const WELL: LineAccountFacts = {
  bot: accept({ basicId: '@tea', displayName: 'Tea House', chatMode: 'bot' }),
  endpoint: accept({ url: there, active: true }),
  test: accept({ success: true, statusCode: 200, reason: 'OK', detail: '200' }),
  quota: accept({ limit: 1000, used: 100 }),
  clockAheadMs: 400,
  hwids: ['0a1b2c3d4e'],
  at: epochMs(0),
};
const tested = (statusCode: number) => accept({ success: false, statusCode, reason: 'COULD_NOT_CONNECT', detail: '' });
const { clockAheadMs: _clock, ...TIMELESS } = WELL;
const { test: _test, ...UNTESTED } = WELL;

/** Everything that can be found, each at least once. */
const SITUATIONS: readonly LineAccountFacts[] = [
  WELL,
  TIMELESS,
  UNTESTED,
  { ...UNTESTED, endpoint: reject('unreachable', 'LINE 沒有回應') },
  { ...WELL, bot: accept({ basicId: '@t', displayName: 'T', chatMode: 'chat' }), hwids: [] },
  { ...WELL, bot: reject('unauthorized', '權杖無效'), quota: reject('refused', '不接受') },
  { ...WELL, clockAheadMs: 90_000, endpoint: accept(undefined), test: tested(401) },
  { ...WELL, clockAheadMs: -90_000, wanted: 'https://other.example/line/webhook', test: tested(0) },
  { ...WELL, set: reject('refused', '網址不對'), endpoint: accept({ url: there, active: false }) },
  { ...WELL, quota: accept({ limit: 1000, used: 950 }) },
  { ...WELL, quota: accept({ used: 950 }) },
];

it('has words for all that can be found, its remedies, and what is left to people', () => {
  const reports = SITUATIONS.map(judgeLineAccount);
  const checks = reports.flatMap((report) => report.checks);
  expect(checks.map(({ finding }) => lineFindingZhTw(finding)).filter((text) => !HAN.test(text))).toEqual([]);
  expect(
    checks.map(({ remedy }) => lineRemedyZhTw(remedy)).filter((text) => text !== '' && !/\p{Script=Han}|→/u.test(text)),
  ).toEqual([]);
  expect(
    reports
      .flatMap(({ byHand }) => byHand)
      .map(lineByHandZhTw)
      .filter((text) => !HAN.test(text)),
  ).toEqual([]);
  expect(checks.map(({ name }) => LINE_CHECKS_ZH_TW[name] ?? name).filter((text) => !HAN.test(text))).toEqual([]);
});

it('knows every sentence that stands in the source', () => {
  // A new finding that no situation above comes to would otherwise stay English unseen.
  const source = readFileSync(join(import.meta.dirname, '../core/line-checks.ts'), 'utf8');
  const plain = [...source.matchAll(/finding: '([^']+)'|remedy: '([^']+)'|ok\('\w+', '([^']+)'\)/g)].flatMap(
    ([, finding, remedy, fine]) => [finding ?? remedy ?? fine ?? ''],
  );
  expect(plain.length).toBeGreaterThan(8);
  const known = (text: string) => lineFindingZhTw(text) !== text || lineRemedyZhTw(text) !== text;
  expect(plain.filter((text) => !known(text))).toEqual([]);
});

it('leaves LINE’s own words as they came', () => {
  expect(lineFindingZhTw('401: Authentication failed')).toBe('401: Authentication failed');
  expect(lineFindingZhTw('LINE calls https://a.example/line/webhook')).toBe('LINE 呼叫 https://a.example/line/webhook');
});
