import type { Logger } from 'pino';
import type { MachineHealth, NodeHealth } from '../protocol/messages/status.ts';
import type { MonoMs } from '../protocol/units.ts';
import type { FlightPolicy } from './core/outbox-policy.ts';
import { OUTBOX_POLL_MS } from './core/thresholds.ts';
import { createDelivery } from './delivery.ts';
import { createFaultLog } from './fault-log.ts';
import type { Machine } from './host/machine.ts';
import type { MqttLink } from './link/mqtt-link.ts';
import { createLinkRecord } from './link-record.ts';
import type { Daemon } from './radio-daemon.ts';
import type { RemoteControl } from './remote-control.ts';
import type { OutboxReader } from './store/outbox.ts';
import type { RadioSnapshots } from './store/radio-snapshot.ts';
import type { UplinkSnapshots } from './store/uplink-snapshot.ts';
import { composeHealth } from './uplink-health.ts';

export interface UplinkDaemonParts {
  readonly outbox: OutboxReader;
  readonly snapshots: Pick<RadioSnapshots, 'read'>;
  readonly uplinkSnapshots: UplinkSnapshots;
  readonly link: MqttLink;
  readonly machine: Machine;
  /** How the computer is; absent sensors are absent fields. */
  readonly computer?: () => Promise<MachineHealth>;
  readonly policy: FlightPolicy;
  readonly healthEveryMs: number;
  readonly random: () => number;
  /** What the cloud may do to this node; absent: nothing. */
  readonly remote?: RemoteControl;
  readonly log: Logger;
}

export interface UplinkDaemon extends Daemon {
  /** There may be new rows. Without it the daemon finds out by itself within {@link OUTBOX_POLL_MS}. */
  nudge(): void;
  /** What the next health message would say, without the computer's part. */
  health(): NodeHealth;
}

/** Joins the outbox to the line; nobody else in a node speaks MQTT. */
export function startUplinkDaemon(parts: UplinkDaemonParts): UplinkDaemon {
  const { link, machine, remote, log } = parts;
  const counters = { badAcks: 0, linkUps: 0, linkDrops: 0, linkRefusals: 0 };
  const storeFaults = createFaultLog(log, machine.mono);
  const delivery = createDelivery({ ...parts, send: link.sendBatch });
  const record = createLinkRecord(machine, parts.uplinkSnapshots);
  let healthDue = 0;
  let beatMono = machine.mono();
  let readMono: MonoMs | undefined;

  /** The disk may fail for a while; rows stay, the cloud repeats its acks, and the next beat tries again. */
  function tolerant(action: () => void): void {
    try {
      action();
    } catch (error) {
      storeFaults.note(error, 'the outbox cannot be read or written; check the disk');
    }
  }

  function beat(): void {
    const at = machine.mono();
    beatMono = at;
    tolerant(() => {
      delivery.beat(at);
      readMono = at;
    });
    tolerant(record.beat);
    if (remote !== undefined) tolerant(remote.beat);
    if (at >= healthDue && link.isUp()) {
      healthDue = at + (remote?.healthEveryMs() ?? parts.healthEveryMs);
      void tellHealth();
    }
  }

  const health = (computer?: MachineHealth): NodeHealth =>
    composeHealth(
      parts,
      { ...counters, storeFaults: storeFaults.count(), ...delivery.counters, ...remote?.counters() },
      computer,
    );

  async function tellHealth(): Promise<void> {
    // A sensor that breaks must not silence the rest.
    const computer = await parts.computer?.().catch(() => undefined);
    tolerant(() => link.sendHealth(health(computer)));
  }

  link.connect({
    onUp() {
      log.info('broker connected');
      counters.linkUps += 1;
      record.up();
      healthDue = 0;
      tolerant(delivery.linked);
      if (remote !== undefined) tolerant(remote.onUp);
    },
    onDown(why) {
      const wasUp = counters.linkUps > counters.linkDrops;
      if (wasUp) counters.linkDrops += 1;
      else counters.linkRefusals += 1;
      if (record.down(why)) log.warn(why, 'no broker; events are kept');
      delivery.unlinked();
    },
    onAck(ack) {
      record.acked();
      tolerant(() => delivery.ack(ack));
    },
    onBadAck(detail) {
      counters.badAcks += 1;
      log.warn({ detail }, 'unreadable ack');
    },
    onDesired: (payload) => tolerant(() => remote?.onDesired(payload)),
    onCommand: (payload) => tolerant(() => remote?.onCommand(payload)),
  });
  const timer = setInterval(beat, OUTBOX_POLL_MS);

  return {
    vitals: () => ({ role: 'uplink', beatMono, readMono, isUp: link.isUp() }),
    nudge: () => tolerant(delivery.nudge),
    health,
    async stop() {
      clearInterval(timer);
      await link.close();
      tolerant(record.stopped);
    },
  };
}
