import { cpus } from 'node:os';
import { type AdvlibOutcome, measureAdvlib } from './advlib.ts';
import { createBareLoop } from './bare-loop.ts';
import { startLibrary } from './children.ts';
import { interleave, type RoundFigures } from './interleave.ts';
import type { ChildRound } from './library-child.ts';
import type { LibraryRun } from './library-runs.ts';
import { createPurePath } from './pure-path.ts';
import { ratioOf, type Spread, spreadOf } from './spread.ts';
import { createStreet, describeMix } from './street.ts';

export interface AdvertsOptions {
  readonly reports: number;
  /** How many different random addresses the reports come from. */
  readonly addresses: number;
}

/** What `pharos-edge bench adverts --json` prints: medians at the top, rounds and ratios below. */
export interface AdvertsBench {
  readonly reportsPerSecond: number;
  readonly cpuMicrosPerReport: number;
  readonly rssGrowthMiB: number;
  readonly viaNobleReportsPerSecond: number;
  readonly bareLoopReportsPerSecond: number;
  readonly peers: {
    readonly advlibBle: AdvlibOutcome['figures'];
    /** Unmodified noble with a `discover` listener; its growth is what a sample grew, times addresses ÷ sample. */
    readonly nobleDiscover: {
      readonly reportsPerSecond: Spread;
      readonly sampleReports: number;
      readonly sampleGrowthMiB: number;
      readonly growthMiBExtrapolated: number;
    };
    readonly nobleEmptyListener: { readonly reportsPerSecond: Spread };
  };
  readonly ratios: {
    readonly pureToBareLoop: Spread;
    /** The same two when every advert is a registered tag's. */
    readonly pureToBareLoopTagsOnly: Spread;
    readonly viaNobleToEmptyListener: Spread;
    readonly viaNobleToDiscover: Spread;
    readonly decodeToAdvlibBle: Spread | null;
  };
  readonly rounds: {
    readonly reportsPerSecond: Spread;
    readonly cpuMicrosPerReport: Spread;
    readonly bareLoopReportsPerSecond: Spread;
    readonly tagsOnlyReportsPerSecond: Spread;
    readonly tagsOnlyBareLoopReportsPerSecond: Spread;
    readonly viaNobleReportsPerSecond: Spread;
  };
  readonly notes: readonly string[];
  readonly settings: AdvertsOptions & { readonly rounds: number; readonly mix: string };
  readonly machine: { readonly cpu: string; readonly cores: number; readonly node: string };
}

const ROUNDS = 7;
const LIBRARY_ROUNDS = 5;
const PACKETS = 4_096;
/** The slow sides get fewer reports, or a run would take minutes. */
const LIBRARY_REPORTS_MAX = 500_000;
const DISCOVER_REPORTS_MAX = 100_000;
const ADVLIB_DECODES_MAX = 350_000;

/** Measures everything in one run; `say` is told what is under way. */
export async function measureAdverts(
  { reports, addresses }: AdvertsOptions,
  say: (text: string) => void,
): Promise<AdvertsBench> {
  say(`HCI bytes to presence, ${reports} reports`);
  const street = compare(reports, addresses);
  const tags = compare(Math.ceil(reports / 4), addresses, 'tags');
  say('decoding beside advlib-ble');
  const advlib = measureAdvlib({ decodes: Math.min(reports, ADVLIB_DECODES_MAX), rounds: ROUNDS });
  say('through noble');
  const library = await measureLibrary(reports, addresses);
  const discoverSample = library.discover.reports * (LIBRARY_ROUNDS - 1);
  const bench = {
    reportsPerSecond: spreadOf(street.pure.map(rate)),
    cpuMicrosPerReport: spreadOf(street.pure.map(({ cpuMicrosPerReport }) => cpuMicrosPerReport)),
    bareLoopReportsPerSecond: spreadOf(street.bare.map(rate)),
    tagsOnlyReportsPerSecond: spreadOf(tags.pure.map(rate)),
    tagsOnlyBareLoopReportsPerSecond: spreadOf(tags.bare.map(rate)),
    viaNobleReportsPerSecond: spreadOf(library.ours.rounds.map(rate)),
  };
  return {
    reportsPerSecond: bench.reportsPerSecond.median,
    cpuMicrosPerReport: bench.cpuMicrosPerReport.median,
    rssGrowthMiB: library.growthMiB,
    viaNobleReportsPerSecond: bench.viaNobleReportsPerSecond.median,
    bareLoopReportsPerSecond: bench.bareLoopReportsPerSecond.median,
    peers: {
      advlibBle: advlib.figures,
      nobleDiscover: {
        reportsPerSecond: spreadOf(library.discover.rounds.map(rate)),
        sampleReports: discoverSample,
        sampleGrowthMiB: grown(library.discover.rounds),
        growthMiBExtrapolated: (grown(library.discover.rounds) * addresses) / distinct(discoverSample, addresses),
      },
      nobleEmptyListener: { reportsPerSecond: spreadOf(library.empty.rounds.map(rate)) },
    },
    ratios: {
      pureToBareLoop: ratioOf(street.pure.map(rate), street.bare.map(rate)),
      pureToBareLoopTagsOnly: ratioOf(tags.pure.map(rate), tags.bare.map(rate)),
      viaNobleToEmptyListener: ratioOf(library.ours.rounds.map(rate), library.empty.rounds.map(rate)),
      viaNobleToDiscover: ratioOf(library.ours.rounds.map(rate), library.discover.rounds.map(rate)),
      decodeToAdvlibBle: advlib.figures === null ? null : advlib.figures.oursOverTheirs,
    },
    rounds: bench,
    notes: 'note' in advlib ? [advlib.note] : [],
    settings: { reports, addresses, rounds: ROUNDS, mix: describeMix() },
    machine: { cpu: cpus()[0]?.model.trim() ?? 'unknown', cores: cpus().length, node: process.version },
  };
}

const rate = ({ reportsPerSecond }: Pick<RoundFigures, 'reportsPerSecond'>): number => reportsPerSecond;

/** From the end of the first round, which is for the compiler, to the end of the last. */
const grown = (rounds: readonly ChildRound[]): number =>
  Math.max(0, (rounds.at(-1)?.rssMiB ?? Number.NaN) - (rounds[0]?.rssMiB ?? Number.NaN));

/** How many different addresses that many draws bring up, on average. */
const distinct = (draws: number, addresses: number): number => addresses * (1 - (1 - 1 / addresses) ** draws);

function compare(reports: number, addresses: number, only?: 'tags') {
  const street = createStreet({ packets: PACKETS, addresses, ...(only === undefined ? {} : { only }) });
  return interleave({ pure: createPurePath(), bare: createBareLoop() }, street, { reports, rounds: ROUNDS });
}

interface LibraryFigures {
  readonly reports: number;
  readonly rounds: readonly ChildRound[];
}

/** Every way has its own process; their rounds take turns. Afterwards ours goes on until it has heard all `reports`. */
async function measureLibrary(reports: number, addresses: number) {
  const share = Math.ceil(Math.min(reports, LIBRARY_REPORTS_MAX) / LIBRARY_ROUNDS);
  const discoverShare = Math.ceil(Math.min(reports, DISCOVER_REPORTS_MAX) / LIBRARY_ROUNDS);
  const start = async (kind: LibraryRun, perRound: number) => ({
    process: await startLibrary(kind, addresses),
    reports: perRound,
    rounds: [] as ChildRound[],
  });
  const runs = {
    ours: await start('ours', share),
    empty: await start('empty-listener', share),
    discover: await start('noble-discover', discoverShare),
  };
  try {
    for (let round = 0; round < LIBRARY_ROUNDS; round += 1) {
      for (const run of Object.values(runs)) run.rounds.push(await run.process.round(run.reports));
    }
    const before = runs.ours.rounds.at(-1)?.rssMiB ?? Number.NaN;
    const after = await runs.ours.process.round(reports);
    const { ours, empty, discover } = runs satisfies Record<string, LibraryFigures>;
    return { ours, empty, discover, growthMiB: after.rssMiB - before };
  } finally {
    await Promise.all(Object.values(runs).map((run) => run.process.end()));
  }
}
