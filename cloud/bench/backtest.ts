import { BootId, newOutboxEpoch } from '../../protocol/ids.ts';
import { type EpochMs, epochMs } from '../../protocol/units.ts';
import type { CampaignId } from '../core/ids.ts';
import { withDrafts } from '../core/replay/campaigns-at.ts';
import type { Offer } from '../core/working-set-types.ts';
import { createNodeEar } from '../ingest/node-ear.ts';
import { replay } from '../ingest/replay.ts';
import { createLedger } from '../store/ledger.ts';
import { systemMint } from '../store/mint.ts';
import { recordedSource } from '../store/recorded.ts';
import type { Ratio } from './ingest.ts';
import { median } from './ingest.ts';
import { type BenchWorld, openWorld, tagOf } from './world.ts';

export interface BacktestFigures {
  readonly bench: 'backtest';
  readonly events: number;
  readonly campaigns: number;
  readonly rounds: number;
  /** Events times campaigns, with the reading of the events; one figure a round. */
  readonly judgedPerSecond: readonly number[];
  readonly ratios: readonly Ratio[];
}

/** Campaigns that wait at the door of the recorded events. */
const CAMPAIGNS = 5;
const MEMBERS = 2_000;
/** Events that were judged in one moment. */
const BATCH = 100;
const GOAL_PER_SECOND = 50_000;

/** How fast recorded events are judged again, from the database to the tally. */
export async function measureBacktest(
  { events, rounds }: { readonly events: number; readonly rounds: number },
  say: (text: string) => void,
): Promise<BacktestFigures> {
  const world = await openWorld(undefined, { members: MEMBERS, campaignsElsewhere: 10, campaignHere: true });
  try {
    const span = await record(world, events);
    const rates: number[] = [];
    // The first round warms up.
    for (let round = 0; round <= rounds; round++) {
      const rate = await judgeAgain(world, span);
      if (round > 0) rates.push(rate);
    }
    say(`${events} events × ${CAMPAIGNS} campaigns: ${Math.round(median(rates))}/s`);
    return {
      ...{ bench: 'backtest', events, campaigns: CAMPAIGNS, rounds },
      judgedPerSecond: rates,
      ratios: [{ name: 'events × campaigns a second ÷ 50,000', value: median(rates) / GOAL_PER_SECOND, goal: 1 }],
    };
  } finally {
    await world.close();
  }
}

interface Span {
  readonly since: EpochMs;
  readonly until: EpochMs;
}

/** A minute passes between two batches. */
async function record(world: BenchWorld, events: number): Promise<Span> {
  const since = epochMs(Date.now());
  let now = since;
  const take = createNodeEar({
    ledger: createLedger(world.store),
    mint: systemMint,
    now: () => now,
    onFailed: (_event, error) => {
      throw error;
    },
  });
  const [node] = world.nodes;
  if (node === undefined) throw new Error('the world has no door');
  const boot = BootId.parse('b0b0b0b0');
  const epoch = newOutboxEpoch();
  for (let first = 1; first <= events; first += BATCH) {
    now = epochMs(now + 60_000);
    const rows = Array.from({ length: BATCH }, (_, index) => ({
      ...{ seq: first + index, type: 'enter', at: now, monoMs: 9_000, boot, clock: 'synced' },
      subject: tagOf(Math.floor(Math.random() * MEMBERS)),
      reason: 'rose above the threshold',
    }));
    const batch = { v: 1, epoch, boot, sentMonoMs: 10_000, events: rows };
    const taken = await take(node, Buffer.from(JSON.stringify(batch)));
    if (!taken.ok) throw new Error(taken.reject.detail);
  }
  return { since, until: epochMs(now + 1) };
}

async function judgeAgain({ store }: BenchWorld, span: Span): Promise<number> {
  const started = performance.now();
  const source = await recordedSource(store, span);
  const spans = source.world.campaigns;
  const here = spans.find((one) => one.kind === 'version' && one.offer.campaignId === 'here');
  if (here?.kind !== 'version') throw new Error('no campaign waits here');
  const alike = (index: number): Offer => ({ ...here.offer, campaignId: `here-${index}` as CampaignId });
  const drafts = Array.from({ length: CAMPAIGNS }, (_, index) => alike(index));
  let judged = 0;
  await replay(source, {
    ...span,
    campaigns: withDrafts(
      spans.filter((one) => one !== here),
      drafts,
      span.since,
    ),
    onJudged: ({ changes }) => {
      judged += changes.decisions.length;
    },
  });
  return (judged * 1_000) / (performance.now() - started);
}
