import { expect, it } from 'vitest';
import type { ApiLogEntry } from './judge-entries.ts';
import { createJudgeLog } from './judge-log.ts';

const call = (more: Partial<ApiLogEntry> = {}): ApiLogEntry => ({
  kind: 'api',
  method: 'POST',
  path: '/',
  endpoint: 'push',
  status: 200,
  requestId: 'r',
  accepted: true,
  ...more,
});

it('keeps the newest entries, in order, and counts what it lost', () => {
  const log = createJudgeLog(3);
  for (let i = 1; i <= 10; i++) log.add(call({ status: i }), i);
  expect(log.after(0)).toMatchObject({
    last: 10,
    dropped: 7,
    entries: [{ seq: 8 }, { seq: 9 }, { seq: 10, status: 10, atMs: 10 }],
  });
  expect(log.after(9).entries.map(({ seq }) => seq)).toEqual([10]);
  expect(log.after(10).entries).toEqual([]);
});

it('finds by person, retry key, endpoint and event', () => {
  const log = createJudgeLog();
  log.add(call({ to: ['Ua', 'Ub'], retryKey: 'ABC' }), 1);
  log.add(call({ endpoint: 'reply', to: ['Ub'], webhookEventId: 'e1' }), 2);
  log.add({ kind: 'phone', userId: 'Ub', did: 'opened', what: 'https://e.com' }, 3);
  const seqs = (query: object) => log.find(query).entries.map(({ seq }) => seq);
  expect(seqs({ user: 'Ub' })).toEqual([1, 2, 3]);
  expect(seqs({ user: 'Ub', limit: 2 })).toEqual([1, 2]);
  expect(seqs({ user: 'Ub', limit: 2, newest: true })).toEqual([2, 3]);
  expect(seqs({ user: 'Ua' })).toEqual([1]);
  expect(seqs({ retryKey: 'abc' })).toEqual([1]);
  expect(seqs({ endpoint: 'reply' })).toEqual([2]);
  expect(seqs({ webhookEventId: 'e1' })).toEqual([2]);
  expect(seqs({ kind: 'phone' })).toEqual([3]);
});

it('counts what was shown to whom, past the bound of its memory', () => {
  const log = createJudgeLog(2);
  log.add(call({ to: ['Ua'], retryKey: 'k1' }), 1);
  log.add(call({ to: ['Ua'], retryKey: 'k1', status: 409, accepted: false }), 2);
  log.add(call({ to: ['Ua', 'Ub', 'Uc'], shownTo: ['Ub'], endpoint: 'multicast', retryKey: 'k2' }), 3);
  log.add(call({ to: ['Ua'], endpoint: 'reply' }), 4);
  log.add(call({ to: ['Ub'], retryKey: 'k3', status: 'no_answer', accepted: false, fault: 'timeout_before' }), 5);
  log.add(call({ to: ['Uc'], retryKey: 'k1', status: 'cut', fault: 'cut_after' }), 6);
  expect(log.counts.of('Ua')).toEqual({ replies: 1, pushes: 1, events: 0 });
  expect(log.counts.summary()).toEqual({
    api: { push: { 200: 1, 409: 1, no_answer: 1, cut: 1 }, multicast: { 200: 1 }, reply: { 200: 1 } },
    faults: { timeout_before: 1, cut_after: 1 },
    webhooks: {},
    shown: { reply: 1, push: 3 },
    people: { shownOnce: 2, shownMoreOften: 1 },
    retryKeys: { seen: 3, accepted: 2, acceptedTwice: 1 },
  });
});

it('tells listeners until they leave', () => {
  const log = createJudgeLog();
  const heard: number[] = [];
  const leave = log.listen(({ seq }) => void heard.push(seq));
  log.add(call(), 1);
  leave();
  log.add(call(), 2);
  expect(heard).toEqual([1]);
});
