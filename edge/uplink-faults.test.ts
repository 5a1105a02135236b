import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type EventAck, type EventBatchEnvelope, toRanges } from '../protocol/messages/events.ts';
import { createMosquitto, type Mosquitto } from './bench/drain/mosquitto.ts';
import { type AckPolicy, ackAll } from './bench/drain/recording-cloud.ts';
import { type FaultProxy, startFaultProxy } from './fault-proxy.fixture.ts';
import { mosquittoMissing } from './mosquitto.fixture.ts';
import { seeded } from './seeded.fixture.ts';
import { createUplinkWorld, NODE, PASSWORD, STORE, type UplinkWorld } from './uplink-world.fixture.ts';

const missing = mosquittoMissing();
const USERS = { door: PASSWORD, cloud: 'the-password-of-the-cloud' };
const seqsOf = ({ events }: EventBatchEnvelope): number[] => events.map(({ seq }) => seq);
const eventually = <T>(check: () => T) => vi.waitFor(check, { timeout: 10_000, interval: 20 });

let world: UplinkWorld;
let broker: Mosquitto;
let proxy: FaultProxy | undefined;
const direct = (): string => `mqtt://127.0.0.1:${broker.port}`;

/** The node reaches the broker through a line that can be made bad; the cloud reaches it directly. */
async function throughProxy(): Promise<{ url: string; line: FaultProxy }> {
  const line = await startFaultProxy(broker.port);
  proxy = line;
  return { url: `mqtt://127.0.0.1:${line.port}`, line };
}

beforeAll(() => {
  if (missing !== undefined) process.stderr.write(`skipped: ${missing}\n`);
});

describe.skipIf(missing !== undefined)('uplink and Mosquitto', () => {
  beforeEach(async () => {
    world = createUplinkWorld();
    broker = await createMosquitto({ dir: world.folder, users: USERS });
    await broker.start();
  });
  afterEach(async () => {
    await broker.kill();
    await world.close();
    await proxy?.stop();
    proxy = undefined;
  });

  it('a broker killed again and again loses its memory, but no event', async () => {
    const cloud = await world.cloudAt(direct());
    world.startUplink(direct());
    for (let round = 0; round < 4; round += 1) {
      world.add(1_500);
      const before = cloud.batches();
      await eventually(() => expect(cloud.batches()).toBeGreaterThan(before));
      await broker.kill();
      world.add(10);
      await broker.start();
    }
    await world.allArrivedOnce();
  });

  it('refused credentials are told with the user and the remedy, and nothing is lost', async () => {
    world.add(3);
    world.startUplink(direct(), { password: 'of-another-node-long' });
    await eventually(() => {
      const link = world.line();
      expect(link).toMatchObject({ at: 'down', trouble: { code: 'credentials-refused' } });
      if (link?.at !== 'down') return;
      expect(link.trouble?.sentence).toContain('refuses user door');
      expect(link.trouble?.remedy).toContain('enroll a new bundle');
    });
    expect(world.outbox.depth().waiting).toBe(3);
  });

  it('tells since when it is connected', async () => {
    world.startUplink(direct());
    await eventually(() => expect(world.line()).toMatchObject({ at: 'up' }));
  });

  it('a line that hangs is given up and made anew', async () => {
    const { url, line } = await throughProxy();
    await world.cloudAt(direct());
    world.startUplink(url);
    world.add(300);
    await eventually(() => expect(world.outbox.depth().waiting).toBe(0));
    line.mode('stall');
    world.add(700);
    await eventually(() => expect(world.line()).toMatchObject({ trouble: { code: 'line-dead' } }));
    line.mode('open');
    await world.allArrivedOnce();
  });

  it('lines that are cut, refused and cut again cost time only', async () => {
    const { url, line } = await throughProxy();
    const cloud = await world.cloudAt(direct());
    world.startUplink(url);
    for (let round = 0; round < 6; round += 1) {
      world.add(900);
      const before = cloud.batches();
      await eventually(() => expect(cloud.batches()).toBeGreaterThan(before));
      line.mode('refuse');
      line.cut();
      await eventually(() => expect(world.line()).toMatchObject({ at: 'down' }));
      line.mode('open');
    }
    await world.allArrivedOnce();
  });

  it('a line of 8 kB a second carries everything, in batches it can carry', async () => {
    const { url, line } = await throughProxy();
    const cloud = await world.cloudAt(direct());
    line.rate(8_000);
    world.add(120);
    world.startUplink(url, { ackTimeoutMs: 300 });
    await world.allArrivedOnce();
    expect(Math.min(...cloud.sizes())).toBeLessThan(120);
  });

  it('a broker that takes no large messages gets small ones', async () => {
    await broker.kill();
    broker = await createMosquitto({ dir: world.folder, users: USERS, settings: ['message_size_limit 4000'] });
    await broker.start();
    await world.cloudAt(direct());
    world.add(100);
    world.startUplink(direct(), { ackTimeoutMs: 100 });
    await world.allArrivedOnce();
  });

  it('a broker that freezes for a while', async () => {
    await world.cloudAt(direct());
    world.startUplink(direct());
    world.add(300);
    await eventually(() => expect(world.outbox.depth().waiting).toBe(0));
    broker.signal('SIGSTOP');
    world.add(500);
    await eventually(() => expect(world.line()).toMatchObject({ at: 'down' }));
    broker.signal('SIGCONT');
    await world.allArrivedOnce();
  });

  it('acks that come twice, in parts, out of order, for other epochs, or not at all', async () => {
    const random = seeded(4711);
    const held: Omit<EventAck, 'v'>[] = [];
    world.answer((batch) => mangled(ackAll(batch, 0), batch, random, held));
    const cloud = await world.cloudAt(direct());
    world.add(1_200);
    world.startUplink(direct(), { ackTimeoutMs: 60 });
    await world.allArrivedOnce();
    expect(cloud.repeats()).toBeGreaterThan(0);
  });

  it('rows the cloud rejects are parked once and hold nobody up', async () => {
    const rejectsThirds: AckPolicy = (batch) => [
      {
        epoch: batch.epoch,
        done: toRanges(seqsOf(batch).filter((seq) => seq % 3 !== 0)),
        rejected: seqsOf(batch)
          .filter((seq) => seq % 3 === 0)
          .map((seq) => ({ seq, code: 'malformed' as const })),
      },
    ];
    // Once more, as a cloud does that was asked again.
    world.answer((batch, turn) => [...rejectsThirds(batch, turn), ...rejectsThirds(batch, turn)]);
    await world.cloudAt(direct());
    world.add(900);
    world.startUplink(direct());
    await world.allArrivedOnce({ parked: 300 });
  });

  it('a cloud that never answers is asked ever more rarely with ever less, until it does', async () => {
    world.answer(() => []);
    const cloud = await world.cloudAt(direct());
    world.add(5_000);
    world.startUplink(direct(), { ackTimeoutMs: 30 });
    await eventually(() => expect(cloud.sizes().at(-1)).toBe(1));
    // Five batches at first sight, then one at a time, each smaller.
    expect(cloud.sizes().slice(4)).toEqual(
      cloud
        .sizes()
        .slice(4)
        .toSorted((a, b) => b - a),
    );
    expect(cloud.batches()).toBeLessThan(20);
    world.answer(ackAll);
    await world.allArrivedOnce();
  });

  it('an ack for rows of a life before changes nothing', async () => {
    world.answer(() => []);
    const cloud = await world.cloudAt(direct());
    world.add(5);
    world.startUplink(direct(), { ackTimeoutMs: 60_000 });
    await eventually(() => expect(cloud.rows.size).toBe(5));
    const [batch] = world.outbox.waiting(1);
    if (batch === undefined) return expect.fail('nothing waits');
    cloud.tell(STORE, NODE, { v: 1, epoch: otherEpoch(batch.epoch), done: [[1, 5]], rejected: [] });
    cloud.tell(STORE, NODE, { v: 1, epoch: batch.epoch, done: [[2, 2]], rejected: [] });
    await eventually(() => expect(world.outbox.depth().waiting).toBe(4));
    cloud.tell(STORE, NODE, { v: 1, epoch: batch.epoch, done: [[1, 5]], rejected: [] });
    await world.allArrivedOnce();
  });
});

const otherEpoch = (epoch: string): EventAck['epoch'] =>
  (epoch.startsWith('0') ? `1${epoch.slice(1)}` : `0${epoch.slice(1)}`) as EventAck['epoch'];

/** One of the ways in which acks go wrong on their way, chosen at random. */
function mangled(
  acks: readonly Omit<EventAck, 'v'>[],
  { epoch, events }: EventBatchEnvelope,
  random: () => number,
  held: Omit<EventAck, 'v'>[],
): readonly Omit<EventAck, 'v'>[] {
  const seqs = events.map(({ seq }) => seq);
  switch (Math.floor(random() * 9)) {
    case 0:
      return [];
    case 1:
      return [...acks, ...acks];
    case 2:
      return [{ epoch, done: toRanges(seqs.filter(() => random() < 0.5)), rejected: [] }];
    case 3:
      held.push(...acks);
      return [];
    case 4:
      return [{ epoch: otherEpoch(epoch), done: toRanges(seqs), rejected: [] }];
    default:
      return [...acks, ...held.splice(0).reverse()];
  }
}
