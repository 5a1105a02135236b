import { BootId, newOutboxEpoch } from '../../protocol/ids.ts';
import { epochMs } from '../../protocol/units.ts';
import { createNodeEar } from '../ingest/node-ear.ts';
import { createLedger } from '../store/ledger.ts';
import { systemMint } from '../store/mint.ts';
import { median, type Ratio } from './ingest.ts';
import { type BenchWorld, openWorld, tagOf } from './world.ts';

export interface DecideFigures {
  readonly bench: 'decide';
  readonly events: number;
  readonly rounds: number;
  readonly cells: readonly Cell[];
  readonly ratios: readonly Ratio[];
}

/** Decisions a second, one figure a round; each with coupon and delivery, in batches as nodes send them. */
interface Cell {
  readonly campaignsElsewhere: number;
  readonly members: number;
  readonly decisionsPerSecond: readonly number[];
}

const BATCH = 200;
const FEW_CAMPAIGNS = 10;
const MANY_CAMPAIGNS = 1_000;
const FEW_MEMBERS = 1_000;

/** How the cost of a decision grows with campaigns that wait elsewhere, and with members. */
export async function measureDecide(
  options: { readonly events: number; readonly rounds: number; readonly members: number },
  say: (text: string) => void,
): Promise<DecideFigures> {
  const sizes = [
    { campaignsElsewhere: FEW_CAMPAIGNS, members: FEW_MEMBERS },
    { campaignsElsewhere: MANY_CAMPAIGNS, members: FEW_MEMBERS },
    { campaignsElsewhere: FEW_CAMPAIGNS, members: options.members },
    { campaignsElsewhere: MANY_CAMPAIGNS, members: options.members },
  ];
  const cells: Cell[] = [];
  for (const size of sizes) {
    const rates: number[] = [];
    const world = await openWorld(undefined, { ...size, campaignHere: true });
    try {
      // The first round warms up, for every size alike.
      for (let round = 0; round <= options.rounds; round++) {
        const rate = await decideAll(world, size.members, options.events);
        if (round > 0) rates.push(rate);
      }
    } finally {
      await world.close();
    }
    say(`${size.campaignsElsewhere} campaigns elsewhere, ${size.members} members: ${Math.round(median(rates))}/s`);
    cells.push({ ...size, decisionsPerSecond: rates });
  }
  const [base, campaigns, members, both] = cells.map(({ decisionsPerSecond }) => median(decisionsPerSecond));
  const slower = (name: string, rate = 0): Ratio => ({ name, value: (base ?? 0) / rate, goal: 1.3 });
  return {
    bench: 'decide',
    events: options.events,
    rounds: options.rounds,
    cells,
    ratios: [
      slower(`slower with ${MANY_CAMPAIGNS} campaigns elsewhere than with ${FEW_CAMPAIGNS}`, campaigns),
      slower(`slower with ${options.members} members than with ${FEW_MEMBERS}`, members),
      slower('slower with both', both),
    ],
  };
}

/** As many members come, and as often, whatever the size of the world: those of a large one lie far apart. */
const VISITORS = 1_000;
async function decideAll(world: BenchWorld, members: number, events: number): Promise<number> {
  const take = createNodeEar({
    ledger: createLedger(world.store),
    mint: systemMint,
    now: () => epochMs(Date.now()),
    onFailed: (_event, error) => {
      throw error;
    },
  });
  const boot = BootId.parse('b0b0b0b0');
  const epoch = newOutboxEpoch();
  const [node] = world.nodes;
  if (node === undefined) throw new Error('the world has no door');
  const batches = Array.from({ length: Math.ceil(events / BATCH) }, (_, batch) =>
    Buffer.from(
      JSON.stringify({
        ...{ v: 1, epoch, boot, sentMonoMs: 10_000 },
        events: Array.from({ length: BATCH }, (_one, index) => ({
          ...{ seq: batch * BATCH + index + 1, type: 'enter', at: Date.now(), monoMs: 9_000, boot, clock: 'synced' },
          subject: tagOf(Math.floor(Math.random() * VISITORS) * Math.floor(members / VISITORS)),
          reason: 'rose above the threshold',
        })),
      }),
    ),
  );
  const started = performance.now();
  for (const batch of batches) {
    const taken = await take(node, batch);
    if (!taken.ok) throw new Error(taken.reject.detail);
  }
  return (batches.length * BATCH * 1_000) / (performance.now() - started);
}
