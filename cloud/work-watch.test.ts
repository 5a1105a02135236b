import { expect, it } from 'vitest';
import { watchWork } from './work-watch.ts';

function openWatch(calmMs?: number) {
  const told: string[] = [];
  let at = 5;
  const watch = watchWork({
    ...{ waits: 'events wait', over: 'events are worked off again', monoMs: () => at },
    ...(calmMs !== undefined && { calmMs }),
    log: {
      error: (_facts: object, words?: string) => void told.push(`error: ${words}`),
      info: (words: unknown) => void told.push(`info: ${words}`),
    },
  });
  const later = (ms: number): void => {
    at += ms;
  };
  const damaged = Object.assign(new Error('/srv/pharos.db is malformed'), { code: 'SQLITE_CORRUPT' });
  return { watch, told, later, fail: () => watch.failed(damaged) };
}

it('logs when work begins to fail and when it is done again, not each try', () => {
  const { watch, told, later, fail } = openWatch();
  watch.done();
  for (let i = 0; i < 3; i++) {
    fail();
    later(500);
  }
  for (let i = 0; i < 3; i++) watch.done();
  expect(told).toEqual(['error: events wait', 'info: events are worked off again']);
});

it('names what has only failed for long, by the code of the database', () => {
  const { watch, later, fail } = openWatch();
  fail();
  later(30_000);
  fail();
  expect(watch.trouble()).toBeUndefined();
  later(1_000);
  expect(watch.trouble()).toBe('events wait: each try has failed for 31 s (SQLITE_CORRUPT); the log says why');
  watch.done();
  expect(watch.trouble()).toBeUndefined();
});

it('forgets work nobody tries any more', () => {
  const { watch, later, fail } = openWatch();
  fail();
  later(61_000);
  expect(watch.trouble()).toBeUndefined();
});

it('says once that some of it fails while the rest is done, and when all has been done for long', () => {
  const { watch, told, later, fail } = openWatch(30_000);
  for (let i = 0; i < 40; i++) {
    fail();
    watch.done();
    later(1_000);
  }
  expect(told).toEqual(['error: events wait']);
  later(29_000);
  watch.done();
  expect(told).toEqual(['error: events wait', 'info: events are worked off again']);
});
