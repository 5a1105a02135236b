import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import mqtt from 'mqtt';
import { onTestFinished } from 'vitest';
import { Hwid } from '../protocol/ids.ts';
import { NodeBundle } from '../protocol/messages/bundle.ts';
import { createMosquitto } from './mosquitto.fixture.ts';
import { CHANNEL } from './sandbox/platform/platform.fixture.ts';
import { eventually, openSandbox } from './sandbox/sandbox.fixture.ts';
import { type Service, startService } from './service.fixture.ts';
import { freshTarget } from './store/testing.fixture.ts';

/** Several processes of the service on one PostgreSQL and one Mosquitto, real uplinks, and a LINE platform to judge. */

const [CLOUD_USER, CLOUD_PASSWORD] = ['pharos-cloud', 'a password/with marks'];
const TOKEN = 'the-token-of-this-test';
const UUID = 'd0d2ce24-9efc-11e5-82c4-1c6a7a17ef38';
const HWID = Hwid.parse('0a1b2c3d4e');
const STORE = 'taipei-1';
const edgeFile = (name: string): string => fileURLToPath(new URL(`../edge/${name}`, import.meta.url));

interface Told {
  readonly events?: readonly { readonly sourceId: string }[];
  readonly members?: readonly { readonly id: string }[];
  readonly [key: string]: unknown;
}

export async function openDispatchers(nodes: readonly string[]) {
  const dir = mkdtempSync(join(tmpdir(), 'pharos-dispatchers-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const database = await freshTarget();
  const broker = await createMosquitto({ users: { [CLOUD_USER]: CLOUD_PASSWORD } });
  onTestFinished(() => broker.close());
  const sandbox = await openSandbox({ settings: { hwids: [HWID] } });
  onTestFinished(() => sandbox.close());
  const children = new Set<ChildProcess>();
  onTestFinished(async () => {
    await Promise.all([...children].map(kill));
  });

  function edge(name: string, file: string, ...args: string[]): ChildProcess {
    const { PATH = '', HOME = '' } = process.env;
    const env = { PATH, HOME, PHAROS_DATA_DIR: join(dir, name), PHAROS_LOG_LEVEL: 'silent' };
    const child = spawn('setpriv', ['--pdeathsig', 'KILL', process.execPath, edgeFile(file), ...args], {
      env,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    children.add(child);
    return child;
  }
  async function kill(child: ChildProcess): Promise<void> {
    children.delete(child);
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }

  /** A dispatcher with a data folder of its own; all have the same vault key. */
  async function dispatcher(name: string, settings: Readonly<Record<string, string>> = {}): Promise<Service> {
    const dataDir = join(dir, name);
    mkdirSync(dataDir, { recursive: true });
    writeFileSync(join(dataDir, 'vault-key'), 'ab'.repeat(32), { mode: 0o600 });
    const service = await startService({
      PHAROS_DATA_DIR: dataDir,
      PHAROS_DATABASE_URL: database,
      PHAROS_MQTT_URL: broker.url(CLOUD_USER, CLOUD_PASSWORD),
      PHAROS_ADMIN_TOKEN: TOKEN,
      PHAROS_LINE_CHANNEL_SECRET: CHANNEL.secret,
      PHAROS_LINE_CHANNEL_ACCESS_TOKEN: CHANNEL.accessToken,
      PHAROS_LINE_API_BASE: sandbox.url,
      ...settings,
    });
    onTestFinished(async () => void (await service.end()));
    return service;
  }

  async function ask(service: Service, method: string, path: string, body?: unknown): Promise<Told> {
    const response = await fetch(`${service.httpUrl}${path}`, {
      method,
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const told = (await response.json()) as Told;
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(told)}`);
    return told;
  }

  return {
    dir,
    database,
    broker,
    sandbox,
    dispatcher,
    ask,
    kill,
    /** Events from nodes this process worked off. */
    async heard(service: Service): Promise<number> {
      const text = await (await fetch(`${service.httpUrl}/metrics`)).text();
      return Number(/^pharos_events_total\{ear="tag"\} (\d+)/m.exec(text)?.[1] ?? 0);
    },
    /** One shop with these nodes and a campaign that pushes; the nodes are let in by the broker and enrolled. */
    async furnish(service: Service): Promise<NodeBundle[]> {
      const document = (kind: string, id: string, spec: object) => ({
        ...{ apiVersion: 'pharos/v1', kind },
        ...{ metadata: { id }, spec },
      });
      const message = { template: 'm.json', sources: { default: '{"type":"text","text":"{{ coupon.code }}"}' } };
      await ask(service, 'POST', '/v1/apply', {
        documents: [
          document('Store', STORE, { timeZone: 'Asia/Taipei' }),
          ...nodes.map((id) => document('Node', id, { store: STORE, hwid: HWID, tagNamespaces: [UUID] })),
          document('Campaign', 'tea', {
            trigger: { on: 'enter' },
            offer: { coupon: { value: { percent: 20 }, redeemableAt: ['*'] }, message },
            delivery: { prefer: 'push' },
            limits: { messages: { max: 1000, per: 'day' } },
          }),
        ],
      });
      const bundles: NodeBundle[] = [];
      for (const id of nodes) bundles.push(NodeBundle.parse(await ask(service, 'POST', `/v1/nodes/${id}/bundle`, {})));
      const { files } = (await ask(service, 'GET', '/v1/broker/files')) as never as { files: { text: string }[] };
      broker.admit({ passwords: files[0]?.text ?? '', acl: files[1]?.text ?? '' });
      for (const bundle of bundles) {
        const file = join(dir, `${bundle.nodeId}.json`);
        writeFileSync(file, JSON.stringify(bundle), { mode: 0o600 });
        const [code] = (await once(edge(bundle.nodeId, 'cli.ts', 'enroll', file), 'exit')) as [number];
        if (code !== 0) throw new Error(`enroll ended with ${code}`);
      }
      return bundles;
    },
    /** So many friends, each with a tag: the n-th carries minor n. */
    async carriers(service: Service, count: number): Promise<string[]> {
      await sandbox.control('PUT', '/settings', { webhookUrl: `${service.httpUrl}/line/webhook` });
      return await Promise.all(
        Array.from({ length: count }, async (_, index) => {
          const { userId } = (await sandbox.control('POST', '/users', {})).body;
          await sandbox.control('POST', `/users/${userId}/follow`);
          const member = await eventually(async () => {
            const { members } = await ask(service, 'POST', '/v1/members/find', { lineUser: userId });
            const [found] = members ?? [];
            if (found === undefined) throw new Error('not a member yet');
            return found.id;
          });
          const tag = { uuid: UUID, major: 1, minor: index + 1, wording: 'tags-v1' };
          await ask(service, 'POST', `/v1/members/${member}/tags`, tag);
          return userId;
        }),
      );
    },
    /** Calls back when so many more batches have gone through the broker, in that moment: some are still in hand. */
    async afterBatches(count: number, then: () => void): Promise<void> {
      const spy = await mqtt.connectAsync(broker.url(CLOUD_USER, CLOUD_PASSWORD), { reconnectPeriod: 0 });
      let seen = 0;
      await new Promise<void>((resolve) => {
        spy.on('message', () => {
          seen += 1;
          if (seen !== count) return;
          then();
          resolve();
        });
        spy.subscribe('pharos/v1/+/+/events', { qos: 0 });
      });
      await spy.endAsync(true);
    },
    uplink: (node: string): ChildProcess => edge(node, 'cli.ts', 'uplink'),
    /** Tags 1 to `tags` come near in turn, `events` times in all; resolves when the node has them on its disk. */
    async near(node: string, tags: number, events: number, everyMs: number): Promise<void> {
      const writer = edge(
        node,
        'tag-writer.fixture.ts',
        join(dir, node),
        UUID,
        String(tags),
        String(events),
        String(everyMs),
      );
      const [code] = (await once(writer, 'exit')) as [number];
      if (code !== 0) throw new Error(`the writer ended with ${code}`);
    },
    /** How often each person was pushed to, by the platform's own log. */
    async pushed(): Promise<Record<string, number>> {
      const { entries } = (await sandbox.control('GET', '/log')).body;
      const counts: Record<string, number> = {};
      for (const entry of entries as never as {
        kind: string;
        endpoint?: string;
        accepted?: boolean;
        to?: string[];
      }[]) {
        if (entry.kind !== 'api' || entry.endpoint !== 'push' || entry.accepted !== true) continue;
        for (const user of [entry.to ?? []].flat()) counts[user] = (counts[user] ?? 0) + 1;
      }
      return counts;
    },
  };
}
