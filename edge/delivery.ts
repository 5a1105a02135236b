import type { Logger } from 'pino';
import type { EventAck, EventBatch } from '../protocol/messages/events.ts';
import type { MonoMs } from '../protocol/units.ts';
import {
  type FlightInput,
  type FlightPolicy,
  IDLE,
  inFlightCount,
  mayDispatch,
  selectBatch,
  stepFlights,
} from './core/outbox-policy.ts';
import { OUTBOX_READ_AHEAD_BATCHES } from './core/thresholds.ts';
import type { Machine } from './host/machine.ts';
import type { OutboxReader } from './store/outbox.ts';
import type { OutboxRow } from './store/outbox-rows.ts';

/**
 * Carries rows of the outbox to whoever sends them, and acks back into it. It asks the policy what may leave and owns
 * nothing but the rows it has read ahead: each is offered once, and read again when something that was on its way came
 * back. What was settled meanwhile is taken out, so that no row is sent after its ack.
 */
export interface Delivery {
  linked(): void;
  unlinked(): void;
  ack(ack: EventAck): void;
  /** There may be new rows. */
  nudge(): void;
  /** Time has passed. */
  beat(at: MonoMs): void;
  readonly counters: Readonly<Record<'batchesSent' | 'rowsSent' | 'acks' | 'ackTimeouts' | 'rowsRejected', number>>;
}

export interface DeliveryParts {
  readonly outbox: OutboxReader;
  readonly send: (batch: EventBatch) => void;
  readonly machine: Machine;
  readonly policy: FlightPolicy;
  readonly random: () => number;
  readonly log: Logger;
}

export function createDelivery({ outbox, send, machine, policy, random, log }: DeliveryParts): Delivery {
  const counters = { batchesSent: 0, rowsSent: 0, acks: 0, ackTimeouts: 0, rowsRejected: 0 };
  let flights = IDLE;
  let ahead: readonly OutboxRow[] = [];
  /** False once the outbox had nothing more to offer. */
  let mayHaveMore = true;
  let seenVersion = -1;

  const advance = (input: FlightInput): void => {
    flights = stepFlights(flights, input, policy);
  };

  function reread(): void {
    ahead = [];
    mayHaveMore = true;
  }

  /** Sends what may be sent now. */
  function pump(): void {
    while (mayDispatch(flights, machine.mono(), policy)) {
      if (ahead.length === 0) {
        if (!mayHaveMore) return;
        // Rows on their way are among the oldest ones, so this many more than them holds whole batches of others.
        const limit = inFlightCount(flights) + policy.maxBatchEvents * OUTBOX_READ_AHEAD_BATCHES;
        const rows = outbox.waiting(limit);
        mayHaveMore = rows.length === limit;
        ahead = rows;
      }
      const batch = selectBatch(ahead, flights, policy);
      const last = batch.at(-1);
      if (last === undefined) ahead = [];
      else {
        ahead = ahead.slice(ahead.indexOf(last) + 1);
        dispatch(last, batch);
      }
    }
  }

  function dispatch({ epoch }: OutboxRow, batch: readonly OutboxRow[]): void {
    const at = machine.mono();
    send({ v: 1, epoch, boot: machine.boot, sentMonoMs: at, events: batch.map((row) => row.event) });
    advance({ type: 'dispatched', epoch, seqs: batch.map((row) => row.seq), at });
    counters.batchesSent += 1;
    counters.rowsSent += batch.length;
  }

  return {
    counters,
    linked() {
      advance({ type: 'linked' });
      reread();
      pump();
    },
    unlinked() {
      advance({ type: 'unlinked' });
      ahead = [];
    },
    ack(ack) {
      counters.acks += 1;
      const { parked } = outbox.settle(ack);
      if (parked > 0) log.warn({ rejected: ack.rejected }, 'the cloud cannot accept these rows; they are parked');
      counters.rowsRejected += parked;
      const seqs = listedIn(ack);
      advance({ type: 'acked', epoch: ack.epoch, seqs });
      ahead = ahead.filter((row) => row.epoch !== ack.epoch || !seqs(row.seq));
      pump();
    },
    nudge() {
      mayHaveMore = true;
      pump();
    },
    beat(at) {
      const before = flights.setbacks;
      advance({ type: 'tick', at, random: random() });
      if (flights.setbacks > before) {
        counters.ackTimeouts += 1;
        reread();
        if (before === 0) log.warn('the cloud does not acknowledge; events are kept and sent again');
      }
      const version = outbox.version();
      // Another process adds rows, drops old ones or puts their times right.
      if (version !== seenVersion) reread();
      seenVersion = version;
      pump();
    },
  };
}

/** Whether an ack lists a row, as done or as rejected. */
function listedIn(ack: EventAck): (seq: number) => boolean {
  const rejected = new Set(ack.rejected.map((row) => row.seq));
  return (seq) => rejected.has(seq) || ack.done.some(([from, to]) => from <= seq && seq <= to);
}
