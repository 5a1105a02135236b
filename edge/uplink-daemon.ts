import type { Logger } from 'pino';
import type { EventAck } from '../protocol/messages/events.ts';
import type { NodeHealth } from '../protocol/messages/status.ts';
import {
  type FlightInput,
  type FlightPolicy,
  IDLE,
  inFlightCount,
  mayDispatch,
  selectBatch,
  stepFlights,
} from './core/outbox-policy.ts';
import { OUTBOX_POLL_MS, RADIO_SNAPSHOT_STALE_INTERVALS } from './core/thresholds.ts';
import type { Machine } from './host/machine.ts';
import type { MqttLink } from './link/mqtt-link.ts';
import type { Daemon } from './radio-daemon.ts';
import { radioHealth, silentRadioHealth } from './radio-health.ts';
import type { Outbox, OutboxRow } from './store/outbox.ts';
import type { RadioSnapshots } from './store/radio-snapshot.ts';

export interface UplinkDaemonParts {
  readonly outbox: Outbox;
  readonly snapshots: RadioSnapshots;
  readonly link: MqttLink;
  readonly machine: Machine;
  readonly policy: FlightPolicy;
  readonly healthEveryMs: number;
  readonly random: () => number;
  readonly log: Logger;
}

export interface UplinkDaemon extends Daemon {
  /** There may be new rows. Without it the daemon finds out by itself within {@link OUTBOX_POLL_MS}. */
  nudge(): void;
}

/** Carries rows from the outbox to the cloud and the cloud's acks back; nobody else in a node speaks MQTT. */
export function startUplinkDaemon(parts: UplinkDaemonParts): UplinkDaemon {
  const { outbox, link, machine, policy, log } = parts;
  const counters = {
    batchesSent: 0,
    rowsSent: 0,
    acks: 0,
    badAcks: 0,
    ackTimeouts: 0,
    rowsRejected: 0,
    linkDrops: 0,
    storeFaults: 0,
  };
  let flights = IDLE;
  let seenVersion = -1;
  /** False once the outbox had nothing more to send; a changed outbox or a freed flight sets it again. */
  let mayHaveRows = true;
  let healthDue = 0;

  const advance = (input: FlightInput): void => {
    flights = stepFlights(flights, input, policy);
  };

  /** The disk may fail for a while; rows stay, the cloud repeats its acks, and the next beat tries again. */
  function tolerant(action: () => void): void {
    try {
      action();
    } catch (error) {
      counters.storeFaults += 1;
      if (counters.storeFaults === 1) log.error({ err: error }, 'the outbox cannot be read or written; check the disk');
    }
  }

  /** Sends what may be sent now. Called on every beat and whenever something changed. */
  function pump(): void {
    while (mayHaveRows && mayDispatch(flights, machine.mono(), policy)) {
      // Rows on their way are the oldest ones, so this many more than them holds a whole batch of others.
      const rows = outbox.waiting(inFlightCount(flights) + policy.maxBatchEvents);
      const batch = selectBatch(rows, flights, policy);
      const first = batch[0];
      if (first === undefined) {
        mayHaveRows = false;
        return;
      }
      dispatch(first, batch);
    }
  }

  function dispatch(first: OutboxRow, batch: readonly OutboxRow[]): void {
    const at = machine.mono();
    link.sendBatch({
      v: 1,
      epoch: first.epoch,
      boot: machine.boot,
      sentMonoMs: at,
      events: batch.map((row) => row.event),
    });
    advance({ type: 'dispatched', seqs: batch.map((row) => row.seq), at });
    counters.batchesSent += 1;
    counters.rowsSent += batch.length;
  }

  function onAck(ack: EventAck): void {
    counters.acks += 1;
    const { parked } = outbox.settle(ack);
    if (parked > 0) log.warn({ rejected: ack.rejected }, 'the cloud cannot accept these rows; they are parked');
    counters.rowsRejected += parked;
    const rejected = new Set(ack.rejected.map((row) => row.seq));
    advance({
      type: 'acked',
      seqs: (seq) => rejected.has(seq) || ack.done.some(([from, to]) => from <= seq && seq <= to),
    });
    mayHaveRows = true;
    pump();
  }

  function beat(): void {
    const at = machine.mono();
    const before = flights.timeouts;
    advance({ type: 'tick', at, random: parts.random() });
    if (flights.timeouts > before) {
      counters.ackTimeouts += 1;
      mayHaveRows = true;
      if (before === 0) log.warn('the cloud does not acknowledge; events are kept and sent again');
    }
    const version = outbox.version();
    if (version !== seenVersion) mayHaveRows = true;
    seenVersion = version;
    pump();
    if (at >= healthDue && link.isUp()) {
      healthDue = at + parts.healthEveryMs;
      link.sendHealth(health());
    }
  }

  function health(): NodeHealth {
    const { wall, mono, clock } = machine.moment();
    const snapshot = parts.snapshots.read();
    const staleAfterMs = parts.healthEveryMs * RADIO_SNAPSHOT_STALE_INTERVALS;
    const alive = snapshot?.boot === machine.boot && mono - snapshot.writtenMono <= staleAfterMs;
    return {
      v: 1,
      at: wall,
      clock,
      radio: alive ? radioHealth(snapshot, mono) : silentRadioHealth(snapshot),
      outbox: outbox.depth(),
      counters: { ...(alive ? snapshot.counters : {}), ...counters },
    };
  }

  link.connect({
    onUp() {
      log.info('broker connected');
      advance({ type: 'linked' });
      mayHaveRows = true;
      healthDue = 0;
      tolerant(pump);
    },
    onDown(why) {
      if (flights.linked || counters.linkDrops === 0) log.warn({ why }, 'no broker; events are kept');
      counters.linkDrops += 1;
      advance({ type: 'unlinked' });
    },
    onAck: (ack) => tolerant(() => onAck(ack)),
    onBadAck(detail) {
      counters.badAcks += 1;
      log.warn({ detail }, 'unreadable ack');
    },
  });
  const timer = setInterval(() => tolerant(beat), OUTBOX_POLL_MS);

  return {
    nudge() {
      mayHaveRows = true;
      tolerant(pump);
    },
    async stop() {
      clearInterval(timer);
      await link.close();
    },
  };
}
