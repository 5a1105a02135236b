import { expect, it } from 'vitest';
import { createJudgeLog } from './judge-log.ts';

const entry = (status: number) =>
  ({ kind: 'api', method: 'POST', path: '/', endpoint: 'push', status, requestId: 'r', accepted: true }) as const;

it('keeps the newest entries, in order, and counts what it lost', () => {
  const log = createJudgeLog(3);
  for (let i = 1; i <= 10; i++) log.add(entry(i), i);
  expect(log.after(0)).toMatchObject({
    last: 10,
    dropped: 7,
    entries: [{ seq: 8 }, { seq: 9 }, { seq: 10, status: 10, atMs: 10 }],
  });
  expect(log.after(9).entries.map(({ seq }) => seq)).toEqual([10]);
  expect(log.after(10).entries).toEqual([]);
});
