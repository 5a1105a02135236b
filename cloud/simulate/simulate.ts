import { type EpochMs, epochMs } from '../../protocol/units.ts';
import { localTime, startOfDate } from '../core/calendar.ts';
import { parseManifest } from '../core/manifest/manifest.ts';
import { type CampaignTally, createTally, withWinners } from '../core/replay/tally.ts';
import { recordedDecisions } from '../store/recorded.ts';
import { type Beside, liveDay } from './day.ts';
import type { Lived } from './lived.ts';
import { TICK_MS, TICKS } from './people.ts';
import { layStreet, type Street } from './street.ts';
import { openWorld, type World } from './world.ts';

export interface SimulationAsked {
  /** An empty folder; what the service keeps stays in it. */
  readonly dataDir: string;
  readonly seed: number;
  readonly people: number;
  /** Local, `2026-12-31`; absent: today. */
  readonly date?: string | undefined;
  readonly documents: readonly object[];
  /** Messages LINE lets us push in the month; absent: no limit. */
  readonly quota?: number | undefined;
}

/** One day that never was, from the first passer-by to the last coupon. */
export interface Simulated {
  readonly v: 1;
  readonly seed: number;
  readonly date: string;
  readonly timeZone: string;
  readonly people: number;
  readonly friends: number;
  readonly carriers: number;
  readonly passes: number;
  /** Why phones said nothing, by reason. */
  readonly silent: Readonly<Record<string, number>>;
  /** What came in, by ear and type: `line.beacon`. */
  readonly heard: Readonly<Record<string, number>>;
  readonly decisions: number;
  readonly campaigns: readonly CampaignTally[];
  /** By route and state: `reply.accepted`. */
  readonly messages: Readonly<Record<string, number>>;
  readonly redeemed: number;
  readonly refusedAtTill: Readonly<Record<string, number>>;
  /** Shops and nodes that no file names. */
  readonly madeUp: readonly string[];
  readonly dataDir: string;
}

const HOUR_MS = 3_600_000;

/** Runs the day. `look` sees the world when it is over, before it is taken down. Throws where the files cannot be applied. */
export async function simulate(
  asked: SimulationAsked,
  more: {
    readonly beside?: Beside;
    readonly onProgress?: (tick: number, of: number) => void;
    readonly look?: (world: World, span: { readonly since: EpochMs; readonly until: EpochMs }) => Promise<void>;
  } = {},
): Promise<Simulated> {
  const street = layStreet(asked.documents.map(understood));
  const { timeZone } = street;
  const date = asked.date ?? dayOf(street.windows, localTime(epochMs(Date.now()), timeZone).date);
  const start = epochMs(startOfDate(date, timeZone) + 6 * HOUR_MS);
  const { dataDir, seed, quota } = asked;
  const world = await openWorld({
    ...{ dataDir, seed, start: epochMs(start - HOUR_MS) },
    hwids: [...new Set(street.doors.map(({ hwid }) => hwid))],
    ...(quota !== undefined && { quota }),
  });
  try {
    const { beside, onProgress } = more;
    const lived = await liveDay(world, street, {
      ...{ seed, start, people: asked.people },
      ...(beside && { beside }),
      ...(onProgress && { onProgress }),
    });
    const span = { since: epochMs(start - 2 * HOUR_MS), until: epochMs(start + TICKS * TICK_MS) };
    await more.look?.(world, span);
    return {
      ...{ v: 1, seed, date, timeZone, dataDir, madeUp: street.madeUp },
      ...tellLived(lived),
      ...(await readResult(world, span, timeZone)),
    };
  } finally {
    await world.stop();
  }
}

/** Today, where a campaign runs; else the first day one will, or the last on which one did. */
function dayOf(windows: Street['windows'], today: string): string {
  const runs = windows.some(({ from = today, until = today }) => from <= today && until >= today);
  if (runs || windows.length === 0) return today;
  const ahead = windows.flatMap(({ from = today }) => (from > today ? [from] : [])).sort();
  return (
    ahead[0] ??
    windows
      .flatMap(({ until = today }) => until)
      .sort()
      .at(-1) ??
    today
  );
}

function understood(document: object) {
  const parsed = parseManifest(document);
  if (parsed.ok) return { manifest: parsed.manifest, document };
  const [issue] = parsed.issues;
  throw new Error(`a document cannot be read: ${issue?.path.join('.')}: ${issue?.message}`);
}

const tellLived = ({ silent, refusedAtTill, ...lived }: Lived) => ({
  ...lived,
  silent: sorted(silent),
  refusedAtTill: sorted(refusedAtTill),
});

async function readResult(
  { store }: World,
  span: { readonly since: EpochMs; readonly until: EpochMs },
  timeZone: string,
): Promise<Pick<Simulated, 'heard' | 'decisions' | 'campaigns' | 'messages'>> {
  const { db } = store;
  const events = await db
    .selectFrom('event')
    .select(({ fn }) => ['ear', 'type', fn.countAll<number>().as('n')])
    .groupBy(['ear', 'type'])
    .execute();
  const deliveries = await db
    .selectFrom('delivery')
    .select(({ fn }) => ['route', 'state', fn.countAll<number>().as('n')])
    .groupBy(['route', 'state'])
    .execute();
  const tally = createTally(timeZone);
  let decisions = 0;
  for await (const page of recordedDecisions(store, span)) {
    decisions += page.length;
    for (const one of withWinners(page)) tally.add(one);
  }
  return {
    heard: sorted(new Map(events.map(({ ear, type, n }) => [`${ear}.${type}`, n]))),
    messages: sorted(new Map(deliveries.map(({ route, state, n }) => [`${route}.${state}`, n]))),
    decisions,
    campaigns: tally.read(),
  };
}

/** The most first. */
const sorted = (counts: ReadonlyMap<string, number>): Record<string, number> =>
  Object.fromEntries([...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)));
