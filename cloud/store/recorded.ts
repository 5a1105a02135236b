import type { NodeId } from '../../protocol/ids.ts';
import { type EpochMs, epochMs } from '../../protocol/units.ts';
import type { Outcome, RefusalReason } from '../core/decide/reasons.ts';
import type { Route, Trust } from '../core/decide/types.ts';
import type { CampaignId, EventId, MemberId } from '../core/ids.ts';
import type { EventDetail } from '../core/ports.ts';
import type { RecordedDecision, RecordedEvent, ReplaySource } from '../core/replay/types.ts';
import type { StoreContext } from './context.ts';
import type { Db } from './database.ts';
import { listOf } from './many.ts';
import { membersAfter } from './members-after.ts';
import { recordedPast } from './recorded-members.ts';
import { recordedWorld } from './recorded-world.ts';

interface Span {
  readonly since: EpochMs;
  readonly until: EpochMs;
}

/**
 * What was written down between two times, for judging it again. Reads only; what has been erased or merged since is
 * seen as it is now.
 */
export async function recordedSource(context: StoreContext, span: Span): Promise<ReplaySource> {
  const { db, vault } = context;
  const first = await firstSeq(db, span.since);
  return {
    world: await recordedWorld(context, span),
    digest: (phrase) => vault.digest(phrase),
    learn: (members) => recordedPast(context, members, span.since),

    async events(afterSeq, limit) {
      const rows = await heardBetween(db, Math.max(afterSeq + 1, first), span.until)
        .selectAll()
        .orderBy('seq')
        .limit(limit)
        .execute();
      const judged = await judgedAt(
        db,
        rows.map(({ id }) => id),
      );
      return rows.map((row): RecordedEvent => {
        const { node_id, age_ms } = row;
        return {
          seq: row.seq,
          judgedAt: judged.get(row.id) ?? epochMs(row.received_at),
          event: {
            id: row.id as EventId,
            ear: row.ear,
            sourceId: row.source_id,
            type: row.type,
            at: epochMs(row.at),
            receivedAt: epochMs(row.received_at),
            ...(age_ms !== null && { ageMs: age_ms }),
            ...(node_id !== null && { nodeId: node_id as NodeId }),
            body: null,
          },
          ...(row.member_id !== null && { member: row.member_id as MemberId }),
          ...(row.trust !== null && { trust: row.trust as Trust }),
          ...(row.trigger_on !== null && { trigger: row.trigger_on }),
          detail: row.detail === null ? {} : (JSON.parse(row.detail) as EventDetail),
        };
      });
    },

    membersAfter: (member, limit, by) => membersAfter(db, member, limit, by),
  };
}

/** Of a quarter of a year there may be millions: they are handed on page by page, and nobody holds them all. */
const PAGE = 2_000;

/**
 * What was decided of these events, and of what the clock started between the times, in lists of whole events, in the
 * order they came in.
 */
export async function* recordedDecisions(
  { db }: Pick<StoreContext, 'db'>,
  { since, until }: Span,
  page = PAGE,
): AsyncGenerator<readonly (RecordedDecision & { readonly source: string })[], void> {
  let afterSeq = (await firstSeq(db, since)) - 1;
  for (;;) {
    const events = await db
      .selectFrom('event')
      .select(['id', 'seq', 'source_id'])
      .where('seq', '>', afterSeq)
      .where('received_at', '>=', since)
      .where('received_at', '<', until)
      .orderBy('seq')
      .limit(page)
      .execute();
    const last = events.at(-1);
    if (last === undefined) return;
    afterSeq = last.seq;
    yield await decidedOf(db, new Map(events.map(({ id, source_id }) => [id, source_id])));
  }
}

async function decidedOf(db: Db, sourceOf: ReadonlyMap<string, string>) {
  const rows = await db
    .selectFrom('decision')
    .select(['event_id', 'campaign_id', 'campaign_version', 'member_id', 'outcome', 'reason', 'route', 'decided_at'])
    .where('event_id', 'in', listOf(db, [...sourceOf.keys()]))
    .orderBy('decided_at')
    .execute();
  return rows.map((row) => ({
    source: sourceOf.get(row.event_id) ?? '',
    event: row.event_id as EventId,
    campaignId: row.campaign_id as CampaignId,
    version: row.campaign_version,
    at: epochMs(row.decided_at),
    ...(row.route !== null && { route: row.route as Route }),
    ...(row.member_id !== null && { member: row.member_id as MemberId }),
    outcome: row.outcome as Outcome,
    ...(row.reason !== null && { reason: row.reason as RefusalReason }),
  }));
}

/** How many events there are to be judged again. */
export async function countEvents({ db }: Pick<StoreContext, 'db'>, { since, until }: Span): Promise<number> {
  const { n } = await heardBetween(db, await firstSeq(db, since), until)
    .select(({ fn }) => [fn.countAll<number>().as('n')])
    .executeTakeFirstOrThrow();
  return n;
}

/** From the outer ears, and judged. */
const heardBetween = (db: Db, firstSeq: number, until: EpochMs) =>
  db
    .selectFrom('event')
    .where('seq', '>=', firstSeq)
    .where('state', '=', 'done')
    .where('ear', 'in', ['line', 'tag'])
    .where('received_at', '<', until);

/** Events are numbered as they come in, so the first of a time is found by halving, without an index over times. */
export async function firstSeq(db: Db, since: EpochMs): Promise<number> {
  const { most } = await db
    .selectFrom('event')
    .select(({ fn }) => [fn.max<number | null>('seq').as('most')])
    .executeTakeFirstOrThrow();
  let [low, high] = [0, (most ?? 0) + 1];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const row = await db
      .selectFrom('event')
      .select('received_at')
      .where('seq', '>=', middle)
      .orderBy('seq')
      .limit(1)
      .executeTakeFirst();
    if (row !== undefined && row.received_at < since) low = middle + 1;
    else high = middle;
  }
  return low;
}

async function judgedAt(db: Db, events: readonly string[]): Promise<Map<string, EpochMs>> {
  if (events.length === 0) return new Map();
  const rows = await db
    .selectFrom('decision')
    .select(({ fn }) => ['event_id', fn.max<number>('decided_at').as('at')])
    .where('event_id', 'in', listOf(db, events))
    .groupBy('event_id')
    .execute();
  return new Map(rows.map(({ event_id, at }) => [event_id, epochMs(at)]));
}
