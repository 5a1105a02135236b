import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { monoMs } from '../../protocol/units.ts';
import type { Action, ActionOutcome, RadioFact } from '../core/supervision.ts';
import { SUPERVISION_BEAT_MS, SUPERVISION_POLICY } from '../core/thresholds.ts';
import { superviseRadio } from './supervise.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function setUp() {
  const carriedOut: Action[] = [];
  const stages: string[] = [];
  const radio = { present: true, outcome: 'done' as ActionOutcome, tell: (_fact: RadioFact): void => undefined };
  const supervisor = superviseRadio({
    control: {
      watch(onFact) {
        radio.tell = onFact;
      },
      async carryOut(action) {
        carriedOut.push(action);
        return radio.outcome;
      },
      isPresent: () => radio.present,
    },
    mono: () => monoMs(performance.now()),
    policy: SUPERVISION_POLICY,
    countedBefore: { recoveryReset: 2, adverts: 7 },
    onStage: (stage, reason) => void stages.push(`${stage} ${reason}`),
  });
  radio.tell({ type: 'adapter', state: 'on' });
  radio.tell({ type: 'on-air' });
  return { supervisor, radio, carriedOut, stages };
}

it('asks a quiet controller, and leaves one that is heard in peace', async () => {
  const { supervisor, carriedOut, stages } = setUp();
  for (let beat = 0; beat < 20; beat += 1) {
    supervisor.heard(false);
    await vi.advanceTimersByTimeAsync(SUPERVISION_BEAT_MS);
  }
  expect(carriedOut).toEqual([]);
  await vi.advanceTimersByTimeAsync(SUPERVISION_POLICY.probeEveryMs + SUPERVISION_BEAT_MS);
  expect(carriedOut).toEqual(['probe']);
  expect(stages).toEqual([]);
});

it('carries the stages out one after the other, and counts them on from the process before', async () => {
  const { supervisor, radio, carriedOut, stages } = setUp();
  radio.outcome = 'no-answer';
  await vi.advanceTimersByTimeAsync(60_000);
  expect(carriedOut).toEqual(['probe', 'probe', 'reset']);
  expect(stages).toEqual(['reset no-answer', 'exit no-answer']);
  expect(supervisor.counters()).toMatchObject({ recoveryReset: 3, recoveryExit: 1, recoveryRestart: 0 });
  expect(supervisor.counters()).not.toHaveProperty('adverts');
});

it('leaves an adapter that is off because it is gone', async () => {
  const { radio, carriedOut, stages } = setUp();
  radio.tell({ type: 'adapter', state: 'off' });
  await vi.advanceTimersByTimeAsync(2 * SUPERVISION_BEAT_MS);
  expect(stages).toEqual([]);
  radio.present = false;
  await vi.advanceTimersByTimeAsync(SUPERVISION_BEAT_MS);
  expect(stages).toEqual(['exit adapter-gone']);
  expect(carriedOut).toEqual([]);
});

it('does nothing more once it is stopped', async () => {
  const { supervisor, radio, carriedOut } = setUp();
  supervisor.stop();
  radio.tell({ type: 'disturbed' });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(carriedOut).toEqual([]);
});
