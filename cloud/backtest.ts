import { epochMs } from '../protocol/units.ts';
import type { BacktestAsked, BacktestResult } from './core/backtest.ts';
import { parseManifest } from './core/manifest/manifest.ts';
import { Problem } from './core/problem.ts';
import { withDrafts } from './core/replay/campaigns-at.ts';
import { createTally, talliedOf, withWinners } from './core/replay/tally.ts';
import type { SegmentExpr } from './core/segment/types.ts';
import type { Offer } from './core/working-set-types.ts';
import { replay } from './ingest/replay.ts';
import { offerMaker } from './store/campaigns.ts';
import type { StoreContext } from './store/context.ts';
import { countEvents, recordedDecisions, recordedSource } from './store/recorded.ts';

/**
 * Judges a time that was recorded once more, with campaigns as they would be, by the code that judges live. Nothing is
 * written. Throws {@link Problem} where a document cannot be read.
 */
export async function backtest(
  store: StoreContext,
  asked: BacktestAsked,
  onProgress: (events: number, of: number) => void,
): Promise<BacktestResult> {
  const started = performance.now();
  const { since, until, timeZone } = asked;
  const span = { since, until };
  const source = await recordedSource(store, span);
  const drafts = await readDrafts(store, asked.documents);
  const of = await countEvents(store, span);

  const would = createTally(timeZone);
  const { events } = await replay(source, {
    ...span,
    ...(drafts.length > 0 && { campaigns: withDrafts(source.world.campaigns, drafts, since) }),
    onJudged: ({ changes }) => {
      for (const one of talliedOf(changes)) would.add(one);
    },
    onProgress: (done) => onProgress(done, of),
  });
  const was = createTally(timeZone);
  for await (const page of recordedDecisions(store, span)) for (const one of withWinners(page)) was.add(one);
  return {
    ...{ v: 1, since, until, events },
    drafts: drafts.map(({ campaignId }) => campaignId),
    would: would.read(),
    was: was.read(),
    tookMs: Math.round(performance.now() - started),
  };
}

/** The campaigns among the documents, with the segments among them in the place of those that were applied. */
export async function readDrafts(store: StoreContext, documents: readonly unknown[]): Promise<Offer[]> {
  const manifests = documents.map((document, index) => {
    const parsed = parseManifest(document);
    if (parsed.ok) return parsed.manifest;
    const [issue] = parsed.issues;
    throw new Problem('invalid', 'bad_manifest', `document ${index}: ${issue?.path.join('.')}: ${issue?.message}`, {
      remedy: 'pharos validate says what is wrong, and where',
    });
  });
  const segments = new Map<string, SegmentExpr>(
    manifests.flatMap((one) => (one.kind === 'Segment' ? [[one.metadata.id, one.spec.who]] : [])),
  );
  const make = await offerMaker(store.db, segments);
  return manifests.flatMap((one) => {
    if (one.kind !== 'Campaign') return [];
    const { id, name = id } = one.metadata;
    return [make({ id, name, spec: one.spec, version: DRAFT, state: 'running', since: epochMs(0) })];
  });
}

/** A version that was never applied. */
const DRAFT = 0;
