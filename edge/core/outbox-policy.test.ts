import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OutboxEpoch } from '../../protocol/ids.ts';
import { monoMs } from '../../protocol/units.ts';
import {
  backoffMs,
  type FlightInput,
  type FlightPolicy,
  type FlightState,
  IDLE,
  inFlightCount,
  mayDispatch,
  selectBatch,
  stepFlights,
} from './outbox-policy.ts';

const POLICY: FlightPolicy = {
  maxFlights: 2,
  maxBatchEvents: 3,
  maxBatchBytes: 1_000,
  ackTimeoutMs: 5_000,
  retry: { firstMs: 1_000, maxMs: 8_000 },
};

const play = (...inputs: FlightInput[]): FlightState =>
  inputs.reduce((state, input) => stepFlights(state, input, POLICY), IDLE);
const A = OutboxEpoch.parse('aaaaaaaaaaaaaaaa');
const B = OutboxEpoch.parse('bbbbbbbbbbbbbbbb');
const sent = (at: number, ...seqs: number[]): FlightInput => ({ type: 'dispatched', epoch: A, seqs, at: monoMs(at) });
const acked = (...seqs: number[]): FlightInput => ({ type: 'acked', epoch: A, seqs: (seq) => seqs.includes(seq) });
const tick = (at: number): FlightInput => ({ type: 'tick', at: monoMs(at), random: 0.5 });
const UP: FlightInput = { type: 'linked' };
const row = (seq: number, over: { epoch?: OutboxEpoch; bytes?: number } = {}) => ({
  seq,
  epoch: A,
  bytes: 100,
  ...over,
});
const seqsOf = (rows: readonly { readonly seq: number }[]): number[] => rows.map(({ seq }) => seq);

describe('flights', () => {
  it('sends nothing while the link is down, and nothing beyond its window', () => {
    expect(mayDispatch(IDLE, monoMs(0), POLICY)).toBe(false);
    expect(mayDispatch(play(UP), monoMs(0), POLICY)).toBe(true);
    expect(mayDispatch(play(UP, sent(0, 1), sent(0, 2)), monoMs(0), POLICY)).toBe(false);
  });

  it('an ack frees the window; a partial one leaves the rest on its way', () => {
    expect(inFlightCount(play(UP, sent(0, 1, 2), acked(1, 2)))).toBe(0);
    expect(inFlightCount(play(UP, sent(0, 1, 2), acked(1)))).toBe(1);
  });

  it('a row left out of an ack is free again after the time-out, after a hold', () => {
    const state = play(UP, sent(0, 1, 2), acked(1), tick(5_000));
    expect(seqsOf(selectBatch([row(2), row(3)], state, { ...POLICY, maxBatchEvents: 6 }))).toEqual([2, 3]);
    expect(mayDispatch(state, monoMs(5_000), POLICY)).toBe(false);
    expect(mayDispatch(state, monoMs(6_000), POLICY)).toBe(true);
  });

  it('repeats more slowly while nobody answers, and without waiting after progress', () => {
    const silent = play(UP, sent(0, 1), tick(5_000), sent(6_000, 1), tick(16_000));
    expect(silent.setbacks).toBe(2);
    expect(silent.holdUntil).toBeGreaterThan(16_000 + 1_000);
    const heard = stepFlights(stepFlights(silent, sent(20_000, 1, 2), POLICY), acked(1), POLICY);
    expect(heard).toMatchObject({ setbacks: 1, holdUntil: 0 });
  });

  it('a stranger ack is no progress', () => {
    expect(play(UP, sent(0, 1), tick(5_000), sent(9_000, 1), acked(99)).setbacks).toBe(1);
    const ofAnotherEpoch: FlightInput = { type: 'acked', epoch: B, seqs: () => true };
    expect(inFlightCount(play(UP, sent(0, 1, 2), ofAnotherEpoch))).toBe(2);
  });

  it('the same number of another epoch is another row', () => {
    expect(seqsOf(selectBatch([row(1), row(1, { epoch: B })], play(UP, sent(0, 1)), POLICY))).toEqual([1]);
  });

  it('after a setback one batch at a time probes the way, smaller with each, down to one row', () => {
    const policy = { ...POLICY, maxBatchEvents: 8 };
    const rows = Array.from({ length: 20 }, (_, index) => row(index + 1, { bytes: 1 }));
    const cut: FlightInput[] = [sent(0, 1), { type: 'unlinked' }, UP];
    const sizes = [0, 1, 2, 3, 4, 60].map((setbacks) => {
      const state = play(UP, ...Array.from({ length: setbacks }, () => cut).flat());
      return selectBatch(rows, state, policy).length;
    });
    expect(sizes).toEqual([8, 4, 2, 1, 1, 1]);
    const probing = play(UP, ...cut);
    expect(mayDispatch(probing, monoMs(0), POLICY)).toBe(true);
    expect(mayDispatch(stepFlights(probing, sent(0, 1), POLICY), monoMs(0), POLICY)).toBe(false);
    expect(play(UP, ...cut, sent(0, 1), acked(1)).setbacks).toBe(0);
  });

  it('a link that drops with nothing on its way is no setback', () => {
    expect(play(UP, { type: 'unlinked' }, UP, { type: 'unlinked' }, UP).setbacks).toBe(0);
  });

  it('a new link forgets what was on its way', () => {
    const state = play(UP, sent(0, 1, 2), { type: 'unlinked' }, UP);
    expect(selectBatch([row(1)], state, POLICY)).toHaveLength(1);
  });
});

describe('a batch', () => {
  it.each([
    { name: 'at most so many events', rows: [row(1), row(2), row(3), row(4)], seqs: [1, 2, 3] },
    { name: 'at most so many bytes', rows: [row(1, { bytes: 600 }), row(2, { bytes: 600 })], seqs: [1] },
    { name: 'one row however large', rows: [row(1, { bytes: 6_000 }), row(2)], seqs: [1] },
    { name: 'one epoch', rows: [row(1), row(2, { epoch: B })], seqs: [1] },
  ])('has $name', ({ rows, seqs }) => {
    expect(selectBatch(rows, play(UP), POLICY).map(({ seq }) => seq)).toEqual(seqs);
  });
});

it('back-off grows to its ceiling and never leaves [half, full]', () => {
  fc.assert(
    fc.property(fc.nat(1_000), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (attempt, random) => {
      const wait = backoffMs(attempt, POLICY.retry, random);
      const full = Math.min(8_000, 1_000 * 2 ** Math.min(attempt, 10));
      expect(wait).toBeGreaterThanOrEqual(full / 2);
      expect(wait).toBeLessThanOrEqual(full);
    }),
  );
});

it('against a cloud that loses batches and acks, every row settles and none is in two flights', () => {
  const policy = { ...POLICY, maxFlights: 3 };
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 60 }), fc.nat(20), (fates, count) => {
      const rows = new Set(Array.from({ length: count }, (_, index) => index + 1));
      let state = stepFlights(IDLE, UP, policy);
      let at = 0;
      const fate = [...fates];
      for (let turn = 0; rows.size > 0; turn += 1) {
        expect(turn).toBeLessThan(1_000);
        at += 60_000;
        state = stepFlights(state, { type: 'tick', at: monoMs(at), random: 0 }, policy);
        at += 30_000;
        const batch = mayDispatch(state, monoMs(at), policy)
          ? selectBatch(
              [...rows].map((seq) => row(seq)),
              state,
              policy,
            )
          : [];
        if (batch.length === 0) continue;
        state = stepFlights(state, { type: 'dispatched', epoch: A, seqs: seqsOf(batch), at: monoMs(at) }, policy);
        const all = state.flights.flatMap((flight) => [...flight.seqs]);
        expect(new Set(all).size).toBe(all.length);
        switch (fate.pop() ?? 0) {
          case 0: {
            const listed = new Set(batch.map(({ seq }) => seq));
            for (const seq of listed) rows.delete(seq);
            state = stepFlights(state, { type: 'acked', epoch: A, seqs: (seq) => listed.has(seq) }, policy);
            break;
          }
          case 1: {
            const first = batch[0]?.seq ?? 0;
            rows.delete(first);
            state = stepFlights(state, { type: 'acked', epoch: A, seqs: (seq) => seq === first }, policy);
            break;
          }
          case 2:
            state = stepFlights(stepFlights(state, { type: 'unlinked' }, policy), UP, policy);
            break;
          default:
            break;
        }
      }
    }),
  );
});
