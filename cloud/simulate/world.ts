import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { pino } from 'pino';
import type { EpochMs } from '../../protocol/units.ts';
import { type Cloud, startCloud } from '../app.ts';
import type { IdKind, Mint } from '../core/ids.ts';
import { openVaultDir } from '../data-dir.ts';
import { startSandbox } from '../sandbox/sandbox.ts';
import { readSettings } from '../settings.ts';
import type { StoreContext } from '../store/context.ts';
import { openDatabase } from '../store/database.ts';
import { seededMint } from '../store/mint.ts';
import { createVault } from '../store/vault.ts';
import { type Draw, drawing } from './draw.ts';

/** A service and a LINE platform of their own, on free ports, with a clock that stands until it is moved. */
export interface World {
  readonly store: StoreContext;
  readonly mqttUrl: string;
  now(): EpochMs;
  /** Moves the clock on. What comes due by then is not done before {@link tick}. */
  moveTo(at: EpochMs): void;
  /** What the service's clock has to do by now is done, and all that follows from it. */
  tick(): Promise<void>;
  /** Everything heard is judged and every message is on its way. Throws when that takes too long. */
  settle(): Promise<void>;
  /** The webhook of this event has been taken. */
  heard(sourceId: string): Promise<void>;
  admin(method: string, path: string, body?: object, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  line(method: string, path: string, body?: object): Promise<Answer>;
  stop(): Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

const SETTLED_WITHIN_MS = 20_000;

export async function openWorld(asked: {
  readonly dataDir: string;
  readonly seed: number;
  readonly start: EpochMs;
  readonly hwids: readonly string[];
  /** Messages a month; absent: no limit. */
  readonly quota?: number;
  readonly price?: string;
}): Promise<World> {
  const { dataDir, seed, quota } = asked;
  let at = asked.start;
  const now = (): EpochMs => at;
  const channel = {
    ...{ channelId: '1234567890', displayName: 'Pharos simulation', botUserId: `U${'b'.repeat(32)}` },
    ...{ secret: randomBytes(16).toString('hex'), accessToken: randomBytes(24).toString('hex') },
  };
  const entropy = drawing(seed, 'line');
  const sandbox = await startSandbox({
    ...{ channel, now, monotonicMs: now },
    entropy: (length) => Buffer.from(entropy.bytes(length)),
    settings: {
      hwids: asked.hwids.map((hwid) => hwid as never),
      ...(quota !== undefined && { quota: { type: 'limited', value: quota } }),
    },
  });
  const settings = readSettings({
    ...{ PHAROS_DATA_DIR: dataDir, PHAROS_HTTP_PORT: '0', PHAROS_MQTT_PORT: '0' },
    ...{ PHAROS_LINE_CHANNEL_SECRET: channel.secret, PHAROS_LINE_CHANNEL_ACCESS_TOKEN: channel.accessToken },
    PHAROS_LINE_API_BASE: sandbox.url,
    ...(asked.price !== undefined && { PHAROS_LINE_PRICE: asked.price }),
  });
  const log = pino({ level: 'silent' });
  const cloud: Cloud = await startCloud(settings, log, now, mintFor(seed, now)).catch(async (error: unknown) => {
    await sandbox.close();
    throw error;
  });
  const { databasePath, vaultKey } = openVaultDir(dataDir);
  const db = await openDatabase(databasePath);
  const line: World['line'] = (method, path, body) => call(`${sandbox.url}/sandbox${path}`, { method }, body);
  await line('PUT', '/settings', { webhookUrl: `${cloud.httpUrl}/line/webhook` });

  const until = async (what: string, holds: () => Promise<boolean>): Promise<void> => {
    const deadline = performance.now() + SETTLED_WITHIN_MS;
    while (!(await holds())) {
      if (performance.now() > deadline) throw new Error(`${what} did not come to an end`);
      await wait(1);
    }
  };
  const waiting = async (): Promise<boolean> => {
    const event = await db.selectFrom('event').select('id').where('state', '=', 'pending').executeTakeFirst();
    if (event !== undefined) return true;
    const delivery = await db
      .selectFrom('delivery')
      .select('id')
      .where((eb) =>
        eb.or([eb('state', '=', 'sending'), eb.and([eb('state', '=', 'ready'), eb('next_attempt_at', '<=', at)])]),
      )
      .executeTakeFirst();
    return delivery !== undefined;
  };
  return {
    store: { db, vault: createVault(vaultKey), mint: mintFor(seed, now) },
    mqttUrl: cloud.mqttUrl,
    now,
    moveTo(time) {
      at = time;
    },
    tick: () => cloud.tick(),
    settle: () => until('the work', async () => !(await waiting())),
    heard: (sourceId) =>
      until(`the webhook of ${sourceId}`, async () => {
        const row = await db.selectFrom('event').select('id').where('source_id', '=', sourceId).executeTakeFirst();
        return row !== undefined;
      }),
    admin: (method, path, body, headers = {}) =>
      call(
        `${cloud.httpUrl}/v1${path}`,
        { method, headers: { authorization: `Bearer ${cloud.adminToken}`, ...headers } },
        body,
      ),
    line,
    async stop() {
      await cloud.stop();
      await sandbox.close();
      await db.destroy();
    },
  };
}

async function call(
  url: string,
  { method, headers = {} }: { readonly method: string; readonly headers?: Readonly<Record<string, string>> },
  body: object | undefined,
): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Answer['body'] };
}

/** Ids of one kind are drawn by themselves: in which order the parts of the service ask for theirs is nobody's plan. */
function mintFor(seed: number, now: () => EpochMs): Mint {
  const streams = new Map<string, Draw>();
  const of = (name: IdKind | 'uuid' | 'bytes'): Draw => {
    const known = streams.get(name) ?? drawing(seed, name);
    streams.set(name, known);
    return known;
  };
  return seededMint(now, (name, length) => of(name).bytes(length));
}
