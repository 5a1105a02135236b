import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mqtt from 'mqtt';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import { parseHex } from '../protocol/bytes.ts';
import { signDm, slotAt } from '../protocol/device-message.ts';
import { Hwid, StoreId } from '../protocol/ids.ts';
import { NodeBundle } from '../protocol/messages/bundle.ts';
import { type EventAck, EventAck as EventAckSchema } from '../protocol/messages/events.ts';
import { topicOf } from '../protocol/topics.ts';
import { epochMs } from '../protocol/units.ts';
import { type Cloud, startCloud } from './app.ts';
import type { ExplainedDelivery, ExplainedEvent } from './core/explain.ts';
import { watchAnswers } from './described.fixture.ts';
import { CHANNEL } from './sandbox/platform/platform.fixture.ts';
import { eventually, openSandbox } from './sandbox/sandbox.fixture.ts';
import { readSettings } from './settings.ts';
import { freshTarget, ON_POSTGRES } from './store/testing.fixture.ts';

export const HWID = Hwid.parse('0a1b2c3d4e');
export const STORE = 'taipei-1';
export const NODE = 'taipei-1-door';
export const TAG = { kind: 'ibeacon', uuid: 'd0d2ce24-9efc-11e5-82c4-1c6a7a17ef38', major: 1, minor: 2 };
/** Tuesday noon in Taipei: where every test begins. */
const NOON = Date.parse('2026-12-15T04:00:00Z');
/** Far beyond a slow machine, far below a test's own limit. */
export const PATIENCE_MS = 12_000;

const ENVELOPE = { apiVersion: 'pharos/v1' };
const SHOP = {
  ...ENVELOPE,
  kind: 'Store',
  metadata: { id: STORE, name: 'Tea "House"' },
  spec: { timeZone: 'Asia/Taipei' },
};
const DOOR = { ...ENVELOPE, kind: 'Node', metadata: { id: NODE }, spec: { store: STORE, hwid: HWID } };

/** A campaign that answers by reply; `spec` is written as in a file. */
export const campaign = (id: string, spec: object = {}, text = '{{ store.name }}: {{ coupon.code }}') => ({
  ...ENVELOPE,
  kind: 'Campaign',
  metadata: { id },
  spec: {
    trigger: { on: 'enter' },
    offer: {
      coupon: { value: { percent: 20 }, redeemableAt: ['*'] },
      message: { template: 'm.json', sources: { default: `{"type":"text","text":"${text}"}` } },
    },
    ...spec,
  },
});
export const PUSHING = { delivery: { prefer: 'push' }, limits: { messages: { max: 100, per: 'day' } } };

/** A LINE platform and a cloud on free ports, with one shop, one door and `campaigns`; gone when the test ends. */
export const openWorld = (...campaigns: readonly object[]) => openWorldWith({}, ...campaigns);

/** The same with settings of its own. */
export async function openWorldWith(environment: Readonly<Record<string, string>>, ...campaigns: readonly object[]) {
  const dataDir = mkdtempSync(join(tmpdir(), 'pharos-cloud-'));
  const begun = performance.now();
  let skippedMs = 0;
  const now = () => epochMs(Math.round(NOON + performance.now() - begun + skippedMs));
  const sandbox = await openSandbox({ now, settings: { hwids: [HWID] } });
  // Against the other database the whole service runs as it does on SQLite.
  const database = ON_POSTGRES ? await freshTarget() : join(dataDir, 'pharos.sqlite');
  let cloud: Cloud | undefined;
  const logged: string[] = [];

  const start = async (): Promise<Cloud> => {
    const settings = readSettings({
      PHAROS_DATA_DIR: dataDir,
      PHAROS_HTTP_PORT: '0',
      PHAROS_MQTT_PORT: '0',
      PHAROS_LINE_CHANNEL_SECRET: CHANNEL.secret,
      PHAROS_LINE_CHANNEL_ACCESS_TOKEN: CHANNEL.accessToken,
      PHAROS_LINE_API_BASE: sandbox.url,
      ...(ON_POSTGRES && { PHAROS_DATABASE_URL: database }),
      ...environment,
    });
    cloud = await startCloud(
      settings,
      pino({ level: 'trace' }, { write: (line: string) => void logged.push(line) }),
      now,
    );
    watchAnswers(cloud.httpUrl, cloud.adminToken);
    await sandbox.control('PUT', '/settings', { webhookUrl: `${cloud.httpUrl}/line/webhook` });
    return cloud;
  };
  const stop = async (): Promise<void> => {
    await cloud?.stop();
    cloud = undefined;
  };
  onTestFinished(async () => {
    await stop();
    await sandbox.close();
    rmSync(dataDir, { recursive: true });
  });
  await start();

  const admin = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${cloud?.httpUrl}/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${cloud?.adminToken}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const apply = async (...documents: readonly object[]): Promise<void> => {
    const { status, body } = await admin('POST', '/apply', { documents });
    if (status !== 200) throw new Error(JSON.stringify(body));
  };
  await apply(SHOP, DOOR, ...campaigns);
  const bundle = NodeBundle.parse((await admin('POST', `/nodes/${NODE}/bundle`, {})).body);

  /** The event with this source id, once it has been worked off. */
  const worked = (sourceId: string): Promise<ExplainedEvent> =>
    eventually(async () => {
      const { body } = await admin('GET', `/explain/${sourceId}`);
      const [event] = (body['events'] ?? []) as ExplainedEvent[];
      if (event === undefined || event.state === 'pending') throw new Error(`${sourceId} is not worked off`);
      return event;
    }, PATIENCE_MS);
  const key = parseHex(bundle.dmKey) ?? new Uint8Array();
  const dm = (agoMs = 0) =>
    signDm({ key, hwid: HWID, nodeIndex: bundle.nodeIndex, slot: slotAt(epochMs(now() - agoMs), bundle.slotSeconds) });
  /** Somebody does something with LINE; resolves when its webhook has been worked off. */
  const does = async (
    userId: string,
    what: 'follow' | 'unfollow' | 'beacon' | 'text',
    body?: object,
  ): Promise<ExplainedEvent> => {
    const answer = await sandbox.control('POST', `/users/${userId}/${what}`, body);
    return await worked((answer.body as unknown as { webhookEventId: string }).webhookEventId);
  };

  return {
    dataDir,
    /** Path or address of the service's database. */
    database,
    sandbox,
    start,
    stop,
    now,
    admin,
    apply,
    bundle,
    worked,
    httpUrl: () => cloud?.httpUrl ?? '',
    webhookUrl: () => `${cloud?.httpUrl}/line/webhook`,
    mqttUrl: () => cloud?.mqttUrl ?? '',
    /** How commands reach it. */
    env: () => ({ PHAROS_SERVER: cloud?.httpUrl ?? '', PHAROS_TOKEN: cloud?.adminToken ?? '' }),
    /** Everything it logged, at the most talkative. */
    log: () => logged.join(''),
    skip: (ms: number): void => {
      skippedMs += ms;
    },
    /** What the door says at this moment, or said `agoMs` ago. */
    dm,
    does,
    /** Somebody who has just become a friend. */
    async friend(): Promise<string> {
      const { userId } = (await sandbox.control('POST', '/users', {})).body;
      await does(userId, 'follow');
      return userId;
    },
    /** The phone hears the door and LINE tells us. */
    enters: (userId: string, heard: string = dm()) => does(userId, 'beacon', { hwid: HWID, dm: heard }),
    /** The first delivery of an event, once its end is known. */
    settled: (sourceId: string): Promise<ExplainedDelivery> =>
      eventually(async () => {
        const event = await worked(sourceId);
        const delivery = event.decisions.flatMap((decision) => decision.delivery ?? [])[0];
        if (delivery?.settledAt === undefined) throw new Error(`not settled: ${JSON.stringify(delivery)}`);
        return delivery;
      }, PATIENCE_MS),
    /** What the account wrote to somebody. */
    async chat(userId: string): Promise<{ via: string; message: { text: string } }[]> {
      return (await sandbox.control('GET', `/users/${userId}/chat`)).body.messages as never;
    },
    /** Calls to the Messaging API so far that carried a message. */
    async calls(): Promise<{ endpoint: string; status: number | string; retryKey?: string }[]> {
      const { entries } = (await sandbox.control('GET', '/log')).body;
      const calls = entries.filter(({ kind }) => kind === 'api') as never as { endpoint: string; status: number }[];
      return calls.filter(({ endpoint }) => ['reply', 'push', 'multicast'].includes(endpoint)) as never;
    },
    memberOf: async (userId: string): Promise<string> =>
      ((await admin('POST', '/members/find', { lineUser: userId })).body['members'] as { id: string }[])[0]?.id ?? '',
  };
}
export type World = Awaited<ReturnType<typeof openWorldWith>>;

/** Campaign to outcome or reason. */
export const said = ({ decisions }: ExplainedEvent): Record<string, string> =>
  Object.fromEntries(decisions.map(({ campaign: id, outcome, reason }) => [id, reason ?? outcome]));

/** The door's uplink: a real MQTT client with the credentials of its bundle. */
export async function openUplink({ bundle, mqttUrl, now }: World) {
  const { username, password } = bundle.mqtt;
  const client = await mqtt.connectAsync(mqttUrl(), { username, password, clientId: NODE, reconnectPeriod: 0 });
  onTestFinished(() => void client.end(true));
  const acks: EventAck[] = [];
  client.on('message', (_topic, payload) => void acks.push(EventAckSchema.parse(JSON.parse(payload.toString()))));
  const topic = (channel: 'events' | 'ack') => topicOf(StoreId.parse(STORE), bundle.nodeId, channel);
  await client.subscribeAsync(topic('ack'), { qos: 1 });
  const epoch = randomBytes(8).toString('hex');
  return {
    epoch,
    client,
    /** One event as a node writes it: just now, by a synced clock. */
    event: (seq: number, given: object = {}) => ({
      seq,
      type: 'enter',
      at: now(),
      monoMs: 9_000,
      boot: 'b0b0b0b0',
      clock: 'synced',
      subject: TAG,
      reason: 'rose above the threshold',
      ...given,
    }),
    /** Publishes one batch and resolves with the cloud's ack. */
    async send(...events: readonly object[]): Promise<EventAck> {
      const before = acks.length;
      const batch = { v: 1, epoch, boot: 'b0b0b0b0', sentMonoMs: 10_000, events };
      await client.publishAsync(topic('events'), JSON.stringify(batch), { qos: 1 });
      return await eventually(() => {
        const ack = acks[before];
        if (ack === undefined) throw new Error('no ack');
        return ack;
      }, PATIENCE_MS);
    },
  };
}
