import { describe, expect, it } from 'vitest';
import { accept, reject } from '../../protocol/result.ts';
import { epochMs } from '../../protocol/units.ts';
import type { LineAccountFacts } from './line-account.ts';
import { judgeLineAccount } from './line-checks.ts';

const URL = 'https://pharos.example/line/webhook';

const WELL: LineAccountFacts = {
  bot: accept({ basicId: '@tea', displayName: 'Tea House', chatMode: 'bot' }),
  endpoint: accept({ url: URL, active: true }),
  test: accept({ success: true, statusCode: 200, reason: 'OK', detail: '200' }),
  quota: accept({ limit: 1000, used: 100 }),
  clockAheadMs: 400,
  hwids: ['0a1b2c3d4e'],
  at: epochMs(0),
};

it('finds nothing where all is well', () => {
  const { checks, ready, byHand } = judgeLineAccount(WELL);
  expect(checks.map(({ status }) => status)).toEqual(Array(7).fill('ok'));
  expect(checks.every(({ remedy }) => remedy === '')).toBe(true);
  expect(ready).toBe(true);
  expect(byHand.join()).toContain('0a1b2c3d4e');
});

const test = (statusCode: number, reason: string) => accept({ success: false, statusCode, reason, detail: '' });

describe('one thing at a time goes wrong', () => {
  it.each<[string, Partial<LineAccountFacts>, string, string, RegExp]>([
    ['token', { bot: reject('unauthorized', '401: Authentication failed') }, 'fail', 'token', /ACCESS_TOKEN/],
    [
      'chat mode',
      { bot: accept({ basicId: '@t', displayName: 'T', chatMode: 'chat' }) },
      'warn',
      'answers',
      /chat off/,
    ],
    ['clock', { clockAheadMs: 90_000 }, 'fail', 'clock', /set-ntp/],
    ['no address', { endpoint: accept(undefined) }, 'fail', 'address', /--webhook/],
    ['other address', { wanted: 'https://other.example/line/webhook' }, 'fail', 'address', /--webhook/],
    [
      'address refused',
      { set: reject('refused', '400: Invalid webhook endpoint URL') },
      'fail',
      'address',
      /public https/,
    ],
    ['switch', { endpoint: accept({ url: URL, active: false }) }, 'fail', 'switch', /Use webhook/],
    ['secret', { test: test(401, 'ERROR_STATUS_CODE') }, 'fail', 'webhook', /CHANNEL_SECRET/],
    ['unreachable', { test: test(0, 'COULD_NOT_CONNECT') }, 'fail', 'webhook', /\/line\/webhook/],
    ['quota', { quota: accept({ limit: 1000, used: 950 }) }, 'warn', 'quota', /Plan/],
    ['silent LINE', { quota: reject('unreachable', 'LINE did not answer') }, 'unknown', 'quota', /status page/],
  ])('%s', (_name, broken, status, name, remedy) => {
    const { checks, ready } = judgeLineAccount({ ...WELL, ...broken });
    const first = checks.find((check) => check.status !== 'ok');
    expect(first).toMatchObject({ name, status });
    expect(first?.remedy).toMatch(remedy);
    expect(ready).toBe(status === 'warn');
  });
});

it('says that it could not tell the time', () => {
  const { clockAheadMs: _, ...facts } = WELL;
  expect(judgeLineAccount(facts).checks.find(({ name }) => name === 'clock')?.status).toBe('unknown');
});
