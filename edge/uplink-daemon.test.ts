import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Aedes } from 'aedes';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BootId, NodeId, StoreId } from '../protocol/ids.ts';
import { type EventAck, EventBatchEnvelope, NodeEvent, toRanges } from '../protocol/messages/events.ts';
import { NodeHealth, NodeStatus } from '../protocol/messages/status.ts';
import { topicOf } from '../protocol/topics.ts';
import { epochMs } from '../protocol/units.ts';
import { lossDraft } from './core/event-draft.ts';
import { FLIGHT_POLICY } from './core/thresholds.ts';
import { createMachine } from './host/machine.ts';
import { createMqttLink } from './link/mqtt-link.ts';
import { openDatabase } from './store/database.ts';
import { createOutbox, type Outbox } from './store/outbox.ts';
import { createRadioSnapshots } from './store/radio-snapshot.ts';
import { createUplinkSnapshots } from './store/uplink-snapshot.ts';
import { startUplinkDaemon, type UplinkDaemon } from './uplink-daemon.ts';

const NODE = NodeId.parse('door');
const STORE = StoreId.parse('taipei-1');
const PASSWORD = 'a-long-enough-password';
const topic = (channel: Parameters<typeof topicOf>[2]) => topicOf(STORE, NODE, channel);
const machine = createMachine({ clockOverride: 'synced' });

/** A broker and the cloud's part in it, on a port that stays the same over a restart. */
class Cloud {
  readonly batches: EventBatchEnvelope[] = [];
  readonly statuses: NodeStatus[] = [];
  readonly healths: NodeHealth[] = [];
  /** What to answer a batch with; `undefined` says nothing. */
  answer: (batch: EventBatchEnvelope) => Omit<EventAck, 'v' | 'epoch'> | undefined = ackAll;
  refusals = 0;
  port = 0;
  #broker: Aedes | undefined;
  #server: Server | undefined;
  readonly #sockets = new Set<Socket>();

  async start(): Promise<void> {
    const broker = await Aedes.createBroker({
      authenticate: (_client, user, password, done) => {
        const known = user === NODE && password?.toString() === PASSWORD;
        if (!known) this.refusals += 1;
        done(null, known);
      },
    });
    broker.on('publish', (packet, client) => {
      if (client !== null) this.#hear(packet.topic, packet.payload.toString());
      else if (packet.topic === topic('status'))
        this.statuses.push(NodeStatus.parse(JSON.parse(packet.payload.toString())));
    });
    const server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      broker.handle(socket);
    });
    server.listen(this.port, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    this.port = address.port;
    this.#broker = broker;
    this.#server = server;
  }

  dropConnections(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Gone with everything it remembered, sessions too. */
  async crash(): Promise<void> {
    this.dropConnections();
    this.#server?.close();
    const broker = this.#broker;
    if (broker !== undefined) await new Promise<void>((resolve) => broker.close(resolve));
  }

  tell(ack: unknown): void {
    const payload = Buffer.from(typeof ack === 'string' ? ack : JSON.stringify(ack));
    this.#broker?.publish(
      { cmd: 'publish', topic: topic('ack'), payload, qos: 1, retain: false, dup: false },
      () => undefined,
    );
  }

  #hear(heard: string, text: string): void {
    if (heard === topic('status')) this.statuses.push(NodeStatus.parse(JSON.parse(text)));
    if (heard === topic('health')) this.healths.push(NodeHealth.parse(JSON.parse(text)));
    if (heard !== topic('events')) return;
    const batch = EventBatchEnvelope.parse(JSON.parse(text));
    this.batches.push(batch);
    const answer = this.answer(batch);
    if (answer !== undefined) this.tell({ v: 1, epoch: batch.epoch, ...answer });
  }
}

const seqsOf = (batch: EventBatchEnvelope): number[] => batch.events.map((event) => event.seq);
const ackAll = (batch: EventBatchEnvelope) => ({ done: toRanges(seqsOf(batch)), rejected: [] });

let cloud: Cloud;
let outbox: Outbox;
let daemon: UplinkDaemon | undefined;
let uplinkDb: ReturnType<typeof openDatabase>;
let close: () => void;

function addEvents(count: number): void {
  const now = { ...machine.moment(), wall: epochMs(1_767_225_600_000), boot: BootId.parse('12345678-0000') };
  outbox.append(
    Array.from({ length: count }, () => lossDraft(1, 'test', now)),
    now,
  );
}

function startUplink(over: { password?: string; ackTimeoutMs?: number; healthEveryMs?: number } = {}): UplinkDaemon {
  daemon = startUplinkDaemon({
    outbox: createOutbox(uplinkDb, { maxBytes: 1e9 }),
    snapshots: createRadioSnapshots(uplinkDb),
    uplinkSnapshots: createUplinkSnapshots(uplinkDb),
    link: createMqttLink({
      bundle: {
        nodeId: NODE,
        storeId: STORE,
        mqtt: { url: `mqtt://127.0.0.1:${cloud.port}`, username: NODE, password: over.password ?? PASSWORD },
      },
      birth: () => ({
        v: 1,
        online: true,
        boot: machine.boot,
        at: machine.wall(),
        versions: { pharos: 'test', node: process.version },
      }),
      random: () => 0,
      clock: () => ({ says: 'now', plausible: true }),
    }),
    machine,
    policy: {
      ...FLIGHT_POLICY,
      ackTimeoutMs: over.ackTimeoutMs ?? 400,
      retry: { firstMs: 20, maxMs: 100 },
    },
    healthEveryMs: over.healthEveryMs ?? 60_000,
    random: () => 0,
    log: pino({ level: 'silent' }),
  });
  return daemon;
}

const eventually = <T>(check: () => T) => vi.waitFor(check, { timeout: 10_000, interval: 20 });
const depth = () => outbox.depth();

beforeEach(async () => {
  cloud = new Cloud();
  await cloud.start();
  // A connection each, as radio and uplink have them.
  const folder = mkdtempSync(join(tmpdir(), 'pharos-uplink-'));
  const [radioSide, ours] = [openDatabase(join(folder, 'edge.sqlite')), openDatabase(join(folder, 'edge.sqlite'))];
  outbox = createOutbox(radioSide, { maxBytes: 1e9 });
  uplinkDb = ours;
  close = () => {
    for (const db of [radioSide, ours]) db.close();
    rmSync(folder, { recursive: true });
  };
});
afterEach(async () => {
  await daemon?.stop();
  daemon = undefined;
  await cloud.crash();
  close();
});

describe('uplink against a real broker', () => {
  it('sends what waits, in order, and deletes it only on the ack', async () => {
    cloud.answer = () => undefined;
    addEvents(450);
    startUplink({ ackTimeoutMs: 60_000 });
    await eventually(() => expect(cloud.batches.map((batch) => batch.events.length)).toEqual([200, 200, 50]));
    expect(cloud.batches.flatMap(seqsOf)).toEqual(Array.from({ length: 450 }, (_, index) => index + 1));
    expect(cloud.batches.flatMap((batch) => batch.events).every((event) => NodeEvent.safeParse(event).success)).toBe(
      true,
    );
    expect(depth().waiting).toBe(450);
    for (const batch of cloud.batches) cloud.tell({ v: 1, epoch: batch.epoch, ...ackAll(batch) });
    await eventually(() => expect(depth().waiting).toBe(0));
  });

  it('drains more than its window, one ack after the other', async () => {
    addEvents(2_000);
    startUplink();
    await eventually(() => expect(depth().waiting).toBe(0));
    expect(new Set(cloud.batches.flatMap(seqsOf)).size).toBe(2_000);
  });

  it('finds rows of another process by itself', async () => {
    startUplink();
    await eventually(() => expect(cloud.statuses).toHaveLength(1));
    for (const total of [1, 2]) {
      addEvents(1);
      await eventually(() => expect(cloud.batches).toHaveLength(total));
    }
    await eventually(() => expect(depth().waiting).toBe(0));
  });

  it('repeats what is not acknowledged', async () => {
    cloud.answer = (batch) => (cloud.batches.length < 3 ? undefined : ackAll(batch));
    addEvents(2);
    startUplink();
    await eventually(() => expect(depth().waiting).toBe(0));
    expect(cloud.batches.map(seqsOf)).toEqual([
      [1, 2],
      [1, 2],
      [1, 2],
    ]);
  });

  it('repeats only the rows an ack left out', async () => {
    cloud.answer = (batch) =>
      cloud.batches.length === 1
        ? {
            done: [
              [1, 1],
              [3, 3],
            ],
            rejected: [],
          }
        : ackAll(batch);
    addEvents(3);
    startUplink();
    await eventually(() => expect(depth().waiting).toBe(0));
    expect(cloud.batches.map(seqsOf)).toEqual([[1, 2, 3], [2]]);
  });

  it('parks what the cloud rejects and goes on', async () => {
    cloud.answer = (batch) => ({
      done: toRanges(seqsOf(batch).filter((seq) => seq !== 2)),
      rejected: seqsOf(batch).includes(2) ? [{ seq: 2, code: 'unknown_type' }] : [],
    });
    addEvents(3);
    const uplink = startUplink();
    await eventually(() => expect(depth()).toMatchObject({ waiting: 0, parked: 1, dropped: 0 }));
    addEvents(1);
    uplink.nudge();
    await eventually(() => expect(depth().waiting).toBe(0));
    expect(cloud.batches.map(seqsOf)).toEqual([[1, 2, 3], [4]]);
  });

  it('an ack that is none, or of another epoch, changes nothing', async () => {
    cloud.answer = () => undefined;
    addEvents(1);
    startUplink({ ackTimeoutMs: 60_000 });
    await eventually(() => expect(cloud.batches).toHaveLength(1));
    for (const junk of ['{', { v: 2 }, { v: 1, epoch: '0000000000000000', done: [[1, 1]], rejected: [] }])
      cloud.tell(junk);
    const epoch = cloud.batches[0]?.epoch;
    cloud.tell({ v: 1, epoch, done: [], rejected: [] });
    expect(depth().waiting).toBe(1);
    cloud.tell({ v: 1, epoch, done: [[1, 1]], rejected: [] });
    await eventually(() => expect(depth().waiting).toBe(0));
  });

  it('after a broker crash says its birth again and sends again what was on its way', async () => {
    cloud.answer = () => undefined;
    addEvents(5);
    startUplink({ ackTimeoutMs: 60_000 });
    await eventually(() => expect(cloud.batches).toHaveLength(1));
    await cloud.crash();
    addEvents(1);
    cloud.answer = ackAll;
    await cloud.start();
    await eventually(() => expect(depth().waiting).toBe(0));
    expect(cloud.batches.slice(1).flatMap(seqsOf)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(cloud.statuses.filter((status) => status.online)).toHaveLength(2);
  });

  it('starts without a broker and finds it later', async () => {
    await cloud.crash();
    addEvents(1);
    startUplink();
    await cloud.start();
    await eventually(() => expect(depth().waiting).toBe(0));
  });

  it('with a wrong password keeps everything and keeps asking', async () => {
    addEvents(1);
    startUplink({ password: 'another-long-password' });
    await eventually(() => expect(cloud.refusals).toBeGreaterThan(1));
    expect(cloud.batches).toEqual([]);
    expect(depth().waiting).toBe(1);
  });

  it('tells what the radio process says of itself, and when it says nothing any more', async () => {
    const radio = createRadioSnapshots(uplinkDb);
    const fresh = { boot: machine.boot, writtenMono: machine.mono(), name: 'hci0', counters: { adverts: 3 } };
    radio.write({ ...fresh, state: 'on', lastAdvertMono: machine.mono() });
    startUplink({ healthEveryMs: 300 });
    await eventually(() =>
      expect(cloud.healths[0]).toMatchObject({ radio: { name: 'hci0', state: 'on' }, counters: { adverts: 3 } }),
    );
    expect(cloud.healths[0]?.radio.lastAdvertAgoMs).toBeLessThan(10_000);
    await eventually(() => expect(cloud.healths.at(-1)?.radio).toEqual({ name: 'hci0', state: 'unknown' }));
  });

  it('tells its health, with a radio it knows nothing of', async () => {
    startUplink({ healthEveryMs: 100 });
    await eventually(() => expect(cloud.healths.length).toBeGreaterThan(1));
    expect(cloud.healths[0]).toMatchObject({
      clock: 'synced',
      radio: { name: 'none', state: 'unknown' },
      outbox: { waiting: 0, parked: 0, dropped: 0 },
    });
  });

  it('says goodbye itself when it stops', async () => {
    const uplink = startUplink();
    await eventually(() => expect(cloud.statuses.map((status) => status.online)).toEqual([true]));
    await uplink.stop();
    expect(cloud.statuses.map((status) => status.online)).toEqual([true, false]);
  });

  it('is announced offline by its will when the line breaks, and online when it is back', async () => {
    startUplink();
    await eventually(() => expect(cloud.statuses).toHaveLength(1));
    cloud.dropConnections();
    await eventually(() => expect(cloud.statuses.map((status) => status.online)).toEqual([true, false, true]));
  });
});
