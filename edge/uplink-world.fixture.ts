import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, vi } from 'vitest';
import { NodeId, StoreId } from '../protocol/ids.ts';
import { type AckPolicy, ackAll, type RecordingCloud, startRecordingCloud } from './bench/drain/recording-cloud.ts';
import { lossDraft } from './core/event-draft.ts';
import { FLIGHT_POLICY } from './core/thresholds.ts';
import { createMachine, type Machine } from './host/machine.ts';
import { createMqttLink, type LinkTiming } from './link/mqtt-link.ts';
import { openDatabase } from './store/database.ts';
import { createOutbox, type Outbox } from './store/outbox.ts';
import { createRadioSnapshots } from './store/radio-snapshot.ts';
import { createUplinkSnapshots, type UplinkSnapshot } from './store/uplink-snapshot.ts';
import { startUplinkDaemon, type UplinkDaemon } from './uplink-daemon.ts';

export const NODE = NodeId.parse('door');
export const STORE = StoreId.parse('taipei-1');
export const PASSWORD = 'a-long-enough-password';

/** Everything that waits is short here, so that a fault is over within a second. */
export const QUICK: LinkTiming = {
  keepaliveS: 1,
  greetingMs: 1_000,
  reconnect: { firstMs: 20, maxMs: 200 },
  provenMs: 5_000,
  maxUnconfirmed: 20,
};

/** A node's uplink with its real store, and the cloud at the other end of whatever broker the test brings. */
export interface UplinkWorld {
  readonly folder: string;
  readonly outbox: Outbox;
  /** Appends so many events as the radio process would. */
  add(count: number): void;
  cloudAt(url: string): Promise<RecordingCloud>;
  /** What the cloud answers from now on. */
  answer(policy: AckPolicy): void;
  startUplink(url: string, options?: { password?: string; ackTimeoutMs?: number }): UplinkDaemon;
  /** What "status" would be told of the line. */
  line(): UplinkSnapshot['link'] | undefined;
  /** Waits until nothing waits, then demands that the cloud has each row once and each was settled once. */
  allArrivedOnce(options?: { readonly parked?: number; readonly timeout?: number }): Promise<void>;
  close(): Promise<void>;
}

export function createUplinkWorld(machine: Machine = createMachine({ clockOverride: 'synced' })): UplinkWorld {
  const folder = mkdtempSync(join(tmpdir(), 'pharos-uplink-'));
  const [radioSide, uplinkSide] = [
    openDatabase(join(folder, 'edge.sqlite')),
    openDatabase(join(folder, 'edge.sqlite')),
  ];
  const outbox = createOutbox(radioSide, { maxBytes: 1e9 });
  const settled = { done: 0, parked: 0 };
  const history = new Set<string>();
  let daemon: UplinkDaemon | undefined;
  let cloud: RecordingCloud | undefined;
  let policy: AckPolicy = ackAll;

  return {
    folder,
    outbox,
    add(count) {
      const now = machine.moment();
      outbox.append(
        Array.from({ length: count }, () => lossDraft(1, 'test', now)),
        now,
      );
      for (const { epoch, seq } of outbox.waiting(1_000_000)) history.add(`${epoch}:${seq}`);
    },
    async cloudAt(url) {
      cloud = await startRecordingCloud(url, () => policy);
      return cloud;
    },
    answer(next) {
      policy = next;
    },
    startUplink(url, { password = PASSWORD, ackTimeoutMs = 400 } = {}) {
      const ours = createOutbox(uplinkSide, { maxBytes: 1e9 });
      daemon = startUplinkDaemon({
        outbox: {
          ...ours,
          settle(ack) {
            const { done, parked } = ours.settle(ack);
            settled.done += done;
            settled.parked += parked;
            return { done, parked };
          },
        },
        snapshots: createRadioSnapshots(uplinkSide),
        uplinkSnapshots: createUplinkSnapshots(uplinkSide),
        link: createMqttLink({
          bundle: { nodeId: NODE, storeId: STORE, mqtt: { url, username: NODE, password } },
          birth: () => ({
            v: 1,
            online: true,
            boot: machine.boot,
            at: machine.wall(),
            versions: { pharos: 'test', node: process.version },
          }),
          random: () => 0,
          clock: () => ({ says: 'now', plausible: true }),
          timing: QUICK,
        }),
        machine,
        policy: { ...FLIGHT_POLICY, ackTimeoutMs, retry: { firstMs: 20, maxMs: 400 } },
        healthEveryMs: 60_000,
        random: () => 0,
        log: pino({ level: 'silent' }),
      });
      return daemon;
    },
    line: () => createUplinkSnapshots(radioSide).read()?.link,
    async allArrivedOnce({ parked = 0, timeout = 12_000 } = {}) {
      await vi.waitFor(() => expect(outbox.depth()).toMatchObject({ waiting: 0, parked, dropped: 0 }), {
        timeout,
        interval: 20,
      });
      expect(new Set(cloud?.rows.keys())).toEqual(history);
      expect(settled).toEqual({ done: history.size - parked, parked });
    },
    async close() {
      await daemon?.stop();
      await cloud?.stop();
      for (const db of [radioSide, uplinkSide]) db.close();
      rmSync(folder, { recursive: true });
    },
  };
}
