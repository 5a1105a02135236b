import { sql } from 'kysely';
import mqtt from 'mqtt';
import { describe, expect, it, onTestFinished } from 'vitest';
import { StoreId } from '../protocol/ids.ts';
import { topicOf } from '../protocol/topics.ts';
import { openDispatchers } from './dispatchers.fixture.ts';
import { eventually } from './sandbox/sandbox.fixture.ts';
import { openDatabase } from './store/database.ts';
import { ON_POSTGRES } from './store/testing.fixture.ts';

const LONG = process.env['PHAROS_TEST_LONG'] === '1';
/** What each of two nodes hears, one event every few milliseconds. */
const EVENTS = LONG ? 6_000 : 500;
const EVERY_MS = 8;
const DEATHS = LONG ? 20 : 1;
const CARRIERS = 12;
const PATIENCE_MS = 30_000;

/** Several processes share one database; that is what PostgreSQL is for. */
describe.runIf(ON_POSTGRES)('two dispatchers on one broker', () => {
  it('share the work; one is killed, the broker dies, and every event is there once, every right once', {
    timeout: LONG ? 600_000 : 90_000,
  }, async () => {
    const world = await openDispatchers(['door-1', 'door-2']);
    const { broker, dispatcher, ask } = world;

    // The broker comes last: until then they take webhooks in, and say what is missing.
    const staying = await dispatcher('staying');
    expect(await ask(staying, 'GET', '/readyz')).toMatchObject({
      ready: true,
      trouble: [expect.stringMatching(/^the MQTT broker at mqtt:\/\/127\.0\.0\.1:\d+: .*ECONNREFUSED/)],
    });
    await broker.start();
    await eventually(async () => expect(await ask(staying, 'GET', '/readyz')).toEqual({ ready: true }), PATIENCE_MS);

    const bundles = await world.furnish(staying);
    for (const { mqtt: address } of bundles) expect(address.url).toBe(broker.url());
    const people = await world.carriers(staying, CARRIERS);
    let dying = await dispatcher('dying');
    await eventually(async () => expect(await ask(dying, 'GET', '/readyz')).toEqual({ ready: true }), PATIENCE_MS);

    const flowing = bundles.map(({ nodeId }) => {
      world.uplink(nodeId);
      return world.near(nodeId, CARRIERS, EVENTS, EVERY_MS);
    });
    let written = false;
    const allWritten = Promise.all(flowing).then(() => {
      written = true;
    });
    for (let death = 0; death < DEATHS && !(written && death > 0); death += 1) {
      await eventually(async () => {
        if (!written || death === 0) expect(await world.heard(dying)).toBeGreaterThan(20);
        if (death === 0) expect(await world.heard(staying)).toBeGreaterThan(0);
      }, PATIENCE_MS);
      // Batches go to both in turn: of two, one is in its hand or was a moment ago.
      const killed = Promise.withResolvers<unknown>();
      if (written) killed.resolve(await dying.end('SIGKILL'));
      else await world.afterBatches(2, () => killed.resolve(dying.end('SIGKILL')));
      await killed.promise;
      await broker.end();
      await broker.start();
      dying = await dispatcher('dying');
    }
    await allWritten;

    const db = await openDatabase(world.database);
    onTestFinished(() => db.destroy());
    const rows = async () =>
      (await sql<{ source_id: string }>`SELECT source_id FROM event WHERE ear = 'tag'`.execute(db)).rows;
    await eventually(async () => expect(await rows()).toHaveLength(2 * EVENTS), PATIENCE_MS);
    const perNode = Map.groupBy(await rows(), ({ source_id }) => source_id.replace(/:\d+$/, ''));
    expect(perNode.size).toBe(2);
    for (const heard of perNode.values()) {
      const seqs = heard.map(({ source_id }) => Number(source_id.split(':').at(-1))).sort((a, b) => a - b);
      expect(seqs).toEqual(Array.from({ length: EVENTS }, (_, index) => index + (seqs[0] ?? 0)));
    }
    const once = Object.fromEntries(people.map((userId) => [userId, 1]));
    await eventually(async () => expect(await world.pushed()).toEqual(once), PATIENCE_MS);

    // A dispatcher that comes or goes does not make nodes come and go.
    await eventually(async () => {
      const { nodes } = (await ask(staying, 'GET', '/v1/nodes')) as never as { nodes: { online: boolean }[] };
      expect(nodes.map(({ online }) => online)).toEqual([true, true]);
    }, PATIENCE_MS);
    await dying.end('SIGTERM');
    expect(await ask(staying, 'GET', '/v1/nodes')).toMatchObject({ nodes: [{ online: true }, { online: true }] });
  });

  it('a node may say and hear at the broker what is its own, and nothing else', { timeout: 60_000 }, async () => {
    const world = await openDispatchers(['door-1', 'door-2']);
    await world.broker.start();
    const service = await world.dispatcher('only');
    const [own, other] = await world.furnish(service);
    if (own === undefined || other === undefined) throw new Error('no bundles');
    const { url, username, password } = own.mqtt;
    await expect(
      mqtt.connectAsync(url, { username, password: other.mqtt.password, clientId: 'x', reconnectPeriod: 0 }),
    ).rejects.toThrow(/not authorized/i);
    const client = await mqtt.connectAsync(url, { username, password, clientId: username, reconnectPeriod: 0 });
    onTestFinished(() => void client.end(true));
    const got: string[] = [];
    client.on('message', (topic) => void got.push(topic));
    const store = StoreId.parse(own.storeId);
    await client.subscribeAsync('#', { qos: 1 });
    const loss = {
      seq: 1,
      type: 'loss',
      dropped: 1,
      reason: 'test',
      at: Date.now(),
      monoMs: 1,
      boot: 'b0b0b0b0',
      clock: 'synced',
    };
    const batch = (epoch: string) => JSON.stringify({ v: 1, epoch, boot: 'b0b0b0b0', sentMonoMs: 2, events: [loss] });
    await client.publishAsync(topicOf(store, other.nodeId, 'events'), batch('00000000000000aa'), { qos: 1 });
    await client.publishAsync(topicOf(store, own.nodeId, 'events'), batch('00000000000000bb'), { qos: 1 });
    await eventually(() => expect(got).toContain(topicOf(store, own.nodeId, 'ack')), PATIENCE_MS);
    expect(got.filter((topic) => !topic.startsWith(`pharos/v1/${store}/${own.nodeId}/`))).toEqual([]);
    const { events } = await world.ask(service, 'GET', '/v1/events');
    expect(events?.map(({ sourceId }) => sourceId)).toEqual([`${own.nodeId}:00000000000000bb:1`]);
  });
});
