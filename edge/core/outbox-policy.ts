import type { OutboxEpoch } from '../../protocol/ids.ts';
import { type MonoMs, monoMs } from '../../protocol/units.ts';

/**
 * Which rows of the outbox are on their way, and when to try them again.
 *
 *   waiting ──dispatch──▶ in flight ──ack lists it──▶ settled (the outbox deletes or parks the row)
 *      ▲                      │
 *      └── ack time-out, or the link dropped: a setback
 *
 * Invariants: a row is in at most one flight; at most `maxFlights` flights; a row leaves only through an ack, so a lost
 * batch or a lost ack costs time, never an event.
 *
 * After a setback one batch at a time probes the way, half as large and patient for twice as long with each further one: a
 * cloud that says nothing is not flooded, a line of a few bytes a second or a broker with a low size limit gets batches
 * that pass. Every progress takes back one setback, so that the size settles around what the line can carry.
 */
export interface FlightState {
  readonly linked: boolean;
  readonly flights: readonly Flight[];
  /** Ack time-outs and drops of the link with rows on their way, less the progress since. */
  readonly setbacks: number;
  /** After a time-out nothing is sent before this. */
  readonly holdUntil: MonoMs;
}

interface Flight {
  readonly epoch: OutboxEpoch;
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

export const IDLE: FlightState = { linked: false, flights: [], setbacks: 0, holdUntil: monoMs(0) };

/** From here on a batch is one row, and there is nothing left to halve. */
const MOST_SETBACKS = 8;

/** An ack time-out grows to eight times its first length: minutes of one row on the slowest line that is worth a try. */
const MOST_PATIENCE_DOUBLINGS = 3;

export type FlightInput =
  /** The link came up or went down; either way nothing sent before counts as on its way. */
  | { readonly type: 'linked' | 'unlinked' }
  /** The cloud listed these rows of an epoch, as done or as rejected. */
  | { readonly type: 'acked'; readonly epoch: OutboxEpoch; readonly seqs: (seq: number) => boolean }
  | { readonly type: 'dispatched'; readonly epoch: OutboxEpoch; readonly seqs: readonly number[]; readonly at: MonoMs }
  /** `random` is in [0, 1) and spreads the retries of many nodes. */
  | { readonly type: 'tick'; readonly at: MonoMs; readonly random: number };

export function stepFlights(state: FlightState, input: FlightInput, policy: FlightPolicy): FlightState {
  switch (input.type) {
    case 'linked':
    case 'unlinked': {
      const setbacks = oneMore(state, state.flights.length > 0);
      return { linked: input.type === 'linked', flights: [], setbacks, holdUntil: monoMs(0) };
    }
    case 'acked':
      return settle(state, input);
    case 'dispatched': {
      const patience = policy.ackTimeoutMs * 2 ** Math.min(state.setbacks, MOST_PATIENCE_DOUBLINGS);
      const flight = { epoch: input.epoch, seqs: new Set(input.seqs), deadline: monoMs(input.at + patience) };
      return { ...state, flights: [...state.flights, flight] };
    }
    case 'tick': {
      const flights = state.flights.filter((flight) => flight.deadline > input.at);
      if (flights.length === state.flights.length) return state;
      const holdUntil = monoMs(input.at + backoffMs(state.setbacks, policy.retry, input.random));
      return { ...state, flights, setbacks: oneMore(state, true), holdUntil };
    }
  }
}

const oneMore = ({ setbacks }: FlightState, is: boolean): number => Math.min(MOST_SETBACKS, setbacks + (is ? 1 : 0));

/** A flight ends when all its rows are listed; rows the ack left out stay and are sent again after the time-out. */
function settle(state: FlightState, ack: Extract<FlightInput, { type: 'acked' }>): FlightState {
  let progress = false;
  const flights: Flight[] = [];
  for (const flight of state.flights) {
    const left = flight.epoch === ack.epoch ? new Set([...flight.seqs].filter((seq) => !ack.seqs(seq))) : flight.seqs;
    if (left.size < flight.seqs.size) progress = true;
    if (left.size > 0) flights.push({ ...flight, seqs: left });
  }
  return progress ? { ...state, flights, setbacks: Math.max(0, state.setbacks - 1), holdUntil: monoMs(0) } : state;
}

/** Whether another batch may leave now. */
export const mayDispatch = (state: FlightState, at: MonoMs, policy: FlightPolicy): boolean =>
  state.linked && at >= state.holdUntil && state.flights.length < (state.setbacks > 0 ? 1 : policy.maxFlights);

export interface RowKey {
  readonly epoch: OutboxEpoch;
  readonly seq: number;
}

export const isInFlight = (state: FlightState, { epoch, seq }: RowKey): boolean =>
  state.flights.some((flight) => flight.epoch === epoch && flight.seqs.has(seq));

export const inFlightCount = (state: FlightState): number =>
  state.flights.reduce((sum, flight) => sum + flight.seqs.size, 0);

/**
 * The next batch out of `rows` (oldest first): those not on their way, of one epoch, within the limits. One row alone may
 * exceed the byte limit, or it would block the outbox.
 */
export function selectBatch<Row extends RowKey & { readonly bytes: number }>(
  rows: readonly Row[],
  state: FlightState,
  policy: FlightPolicy,
): readonly Row[] {
  const share = 2 ** -state.setbacks;
  const maxEvents = Math.max(1, Math.floor(policy.maxBatchEvents * share));
  const maxBytes = policy.maxBatchBytes * share;
  const batch: Row[] = [];
  let bytes = 0;
  for (const row of rows) {
    if (isInFlight(state, row)) continue;
    const first = batch[0];
    if (first !== undefined && (row.epoch !== first.epoch || bytes + row.bytes > maxBytes)) break;
    batch.push(row);
    bytes += row.bytes;
    if (batch.length >= maxEvents) break;
  }
  return batch;
}

/** Exponential back-off with full jitter in its upper half: attempt 0 waits about `firstMs`, none more than `maxMs`. */
export function backoffMs(attempt: number, policy: BackoffPolicy, random: number): number {
  const ceiling = Math.min(policy.maxMs, policy.firstMs * 2 ** Math.min(attempt, 30));
  return Math.round(ceiling * (0.5 + random / 2));
}
