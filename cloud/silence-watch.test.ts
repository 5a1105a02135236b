import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Hwid } from '../protocol/ids.ts';
import { epochMs } from '../protocol/units.ts';
import type { EventId } from './core/ids.ts';
import type { Suspicion } from './core/suspicion.ts';
import { watchSilence } from './silence-watch.ts';

const MINUTE = 60_000;
const heard = (seq: number): Suspicion => ({
  kind: 'silent-node',
  hwid: Hwid.parse('0a1b2c3d4e'),
  eventId: `evt_${seq}` as EventId,
  at: epochMs(seq),
});

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Events 1 to `newest` are all of silent nodes; those that are `late` cannot be seen yet. */
function open(state: { newest: number; broken?: boolean; late?: readonly number[] }) {
  const noted: string[] = [];
  const faults: unknown[] = [];
  const stop = watchSilence({
    memory: {
      newestSeq: async () => state.newest,
      async ofSilentNodes(afterSeq, upToSeq) {
        if (state.broken) throw new Error('no database');
        const seqs = Array.from({ length: upToSeq }, (_, i) => i + 1).filter((seq) => seq > afterSeq);
        return { seq: upToSeq, suspicions: seqs.filter((seq) => !state.late?.includes(seq)).map(heard) };
      },
      note: async ({ eventId }) => void noted.push(eventId),
    },
    onFault: (error) => faults.push(error),
  });
  return { noted, faults, stop };
}

it('leaves alone what came before its own grace, then tells each once', async () => {
  const state = { newest: 3 };
  const { noted, stop } = open(state);
  await vi.advanceTimersByTimeAsync(15 * MINUTE);
  expect(noted).toEqual([]);
  state.newest = 5;
  await vi.advanceTimersByTimeAsync(3 * MINUTE);
  expect(noted).toEqual(['evt_4', 'evt_5']);
  await stop();
  state.newest = 9;
  await vi.advanceTimersByTimeAsync(60 * MINUTE);
  expect(noted).toHaveLength(2);
});

it('finds what was numbered earlier and committed later', async () => {
  const state = { newest: 3, late: [4] };
  const { noted, stop } = open(state);
  await vi.advanceTimersByTimeAsync(15 * MINUTE);
  state.newest = 5;
  await vi.advanceTimersByTimeAsync(1.5 * MINUTE);
  state.late = [];
  await vi.advanceTimersByTimeAsync(5 * MINUTE);
  expect(noted).toEqual(['evt_4', 'evt_5']);
  await stop();
});

it('goes on after trouble, losing nothing', async () => {
  const state: { newest: number; broken?: boolean } = { newest: 0 };
  const { noted, faults, stop } = open(state);
  await vi.advanceTimersByTimeAsync(15 * MINUTE);
  state.newest = 1;
  await vi.advanceTimersByTimeAsync(2 * MINUTE);
  state.broken = true;
  await vi.advanceTimersByTimeAsync(MINUTE);
  state.broken = false;
  await vi.advanceTimersByTimeAsync(MINUTE);
  expect(faults).toHaveLength(1);
  expect(noted).toEqual(['evt_1']);
  await stop();
});
