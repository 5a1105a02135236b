import { type MonoMs, monoMs } from '../../protocol/units.ts';

/**
 * Which rows of the outbox are on their way, and when to try them again.
 *
 *   waiting ──dispatch──▶ in flight ──ack lists it──▶ settled (the outbox deletes or parks the row)
 *      ▲                      │
 *      └── ack time-out, or the link dropped
 *
 * Invariants: a row is in at most one flight; at most `maxFlights` flights; a row leaves only through an ack, so a lost
 * batch or a lost ack costs time, never an event. Time-outs in a row stretch the ack time-out; any progress resets it.
 */
export interface FlightState {
  readonly linked: boolean;
  readonly flights: readonly Flight[];
  /** Ack time-outs since the last progress. */
  readonly timeouts: number;
  /** After a time-out nothing is sent before this. */
  readonly holdUntil: MonoMs;
}

interface Flight {
  readonly seqs: ReadonlySet<number>;
  readonly deadline: MonoMs;
}

export interface FlightPolicy {
  readonly maxFlights: number;
  readonly maxBatchEvents: number;
  readonly maxBatchBytes: number;
  /** How long the cloud may take for an ack before a batch is sent again. */
  readonly ackTimeoutMs: number;
  readonly retry: BackoffPolicy;
}

export interface BackoffPolicy {
  readonly firstMs: number;
  readonly maxMs: number;
}

export const IDLE: FlightState = { linked: false, flights: [], timeouts: 0, holdUntil: monoMs(0) };

export type FlightInput =
  /** The link came up or went down; either way nothing sent before counts as on its way. */
  | { readonly type: 'linked' | 'unlinked' }
  /** The cloud listed these rows, as done or as rejected. */
  | { readonly type: 'acked'; readonly seqs: (seq: number) => boolean }
  | { readonly type: 'dispatched'; readonly seqs: readonly number[]; readonly at: MonoMs }
  /** `random` is in [0, 1) and spreads the retries of many nodes. */
  | { readonly type: 'tick'; readonly at: MonoMs; readonly random: number };

export function stepFlights(state: FlightState, input: FlightInput, policy: FlightPolicy): FlightState {
  switch (input.type) {
    case 'linked':
      return { ...IDLE, linked: true };
    case 'unlinked':
      return IDLE;
    case 'acked':
      return settle(state, input.seqs);
    case 'dispatched': {
      const deadline = monoMs(input.at + policy.ackTimeoutMs * 2 ** Math.min(state.timeouts, 3));
      return { ...state, flights: [...state.flights, { seqs: new Set(input.seqs), deadline }] };
    }
    case 'tick': {
      const flights = state.flights.filter((flight) => flight.deadline > input.at);
      if (flights.length === state.flights.length) return state;
      const holdUntil = monoMs(input.at + backoffMs(state.timeouts, policy.retry, input.random));
      return { ...state, flights, timeouts: state.timeouts + 1, holdUntil };
    }
  }
}

/** A flight ends when all its rows are listed; rows the ack left out stay and are sent again after the time-out. */
function settle(state: FlightState, listed: (seq: number) => boolean): FlightState {
  let progress = false;
  const flights: Flight[] = [];
  for (const flight of state.flights) {
    const left = new Set([...flight.seqs].filter((seq) => !listed(seq)));
    if (left.size < flight.seqs.size) progress = true;
    if (left.size > 0) flights.push({ ...flight, seqs: left });
  }
  return progress ? { ...state, flights, timeouts: 0, holdUntil: monoMs(0) } : state;
}

/** Whether another batch may leave now. */
export const mayDispatch = (state: FlightState, at: MonoMs, policy: FlightPolicy): boolean =>
  state.linked && at >= state.holdUntil && state.flights.length < policy.maxFlights;

export const isInFlight = (state: FlightState, seq: number): boolean =>
  state.flights.some((flight) => flight.seqs.has(seq));

export const inFlightCount = (state: FlightState): number =>
  state.flights.reduce((sum, flight) => sum + flight.seqs.size, 0);

/**
 * The next batch out of `rows` (oldest first): those not on their way, of one epoch, within the limits. One row alone may
 * exceed the byte limit, or it would block the outbox.
 */
export function selectBatch<Row extends { readonly seq: number; readonly epoch: string; readonly bytes: number }>(
  rows: readonly Row[],
  state: FlightState,
  policy: FlightPolicy,
): readonly Row[] {
  const batch: Row[] = [];
  let bytes = 0;
  for (const row of rows) {
    if (isInFlight(state, row.seq)) continue;
    const first = batch[0];
    if (first !== undefined && (row.epoch !== first.epoch || bytes + row.bytes > policy.maxBatchBytes)) break;
    batch.push(row);
    bytes += row.bytes;
    if (batch.length >= policy.maxBatchEvents) break;
  }
  return batch;
}

/** Exponential back-off with full jitter in its upper half: attempt 0 waits about `firstMs`, none more than `maxMs`. */
export function backoffMs(attempt: number, policy: BackoffPolicy, random: number): number {
  const ceiling = Math.min(policy.maxMs, policy.firstMs * 2 ** Math.min(attempt, 30));
  return Math.round(ceiling * (0.5 + random / 2));
}
