import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import Fastify, { type FastifyInstance } from 'fastify';
import { sql } from 'kysely';
import { epochMs } from '../../protocol/units.ts';
import { composeTill } from '../compose-till.ts';
import { CODE_ENTROPY_BYTES, mintCode } from '../core/coupon/code.ts';
import type { CampaignId, CouponId, MemberId } from '../core/ids.ts';
import { guard } from '../http/access.ts';
import { tillRoutes } from '../http/till.ts';
import { couponRows } from '../store/coupons.ts';
import { systemMint } from '../store/mint.ts';
import { median, type Ratio } from './ingest.ts';
import type { TillOrder, TillRun } from './till-load.ts';
import { type BenchWorld, openWorld } from './world.ts';

export interface TillFigures {
  readonly bench: 'till';
  readonly redemptions: number;
  readonly rounds: number;
  readonly tills: number;
  readonly databases: readonly TillDatabaseFigures[];
}

export interface TillDatabaseFigures {
  readonly database: 'sqlite' | 'postgres';
  /** A bare server with one synced insert a request, and a redemption with its sale; a second, one figure a round. */
  readonly barePerSecond: readonly number[];
  readonly redeemedPerSecond: readonly number[];
  readonly bare: { readonly p50Ms: number; readonly p99Ms: number };
  readonly redeemed: { readonly p50Ms: number; readonly p99Ms: number };
  readonly ratios: readonly Ratio[];
}

/** Tills that wait for an answer at the same time. */
const TILLS = 64;
const STORE = 'bench-here';

/** Redemptions beside the least a server can do that keeps what it is told. */
export async function measureTill(
  options: { readonly events: number; readonly rounds: number; readonly databaseUrl: string | undefined },
  say: (text: string) => void,
): Promise<TillFigures> {
  const targets = options.databaseUrl === undefined ? [undefined] : [undefined, options.databaseUrl];
  if (options.databaseUrl === undefined) say('PostgreSQL: skipped; give --database postgres://…/<an empty database>');
  const databases: TillDatabaseFigures[] = [];
  for (const target of targets) databases.push(await measureOn(target, options, say));
  return { bench: 'till', redemptions: options.events, rounds: options.rounds, tills: TILLS, databases };
}

async function measureOn(
  target: string | undefined,
  { events, rounds }: { readonly events: number; readonly rounds: number },
  say: (text: string) => void,
): Promise<TillDatabaseFigures> {
  const bare: TillRun[] = [];
  const redeemed: TillRun[] = [];
  // The first round warms up, for both alike.
  for (let round = 0; round <= rounds; round++) {
    const world = await openWorld(target, { members: events, campaignsElsewhere: 10, campaignHere: true });
    try {
      const codes = await addCoupons(world, events);
      const one = await runBare(world, events);
      const two = await runTill(world, codes);
      if (round === 0) continue;
      bare.push(one);
      redeemed.push(two);
      say(`${rate(events, one).toFixed(0)} bare, ${rate(events, two).toFixed(0)} redeemed a second`);
    } finally {
      await world.close();
    }
  }
  const rates = (runs: readonly TillRun[]): number[] => runs.map((run) => rate(events, run));
  const times = (runs: readonly TillRun[]) => ({
    p50Ms: median(runs.map(({ p50Ms }) => p50Ms)),
    p99Ms: median(runs.map(({ p99Ms }) => p99Ms)),
  });
  const value = median(rates(redeemed)) / median(rates(bare));
  return {
    database: target === undefined ? 'sqlite' : 'postgres',
    ...{ barePerSecond: rates(bare), redeemedPerSecond: rates(redeemed), bare: times(bare), redeemed: times(redeemed) },
    ratios: [{ name: 'redeemed ÷ bare server with one synced insert', value, goal: 0.5 }],
  };
}

const rate = (events: number, { seconds }: TillRun): number => events / seconds;

async function addCoupons({ store }: BenchWorld, count: number): Promise<string[]> {
  const codes = new Set<string>();
  while (codes.size < count) {
    const code = mintCode(systemMint.bytes(CODE_ENTROPY_BYTES));
    if (code !== undefined) codes.add(code);
  }
  await store.db.transaction().execute(async (db) => {
    await couponRows({ ...store, db }).issueAll(
      [...codes].map((code, index) => ({
        id: systemMint.id('coupon') as CouponId,
        issueKey: `bench-${index}`,
        campaignId: 'here' as CampaignId,
        campaignVersion: 1,
        memberId: `mem_${10_000_000 + index}` as MemberId,
        code,
        issuedAt: epochMs(Date.now()),
        expiresAt: epochMs(Date.now() + 86_400_000),
      })),
    );
  });
  return [...codes];
}

/** One request, one insert, one sync. */
async function runBare({ store: { db } }: BenchWorld, count: number): Promise<TillRun> {
  await sql`CREATE TABLE bench_row (id text PRIMARY KEY, body text NOT NULL)`.execute(db);
  const app = Fastify({ logger: false });
  app.post('/bare', async (request, reply) => {
    await sql`INSERT INTO bench_row (id, body) VALUES (${systemMint.id('event')}, ${JSON.stringify(request.body)})`.execute(
      db,
    );
    return await reply.status(201).send({ ok: true });
  });
  const bodies = Array.from({ length: count }, (_, index) => JSON.stringify({ index, text: 'x'.repeat(80) }));
  return await load(app, '/bare', bodies);
}

async function runTill({ store }: BenchWorld, codes: readonly string[]): Promise<TillRun> {
  const app = Fastify({ logger: false });
  const channel = { kind: 'store' as const, id: STORE };
  await app.register(
    async (scope: FastifyInstance) => {
      guard(scope, async () => ({ tokenId: 'tok_bench', name: 'bench', role: 'till', channel }));
      const now = () => epochMs(Date.now());
      tillRoutes(scope, composeTill({ store, vaultKey: new Uint8Array(32), now, perSecond: 1_000_000 }));
    },
    { prefix: '/v1' },
  );
  const bodies = codes.map((code, index) =>
    JSON.stringify({ code, amount: 10_000, currency: 'TWD', order: `o-${index}`, tender: 'cash' }),
  );
  const run = await load(app, '/v1/redemptions', bodies);
  const { n } = await store.db
    .selectFrom('redemption')
    .select(({ fn }) => [fn.countAll<number>().as('n')])
    .executeTakeFirstOrThrow();
  if (run.refused > 0 || n !== codes.length)
    throw new Error(`${n} of ${codes.length} redeemed, ${run.refused} refused`);
  return run;
}

const LOAD = new URL(import.meta.url.endsWith('.ts') ? './till-load.ts' : './till-load.js', import.meta.url);

async function load(app: FastifyInstance, path: string, bodies: readonly string[]): Promise<TillRun> {
  await app.listen({ host: '127.0.0.1', port: 0 });
  const child = fork(fileURLToPath(LOAD), [], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  try {
    await once(child, 'message');
    const { port } = app.server.address() as AddressInfo;
    child.send({ port, path, bodies, atOnce: TILLS } satisfies TillOrder);
    const [run] = (await once(child, 'message')) as [TillRun];
    return run;
  } finally {
    child.kill('SIGKILL');
    await app.close();
  }
}
