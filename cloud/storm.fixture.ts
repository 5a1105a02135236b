import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { NodeBundle } from '../protocol/messages/bundle.ts';
import { createMosquitto } from './mosquitto.fixture.ts';
import type { LogEntry } from './sandbox/judge-entries.ts';
import { seededDie } from './sandbox/platform/faults.ts';
import { CHANNEL } from './sandbox/platform/platform.fixture.ts';
import { eventually, openSandbox } from './sandbox/sandbox.fixture.ts';
import { type Db, openDatabase } from './store/database.ts';
import { freshTarget, ON_POSTGRES } from './store/testing.fixture.ts';
import { CITY, DOORS, faults, PHRASE, TAGS } from './storm-city.fixture.ts';
import { openFleet } from './storm-fleet.fixture.ts';
import { judge } from './storm-judge.fixture.ts';
import type { Order, Point, Sabotage, Whereabouts } from './storm-probe.fixture.ts';
import { startTraffic } from './storm-traffic.fixture.ts';

/** Half a minute of lease or back-off passes in three seconds. */
const SPEED = 10;
/** LINE's minute, and the two seconds a webhook may take, which go by faster here too. */
const TOKEN_LIFE_MS = 60_000 + 2_000 * SPEED;
/** After so many LINE gives an event up. */
const REDELIVERIES = 20;
const NOON = Date.parse('2026-12-15T04:00:00Z');
/** On PostgreSQL two share the work, and an external broker deals the nodes' batches to them. */
const DISPATCHERS = ON_POSTGRES ? 2 : 1;

/** Most strokes are aimed; some fall anywhere. */
const AIMS: readonly { readonly at: Point; readonly share: number; readonly most: number }[] = [
  { at: 'statement', share: 0.35, most: 40 },
  { at: 'commit', share: 0.2, most: 6 },
  { at: 'call', share: 0.28, most: 8 },
  { at: 'answered', share: 0.06, most: 3 },
  { at: 'committed', share: 0.06, most: 4 },
];

const placeOf = ({ at: point, transactions, calls }: Whereabouts): string => {
  if (transactions > 0 && calls > 0) return 'in both';
  if (transactions > 0) return 'in a transaction';
  if (calls > 0) return 'in a LINE call';
  return point === undefined ? 'between' : `between, ${point}`;
};

export interface Weather {
  readonly seed: number;
  readonly kills: number;
  /** Once there were this many, a storm that lasts longer than this ends. */
  readonly fewest: number;
  readonly withinMs: number;
  readonly sabotage?: Sabotage;
}

/**
 * Kills dispatchers in the middle of what they do while people come and go and LINE fails in every way it can, waits
 * until all is settled, and has it judged.
 */
export async function storm({ seed, kills, fewest, withinMs, sabotage }: Weather) {
  const die = seededDie(seed);
  const dir = mkdtempSync(join(tmpdir(), 'pharos-storm-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const database = ON_POSTGRES ? await freshTarget() : join(dir, 'pharos.sqlite');
  const since = Date.now();
  const now = () => Math.round(NOON + (Date.now() - since) * SPEED);
  const redelivery = {
    enabled: true,
    delaysMs: Array.from({ length: REDELIVERIES }, (_, i) => Math.min(1_500, 250 * 2 ** i)),
  };
  const sandbox = await openSandbox({
    now,
    settings: {
      ...{ hwids: Object.values(DOORS) as never, redelivery, apiLatencyMs: 15, replyTokenLifeMs: TOKEN_LIFE_MS },
      quota: { type: 'limited', value: 100_000 },
    },
  });
  onTestFinished(() => sandbox.close());
  const broker = ON_POSTGRES ? await createMosquitto() : undefined;
  onTestFinished(() => broker?.close());
  await broker?.start();
  const fleet = await openFleet(
    DISPATCHERS,
    dir,
    {
      settings: {
        PHAROS_DATA_DIR: dir,
        PHAROS_HTTP_PORT: '0',
        ...(broker === undefined ? { PHAROS_MQTT_PORT: '0' } : { PHAROS_MQTT_URL: broker.url() }),
        PHAROS_LINE_CHANNEL_SECRET: CHANNEL.secret,
        PHAROS_LINE_CHANNEL_ACCESS_TOKEN: CHANNEL.accessToken,
        PHAROS_LINE_API_BASE: sandbox.url,
        ...(ON_POSTGRES && { PHAROS_DATABASE_URL: database }),
      },
      clock: { at: NOON, since, speed: SPEED },
    },
    sabotage,
  );
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
  await sandbox.control('PUT', '/faults', faults(seed));

  const traffic = startTraffic({
    ...{ sandbox, fleet, die, now, phrase: PHRASE },
    doors: [DOORS.north, DOORS.south],
    ear: { bundle, store: 'east', uuid: TAGS },
  });
  const struck = new Map<string, number>();
  const begun = performance.now();
  for (let kill = 0; kill < kills; kill++) {
    if (kill >= fewest && performance.now() - begun > withinMs) break;
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
    seed,
    kills: [...struck.values()].reduce((sum, times) => sum + times, 0),
    struck: Object.fromEntries(struck),
    ...verdict.seen,
  };
  process.stdout.write(`storm on ${ON_POSTGRES ? 'PostgreSQL' : 'SQLite'}: ${JSON.stringify(figures)}\n`);
  return { ...verdict, struck: [...struck], wrongs: fleet.wrongs() };
}

/** Until LINE has handed over all that happened, and all of it is worked off. */
async function settled({ read, db, events }: { read: () => Promise<LogEntry[]>; db: Db; events: readonly string[] }) {
  await eventually(async () => {
    // A look at the whole log is not cheap, and LINE itself runs in this process.
    await new Promise((resolve) => setTimeout(resolve, 250));
    const over = new Set(
      (await read()).flatMap((entry) =>
        entry.kind === 'webhook' && (OVER.has(entry.result.outcome) || entry.attempt > REDELIVERIES)
          ? (entry.webhookEventId ?? [])
          : [],
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

function aim(die: () => number): Order | 'anywhere' {
  let left = die();
  for (const { at: point, share, most } of AIMS) {
    left -= share;
    if (left < 0) return { at: point, nth: 1 + Math.floor(die() * most) };
  }
  return 'anywhere';
}
