import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { epochMs } from '../../protocol/units.ts';
import { startBroker } from '../broker/broker.ts';
import type { Ledger, LedgerTx } from '../core/ports.ts';
import type { Past } from '../core/working-set-types.ts';
import { createNodeEar } from '../ingest/node-ear.ts';
import { createLedger, repositories } from '../store/ledger.ts';
import { systemMint } from '../store/mint.ts';
import { registryRows } from '../store/registry.ts';
import { type BenchWorld, openWorld } from './world.ts';

export const SIDES = ['no store', 'durable', 'decided', 'row by row'] as const;
export type Side = (typeof SIDES)[number];

export interface IngestFigures {
  readonly bench: 'ingest';
  readonly events: number;
  readonly rounds: number;
  readonly databases: readonly DatabaseFigures[];
}

export interface DatabaseFigures {
  readonly database: 'sqlite' | 'postgres';
  /** Events a second, one figure a round. */
  readonly eventsPerSecond: Readonly<Record<Side, readonly number[]>>;
  /** Of all threads of the service: what the database's own thread takes costs the others no time. */
  readonly cpuMicrosPerEvent: Readonly<Record<Side, number>>;
  /** What the nodes took, which share the processors: small beside the rest, or the load is what was measured. */
  readonly loadMicrosPerEvent: Readonly<Record<Side, number>>;
  readonly ratios: readonly Ratio[];
}

/** One side over another, median over median, and what it is to be at least. */
export interface Ratio {
  readonly name: string;
  readonly value: number;
  readonly goal: number;
}

export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? 0;

/** One commit an event takes long; a part of the events shows it. */
const ROW_BY_ROW_SHARE = 0.1;

/**
 * Nodes send to the embedded broker, each message with one event and an ack of ours. The same way in, four times: with
 * nothing stored, stored, stored with decision, coupon and delivery, and stored in a transaction for each message.
 */
export async function measureIngest(
  options: { readonly events: number; readonly rounds: number; readonly databaseUrl: string | undefined },
  say: (text: string) => void,
): Promise<IngestFigures> {
  const targets = options.databaseUrl === undefined ? [undefined] : [undefined, options.databaseUrl];
  if (options.databaseUrl === undefined) say('PostgreSQL: skipped; give --database postgres://…/<an empty database>');
  const databases: DatabaseFigures[] = [];
  for (const target of targets) databases.push(await measureOn(target, options, say));
  return { bench: 'ingest', events: options.events, rounds: options.rounds, databases };
}

async function measureOn(
  target: string | undefined,
  { events, rounds }: { readonly events: number; readonly rounds: number },
  say: (text: string) => void,
): Promise<DatabaseFigures> {
  const database = target === undefined ? 'sqlite' : 'postgres';
  const rates = byside<number[]>(() => []);
  const cpu = byside<number[]>(() => []);
  const loadCpu = byside<number[]>(() => []);
  // The first round warms up, for every side alike.
  for (let round = 0; round <= rounds; round++) {
    for (const side of SIDES) {
      const count = side === 'row by row' ? Math.ceil(events * ROW_BY_ROW_SHARE) : events;
      const world = await openWorld(target, {
        // Tags nobody registered are only written down; of members there would be visits as well.
        members: side === 'decided' ? count : 0,
        campaignsElsewhere: 10,
        campaignHere: side === 'decided',
      });
      try {
        const run = await runSide(world, side, count);
        if (round === 0) continue;
        rates[side].push(run.eventsPerSecond);
        cpu[side].push(run.cpuMicrosPerEvent);
        loadCpu[side].push(run.loadMicrosPerEvent);
        say(`${database}, ${side}: ${Math.round(run.eventsPerSecond)}/s`);
      } finally {
        await world.close();
      }
    }
  }
  const ratio = (name: string, a: Side, b: Side, goal: number): Ratio => ({
    name,
    value: median(rates[a]) / median(rates[b]),
    goal,
  });
  return {
    database,
    eventsPerSecond: rates,
    cpuMicrosPerEvent: byside((side) => median(cpu[side])),
    loadMicrosPerEvent: byside((side) => median(loadCpu[side])),
    ratios: [
      ratio('durable ÷ no store', 'durable', 'no store', 0.9),
      ratio('with decision, coupon and delivery ÷ no store', 'decided', 'no store', 0.4),
      ratio('durable ÷ row by row', 'durable', 'row by row', database === 'postgres' ? 8 : 5),
    ],
  };
}

const byside = <T>(make: (side: Side) => T): Record<Side, T> => ({
  'no store': make('no store'),
  durable: make('durable'),
  decided: make('decided'),
  'row by row': make('row by row'),
});

/** What the load tells at its end. */
interface LoadRun {
  readonly seconds: number;
  readonly cpuMicrosPerEvent: number;
}

const LOAD = new URL(import.meta.url.endsWith('.ts') ? './load.ts' : './load.js', import.meta.url);

async function runSide(world: BenchWorld, side: Side, events: number) {
  const take = createNodeEar({
    ledger: side === 'no store' ? withoutStore(world.store) : createLedger(world.store),
    mint: systemMint,
    now: () => epochMs(Date.now()),
    onFailed: (_event, error) => {
      throw error;
    },
    ...(side === 'row by row' && { rowsACommit: 1 }),
  });
  const broker = await startBroker({
    host: '127.0.0.1',
    port: 0,
    login: async () => true,
    onRefused: (what) => {
      throw new Error(what);
    },
    async onMessage(nodeId, topicStore, channel, payload) {
      if (channel !== 'events') return;
      const taken = await take(nodeId, payload);
      if (!taken.ok) throw new Error(taken.reject.detail);
      await broker.publish(topicStore, nodeId, 'ack', JSON.stringify(taken.value.ack));
    },
  });
  const args = [broker.port, world.nodes.length, events].map(String);
  const load = fork(fileURLToPath(LOAD), args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  try {
    await once(load, 'message');
    const before = process.cpuUsage();
    load.send('go');
    const [{ seconds, cpuMicrosPerEvent }] = (await once(load, 'message')) as [LoadRun];
    const { user, system } = process.cpuUsage(before);
    if (side !== 'no store') await check(world, side, events);
    return {
      eventsPerSecond: events / seconds,
      cpuMicrosPerEvent: (user + system) / events,
      loadMicrosPerEvent: cpuMicrosPerEvent,
    };
  } finally {
    load.kill('SIGKILL');
    await broker.stop();
  }
}

/** A figure counts only if everything that was to be written is there. */
async function check({ store: { db } }: BenchWorld, side: Side, events: number): Promise<void> {
  const count = async (table: 'event' | 'delivery'): Promise<number> =>
    (
      await db
        .selectFrom(table)
        .select(({ fn }) => [fn.countAll<number>().as('n')])
        .executeTakeFirstOrThrow()
    ).n;
  const found = [await count('event'), await count('delivery')];
  const wanted = [events, side === 'decided' ? events : 0];
  if (found.join() !== wanted.join())
    throw new Error(`${side}: ${found.join()} events and deliveries, not ${wanted.join()}`);
}

/** The same work over a memory that keeps nothing: what is left is the way there and back. */
function withoutStore(store: BenchWorld['store']): Ledger {
  const ledger = createLedger(store);
  const registry = registryRows(store);
  const rows = repositories(store);
  const nothing: LedgerTx = {
    ...rows,
    events: { ...rows.events, known: async () => new Set() },
    registry: async () => registry,
    members: { ...rows.members, find: async () => new Map() },
    load: async () => NO_PAST,
    write: async () => undefined,
  };
  return { ...ledger, transaction: (work) => work(nothing) };
}

const NO_PAST: Past = {
  people: [],
  visits: [],
  weighed: [],
  coupons: [],
  grants: [],
  totals: new Map(),
  counters: new Map(),
  exposures: [],
  fixedOffers: new Map(),
  facts: new Map(),
};
