import { expect, it } from 'vitest';
import { classifyFailure, redeliverAfterMs } from './delivery-outcome.ts';

const failure = (code: string) => new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) });

it.each([
  ['ECONNREFUSED', 'could_not_connect'],
  ['ENOTFOUND', 'could_not_connect'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'could_not_connect'],
  ['ECONNRESET', 'unclassified'],
])('names %s as the console does', (code, outcome) => {
  expect(classifyFailure(failure(code))).toEqual({ outcome, detail: code });
});

it('knows a time-out', () => {
  expect(classifyFailure(new DOMException('late', 'TimeoutError')).outcome).toBe('request_timeout');
  expect(classifyFailure('odd').outcome).toBe('unclassified');
});

it('delivers again only when switched on, only after a failure, once per delay', () => {
  const failed = { outcome: 'error_status_code', status: 500 } as const;
  const on = { enabled: true, delaysMs: [10, 20] };
  expect([1, 2, 3].map((attempt) => redeliverAfterMs(failed, attempt, on))).toEqual([10, 20, undefined]);
  expect(redeliverAfterMs(failed, 1, { ...on, enabled: false })).toBeUndefined();
  expect(redeliverAfterMs({ outcome: 'success', status: 204 }, 1, on)).toBeUndefined();
});
