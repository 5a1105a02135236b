import fc from 'fast-check';
import { expect, it } from 'vitest';
import { monoMs } from '../../protocol/units.ts';
import { mayTryDisk, type OutboxMode, type OutboxModePolicy, stepOutboxMode, TRUSTED } from './outbox-mode.ts';

const POLICY: OutboxModePolicy = { slowMs: 1_000, slowInARow: 3, retryFirstMs: 5_000, retryMaxMs: 60_000 };
const stored = (mode: OutboxMode, tookMs: number, at = 0) =>
  stepOutboxMode(mode, { type: 'stored', at: monoMs(at), tookMs }, POLICY);
const failed = (mode: OutboxMode, at = 0) => stepOutboxMode(mode, { type: 'failed', at: monoMs(at), why: 'x' }, POLICY);

it('one failure is enough, one slow commit is not', () => {
  expect(failed(TRUSTED)).toMatchObject({ at: 'memory', retryAt: 5_000 });
  let mode = stored(stored(TRUSTED, 1_500), 1_500);
  expect(mode.at).toBe('disk');
  mode = stored(mode, 10);
  mode = stored(stored(mode, 1_500), 1_500);
  expect(mode.at).toBe('disk');
  expect(stored(mode, 1_500)).toMatchObject({ at: 'memory', why: expect.stringContaining('3 commits') });
});

it('a disk that comes back slow is left again at the first slow commit', () => {
  const back = stored(failed(TRUSTED), 2_000);
  expect(back.at).toBe('disk');
  expect(stored(back, 2_000).at).toBe('memory');
});

it('waits longer for a disk that keeps failing, up to a bound, and forgives one that is quick', () => {
  let mode = failed(TRUSTED);
  const waits: number[] = [];
  for (let round = 0; round < 6; round += 1) {
    waits.push(mode.at === 'memory' ? mode.retryAt : 0);
    mode = failed(mode);
  }
  expect(waits).toEqual([5_000, 10_000, 20_000, 40_000, 60_000, 60_000]);
  for (let round = 0; round < 20; round += 1) mode = stored(mode, 1);
  expect(failed(mode)).toMatchObject({ retryAt: 5_000 });
});

it('never tries sooner than it said, whatever happens', () => {
  const input = fc.record({ fail: fc.boolean(), at: fc.integer({ min: 0, max: 1e6 }), tookMs: fc.nat(5_000) });
  fc.assert(
    fc.property(fc.array(input), (inputs) => {
      let mode = TRUSTED;
      for (const { fail, at, tookMs } of inputs) {
        mode = fail ? failed(mode, at) : stored(mode, tookMs, at);
        expect(mayTryDisk(mode, monoMs(at))).toBe(false);
        if (mode.at === 'memory') expect(mayTryDisk(mode, monoMs(at + POLICY.retryMaxMs))).toBe(true);
      }
    }),
  );
});
