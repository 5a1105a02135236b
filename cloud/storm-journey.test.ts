import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { NodeBundle } from '../protocol/messages/bundle.ts';
import { campaign, PUSHING } from './cloud.fixture.ts';
import type { LogEntry } from './sandbox/judge-entries.ts';
import { seededDie } from './sandbox/platform/faults.ts';
import { CHANNEL } from './sandbox/platform/platform.fixture.ts';
import { eventually, openSandbox } from './sandbox/sandbox.fixture.ts';
import { type Db, openDatabase } from './store/database.ts';
import { freshTarget, ON_POSTGRES } from './store/testing.fixture.ts';
import { openFleet } from './storm-fleet.fixture.ts';
import { judge } from './storm-judge.fixture.ts';
import type { Point, Sabotage, Whereabouts } from './storm-probe.fixture.ts';
import { startTraffic } from './storm-traffic.fixture.ts';

const LONG = process.env['PHAROS_TEST_LONG'] !== undefined;
const SEED = Number(process.env['PHAROS_TEST_SEED'] ?? 20_261_215);
const KILLS = Number(process.env['PHAROS_TEST_KILLS'] ?? (LONG ? 200 : 10));
const FEWEST = 4;
const SAMPLE_MS = 15_000;
/** Half a minute of lease or back-off passes in three seconds. */
const SPEED = 10;
/** LINE's minute, and the two seconds a webhook may take, which go by faster here too. */
const TOKEN_LIFE_MS = 60_000 + 2_000 * SPEED;
const NOON = Date.parse('2026-12-15T04:00:00Z');
const DISPATCHERS = ON_POSTGRES ? 2 : 1;

const TAGS = 'd0d2ce24-9efc-11e5-82c4-1c6a7a17ef38';
const DOORS = { north: '0a1b2c3d01', south: '0a1b2c3d02', east: '0a1b2c3d03' } as const;
const PHRASE = '夏日冰品';

const document = (kind: string, id: string, spec: object) => ({
  apiVersion: 'pharos/v1',
  kind,
  metadata: { id },
  spec,
});
const at = (store: string) => ({ on: 'enter', at: { stores: [store] } });
const CITY = [
  ...Object.entries(DOORS).flatMap(([store, hwid]) => [
    document('Store', store, { timeZone: 'Asia/Taipei' }),
    document('Node', `${store}-door`, { store, hwid }),
  ]),
  campaign('welcome', {
    ...PUSHING,
    trigger: { on: 'follow' },
    home: 'north',
    limits: { messages: { max: 5_000, per: 'day' } },
  }),
  campaign('reply-only', { trigger: at('north'), trust: 'any', limits: { stock: 5_000 } }),
  campaign('reply-or-push', {
    trigger: at('south'),
    trust: 'any',
    delivery: { prefer: 'reply', fallback: 'push' },
    limits: { stock: 30, messages: { max: 5_000, per: 'day' } },
  }),
  campaign('asked', { trigger: { on: 'keyword', phrases: [PHRASE] }, home: 'north', limits: { stock: 40 } }),
  campaign('heard', { ...PUSHING, trigger: at('east'), limits: { messages: { max: 40, per: 'day' } } }),
];

/** Each kind of trouble the platform knows, often enough to meet every kind of call. */
const FAULTS = {
  seed: SEED,
  api: [
    ...['error_500', 'error_500_after', 'timeout_before', 'timeout_after', 'cut_before', 'cut_after', 'too_concurrent'],
    ...['user_flooded', 'monthly_limit', 'unauthorized', 'slow', 'rate_limited'],
  ].map((kind) => ({
    kind,
    probability: kind === 'rate_limited' ? 0.005 : 0.02,
    ...(kind === 'slow' && { delayMs: 60 }),
  })),
  webhook: [
    ...['duplicate', 'lose', 'delay', 'hold', 'wrong_signature', 'standby'],
    ...['unknown_fields', 'unknown_event', 'empty'],
  ].map((kind) => ({ kind, probability: 0.03, ...(kind === 'delay' && { delayMs: 300 }) })),
};

/** Most strokes are aimed; some fall anywhere. */
const AIMS: readonly { readonly at: Point; readonly share: number; readonly most: number }[] = [
  { at: 'statement', share: 0.35, most: 40 },
  { at: 'commit', share: 0.2, most: 6 },
  { at: 'call', share: 0.28, most: 8 },
  { at: 'answered', share: 0.06, most: 3 },
  { at: 'committed', share: 0.06, most: 4 },
];

const placeOf = ({ at: point, transactions, calls }: Whereabouts): string => {
  if (transactions > 0 && calls > 0) return 'in a transaction and a LINE call';
  if (transactions > 0) return 'in a transaction';
  if (calls > 0) return 'in a LINE call';
  return point === undefined ? 'between' : `between, ${point}`;
};

async function weather(kills: number, sabotage = process.env['PHAROS_TEST_SABOTAGE'] as Sabotage | undefined) {
  const die = seededDie(SEED);
  const dir = mkdtempSync(join(tmpdir(), 'pharos-storm-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const database = ON_POSTGRES ? await freshTarget() : join(dir, 'pharos.sqlite');
  const since = Date.now();
  const now = () => Math.round(NOON + (Date.now() - since) * SPEED);
  const redelivery = { enabled: true, delaysMs: Array.from({ length: 20 }, (_, i) => Math.min(1_500, 250 * 2 ** i)) };
  const sandbox = await openSandbox({
    now,
    settings: {
      ...{ hwids: Object.values(DOORS) as never, redelivery, apiLatencyMs: 15, replyTokenLifeMs: TOKEN_LIFE_MS },
      quota: { type: 'limited', value: 100_000 },
    },
  });
  onTestFinished(() => sandbox.close());
  const fleet = await openFleet(DISPATCHERS, dir, () => ({
    settings: {
      PHAROS_DATA_DIR: dir,
      PHAROS_HTTP_PORT: '0',
      PHAROS_MQTT_PORT: '0',
      PHAROS_LINE_CHANNEL_SECRET: CHANNEL.secret,
      PHAROS_LINE_CHANNEL_ACCESS_TOKEN: CHANNEL.accessToken,
      PHAROS_LINE_API_BASE: sandbox.url,
      ...(ON_POSTGRES && { PHAROS_DATABASE_URL: database }),
    },
    clock: { at: NOON, since, speed: SPEED },
    ...(sabotage !== undefined && { sabotage }),
  }));
  onTestFinished(() => fleet.close());
  const { httpUrl, adminToken } = await fleet.any();
  const admin = async (path: string, body: object): Promise<unknown> => {
    const headers = { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' };
    const answer = await fetch(`${httpUrl}/v1${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(await answer.text());
    return await answer.json();
  };
  await admin('/apply', { documents: CITY });
  const bundle = NodeBundle.parse(await admin('/nodes/east-door/bundle', {}));
  await sandbox.control('PUT', '/settings', { webhookUrl: fleet.webhookUrl });
  await sandbox.control('PUT', '/faults', FAULTS);

  const traffic = startTraffic({
    ...{ sandbox, fleet, die, now, phrase: PHRASE },
    doors: [DOORS.north, DOORS.south],
    ear: { bundle, store: 'east', uuid: TAGS },
  });
  const struck = new Map<string, number>();
  const begun = performance.now();
  for (let kill = 0; kill < kills; kill++) {
    // A busy machine gets fewer strokes, not a longer test.
    if (!LONG && kill >= FEWEST && performance.now() - begun > SAMPLE_MS) break;
    await new Promise((resolve) => setTimeout(resolve, 250 + die() * 350));
    if (kill === Math.floor(kills * 0.9)) await useUpQuota(sandbox);
    const place = placeOf(await fleet.kill(Math.floor(die() * DISPATCHERS), aim(die)));
    struck.set(place, (struck.get(place) ?? 0) + 1);
  }
  await sandbox.control('PUT', '/faults', {});
  await traffic.stop();

  const db = await openDatabase(database);
  onTestFinished(() => db.destroy());
  const read = async (): Promise<LogEntry[]> => {
    const text = await (await fetch(`${sandbox.url}/sandbox/log/export`)).text();
    return text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
  };
  await settled({ read, db, events: traffic.events });
  const verdict = await judge({ log: await read(), acked: traffic.acked, db });
  const figures = {
    seed: SEED,
    kills,
    struck: Object.fromEntries(struck),
    ...verdict.seen,
    webhooks: (await sandbox.control('GET', '/judge')).body,
  };
  process.stdout.write(`storm on ${ON_POSTGRES ? 'PostgreSQL' : 'SQLite'}: ${JSON.stringify(figures)}\n`);
  return { ...verdict, struck, wrongs: fleet.wrongs() };
}

/** Until LINE has handed over all that happened, and all of it is worked off. */
async function settled({ read, db, events }: { read: () => Promise<LogEntry[]>; db: Db; events: readonly string[] }) {
  await eventually(async () => {
    // A look at the whole log is not cheap, and LINE itself runs in this process.
    await new Promise((resolve) => setTimeout(resolve, 250));
    const over = new Set(
      (await read()).flatMap((entry) =>
        entry.kind === 'webhook' && OVER.has(entry.result.outcome) ? (entry.webhookEventId ?? []) : [],
      ),
    );
    const underWay = events.filter((id) => !over.has(id)).length;
    const pending = await db.selectFrom('event').select('id').where('state', '=', 'pending').execute();
    const open = await db.selectFrom('delivery').select('id').where('state', 'in', ['ready', 'sending']).execute();
    expect({ underWay, pending: pending.length, open: open.length }).toEqual({ underWay: 0, pending: 0, open: 0 });
  }, 30_000);
}
const OVER: ReadonlySet<string> = new Set(['success', 'lost']);

/** From here on the month has five messages left. */
async function useUpQuota(sandbox: Awaited<ReturnType<typeof openSandbox>>): Promise<void> {
  const { quotaUsed } = (await sandbox.control('GET', '/judge')).body as unknown as { quotaUsed: number };
  await sandbox.control('PUT', '/settings', { quota: { type: 'limited', value: quotaUsed + 5 } });
}

function aim(die: () => number): { readonly at: Point; readonly nth: number } | 'anywhere' {
  let left = die();
  for (const { at: point, share, most } of AIMS) {
    left -= share;
    if (left < 0) return { at: point, nth: 1 + Math.floor(die() * most) };
  }
  return 'anywhere';
}

it('every right is delivered once, whatever is killed in the middle of what', {
  timeout: 60_000 + KILLS * 3_000,
}, async () => {
  const { complaints, struck, seen, wrongs } = await weather(KILLS);
  expect(complaints, wrongs.slice(-5).join('\n')).toEqual([]);
  const within = [...struck].reduce((sum, [place, times]) => sum + (place.startsWith('in ') ? times : 0), 0);
  expect(within / KILLS, JSON.stringify(Object.fromEntries(struck))).toBeGreaterThanOrEqual(0.8);
  expect(seen.pushes).toBeGreaterThan(KILLS);
  expect(seen.replies).toBeGreaterThan(KILLS);
});
