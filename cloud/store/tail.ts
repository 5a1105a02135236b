import type { Outcome } from '../core/decide/reasons.ts';
import type { StoreManifest } from '../core/manifest/store.ts';
import type { TailAnswer, TailAsked, TailLine } from '../core/tail.ts';
import { present } from './context.ts';
import type { Db } from './database.ts';
import { firstIdAt, timeOfId } from './mint.ts';

/** A decision may be written so much later than its id was made, by another process or a slow disk. */
const OVERLAP_MS = 10_000;
const MOST_NEW = 500;
const MOST_AGAIN = 1_000;

/** What was decided after `after`, and what lies so shortly before it that it may have been written since. */
export async function decidedSince(
  db: Db,
  asked: Omit<TailAsked, 'waitMs'>,
  now: number,
): Promise<TailAnswer & { isNew: boolean }> {
  const { after = firstIdAt('decision', now) } = asked;
  const from = firstIdAt('decision', Math.max(0, (timeOfId(after) ?? now) - OVERLAP_MS));
  const fresh = await some(db, asked).where('decision.id', '>', after).orderBy('decision.id').limit(MOST_NEW).execute();
  const again =
    asked.after === undefined
      ? []
      : await some(db, asked)
          .where('decision.id', '>', from)
          .where('decision.id', '<=', after)
          .orderBy('decision.id', 'desc')
          .limit(MOST_AGAIN)
          .execute();
  const rows = [...again.reverse(), ...fresh];
  const last = fresh.at(-1)?.id ?? after;
  const recent = firstIdAt('decision', now - OVERLAP_MS);
  return {
    v: 1,
    decisions: rows.map(lineOf),
    // Where nothing comes, the part that is looked through again does not grow; with more to come, nothing is passed by.
    next: fresh.length < MOST_NEW && recent > last ? recent : last,
    isNew: fresh.length > 0,
  };
}

const some = (db: Db, { campaign, store }: Pick<TailAsked, 'campaign' | 'store'>) =>
  db
    .selectFrom('decision')
    .innerJoin('event', 'event.id', 'decision.event_id')
    .leftJoin('store', 'store.id', 'decision.store_id')
    .selectAll('decision')
    .select(['event.ear', 'event.type', 'store.spec'])
    .$if(campaign !== undefined, (few) => few.where('decision.campaign_id', '=', campaign ?? ''))
    .$if(store !== undefined, (few) => few.where('decision.store_id', '=', store ?? ''));

type Row = Awaited<ReturnType<ReturnType<typeof some>['executeTakeFirstOrThrow']>>;

const lineOf = (row: Row): TailLine => ({
  ...{ id: row.id, at: row.decided_at, event: row.event_id, heard: `${row.ear}.${row.type}` },
  ...{ campaign: row.campaign_id, version: row.campaign_version, outcome: row.outcome as Outcome },
  ...present({
    ...{ reason: row.reason, member: row.member_id, store: row.store_id, node: row.node_id, coupon: row.coupon_id },
    timeZone: row.spec === null ? undefined : (JSON.parse(row.spec) as StoreManifest['spec']).timeZone,
  }),
});
