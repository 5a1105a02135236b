import type { StoreId } from '../../protocol/ids.ts';
import { type EpochMs, epochMs } from '../../protocol/units.ts';
import type { Act } from '../core/access.ts';
import { durationMs } from '../core/calendar.ts';
import type { CampaignId, CouponId, VisitId } from '../core/ids.ts';
import type { StoreManifest } from '../core/manifest/store.ts';
import { type JournalRow, type MergeChange, MOVED_TABLES } from '../core/member/journal.ts';
import { type MergePlan, type MergeSide, planMerge } from '../core/member/merge-plan.ts';
import { auditRows } from './audit.ts';
import { castRows } from './cast-rows.ts';
import type { StoreContext } from './context.ts';
import { counterRows } from './counters.ts';
import type { Db } from './database.ts';
import { type JournalWriter, journalWriter } from './member-journal.ts';
import { type LivingMember, lockLiving } from './member-living.ts';
import { foldSource } from './member-merge-source.ts';
import { transact } from './transact.ts';
import { visitTraces } from './visit-traces.ts';

export interface MergeAsked {
  readonly survivor: string;
  readonly absorbed: string;
  readonly why: string;
  readonly who: string;
}

export interface Merged {
  readonly merge: string;
  readonly survivor: string;
  readonly absorbed: string;
  /** Rows that changed hands, by table. */
  readonly moved: Readonly<Record<string, number>>;
  /** Coupons revoked because the survivor holds another one of the campaign. */
  readonly revoked: readonly string[];
  readonly visitsFolded: number;
}

/**
 * Makes two members one, in one transaction and with a journal by which it can be taken back. Throws {@link Problem}:
 * `unknown_member`, `same_member`, `member_merged`, `member_erased`.
 */
export async function mergeMembers(context: StoreContext, asked: MergeAsked, now: EpochMs, act?: Act): Promise<Merged> {
  return await transact(context.db, async (db) => {
    const members = await lockLiving(db, [asked.survivor, asked.absorbed]);
    const survivor = members.get(asked.survivor);
    const absorbed = members.get(asked.absorbed);
    if (survivor === undefined || absorbed === undefined) throw new Error('locked, and not there');
    const plan = planMerge(await sideOf(db, survivor), await sideOf(db, absorbed), {
      closeAfterMs: await silences(db),
      now,
    });
    const journal = journalWriter(db);
    await foldRows({ ...context, db }, journal, asked, plan, now);
    const moved: Record<string, number> = {};
    for (const [table, key] of Object.entries(MOVED_TABLES)) {
      moved[table] = await journal.setWhere(table, key, ['member_id', absorbed.id], 'member_id', survivor.id);
    }
    await journal.setWhere('member', 'id', ['id', survivor.id], 'blocked', plan.blocked ? 1 : 0);
    await journal.setWhere('member', 'id', ['id', absorbed.id], 'merged_into', survivor.id);

    const id = context.mint.id('merge');
    await db
      .insertInto('member_merge')
      .values({
        id,
        survivor_id: survivor.id,
        absorbed_id: absorbed.id,
        why: asked.why,
        by_whom: asked.who,
        at: now,
        undone_at: null,
        journal_sealed: context.vault.seal(JSON.stringify(journal.changes satisfies readonly MergeChange[])),
      })
      .execute();
    const subject = { kind: 'Member', id: survivor.id };
    const detail = { merge: id, absorbed: absorbed.id };
    await auditRows(db, context.mint).write({ act, action: 'member.merge', subject, detail }, now);
    return {
      merge: id,
      survivor: survivor.id,
      absorbed: absorbed.id,
      moved,
      revoked: plan.coupons.map(({ revoke }) => revoke),
      visitsFolded: plan.visits.reduce((sum, fold) => sum + fold.absorbed.length, 0),
    };
  });
}

/** What is folded rather than moved. Deliveries before coupons before counters, as everybody takes them. */
async function foldRows(
  context: StoreContext,
  journal: JournalWriter,
  { survivor, absorbed }: MergeAsked,
  plan: MergePlan,
  now: EpochMs,
): Promise<void> {
  const { db } = context;
  for (const fold of plan.coupons) await foldCoupon(context, journal, fold, now);
  for (const { into, absorbed: visits, openedAt, lastAt } of plan.visits) {
    await journal.setWhere('visit', 'id', ['id', into], 'opened_at', openedAt);
    await journal.setWhere('visit', 'id', ['id', into], 'last_at', lastAt);
    for (const visit of visits) {
      for (const { table, column, ids } of await visitTraces(db, visit)) {
        await journal.set({ table, keyColumn: 'id', keys: ids, column, from: visit, to: into });
      }
      const row = await db.selectFrom('visit').selectAll().where('id', '=', visit).executeTakeFirstOrThrow();
      await journal.remove('visit', { ...row });
    }
  }
  await takeOver(db, journal, 'exposure', 'campaign_id', { survivor, absorbed }, plan.exposures);
  await takeOver(db, journal, 'member_tag', 'tag', { survivor, absorbed }, plan.tags);
  await takeOver(db, journal, 'member_attribute', 'name', { survivor, absorbed }, plan.attributes);
  await foldSource(db, journal, { survivor, absorbed });
}

async function foldCoupon(
  { db }: StoreContext,
  journal: JournalWriter,
  { revoke, into }: MergePlan['coupons'][number],
  now: EpochMs,
): Promise<void> {
  const deliveries = await db
    .selectFrom('delivery')
    .select(['id', 'state', 'stock_key', 'budget_key', 'in_doubt', 'cast_key'])
    .where('coupon_id', '=', revoke)
    .orderBy('id')
    .forUpdate()
    .execute();
  const counters = counterRows({ db });
  const casts = castRows({ db });
  for (const { id, state, budget_key, in_doubt, cast_key } of deliveries) {
    if (state !== 'ready') continue;
    if (cast_key !== null && in_doubt === 1) {
      await casts.empty(id);
      continue;
    }
    if (cast_key !== null) await casts.leave(id);
    // It would show a code that is no longer good.
    await journal.setWhere('delivery', 'id', ['id', id], 'state', 'parked');
    await journal.setWhere('delivery', 'id', ['id', id], 'park_reason', 'withdrawn');
    await journal.setWhere('delivery', 'id', ['id', id], 'settled_at', now);
    // What LINE may have taken is not given back.
    if (budget_key === null || in_doubt === 1) continue;
    journal.note({ kind: 'given-back', counter: budget_key });
    await counters.giveBack(budget_key);
  }
  const stockKey = deliveries.find(({ stock_key }) => stock_key !== null)?.stock_key ?? undefined;
  const { campaign_id: campaign } = await db
    .updateTable('coupon')
    .set({ state: 'revoked', folded_into: into })
    .where('id', '=', revoke)
    .returning('campaign_id')
    .executeTakeFirstOrThrow();
  journal.note({ kind: 'folded', coupon: revoke, into, campaign, ...(stockKey !== undefined && { stockKey }) });
  if (stockKey !== undefined) await counters.giveBack(stockKey);
}

/** Moves the rows of these names to the survivor, in place of its own; those of other names stay as they are. */
async function takeOver(
  db: Db,
  journal: JournalWriter,
  table: 'exposure' | 'member_tag' | 'member_attribute',
  name: string,
  { survivor, absorbed }: Pick<MergeAsked, 'survivor' | 'absorbed'>,
  names: readonly string[],
): Promise<void> {
  const rowsOf = async (member: string): Promise<JournalRow[]> => {
    const rows = await db.selectFrom(table).selectAll().where('member_id', '=', member).execute();
    return rows.map((row) => ({ ...row }));
  };
  const theirs = await rowsOf(absorbed);
  const ours = await rowsOf(survivor);
  for (const row of theirs) {
    await journal.remove(table, row);
    const wanted = row[name];
    if (typeof wanted !== 'string' || !names.includes(wanted)) continue;
    const old = ours.find((other) => other[name] === wanted);
    if (old !== undefined) await journal.remove(table, old);
    await journal.add(table, { ...row, member_id: survivor });
  }
}

/** What the plan must know of one side, read under its lock. */
async function sideOf(db: Db, member: LivingMember): Promise<MergeSide> {
  const of = { member_id: member.id };
  const line = await db
    .selectFrom('identity_link')
    .select(({ fn }) => fn.max<number | null>('created_at').as('at'))
    .where('member_id', '=', of.member_id)
    .where('kind', '=', 'line_user')
    .where('ended_at', 'is', null)
    .executeTakeFirst();
  const visits = await db.selectFrom('visit').selectAll().where('member_id', '=', of.member_id).execute();
  const coupons = await db
    .selectFrom('coupon')
    .select(['id', 'campaign_id', 'state', 'expires_at'])
    .where('member_id', '=', of.member_id)
    .orderBy('id')
    .forUpdate()
    .execute();
  const exposures = await db.selectFrom('exposure').selectAll().where('member_id', '=', of.member_id).execute();
  const tags = await db.selectFrom('member_tag').select('tag').where('member_id', '=', of.member_id).execute();
  const names = await db.selectFrom('member_attribute').select('name').where('member_id', '=', of.member_id).execute();
  const lineAt = line?.at ?? undefined;
  return {
    blocked: member.blocked,
    ...(lineAt !== undefined && { lineSince: epochMs(lineAt) }),
    visits: visits.map((row) => ({
      id: row.id as VisitId,
      storeId: row.store_id as StoreId,
      openedAt: epochMs(row.opened_at),
      lastAt: epochMs(row.last_at),
    })),
    coupons: coupons.map((row) => ({
      id: row.id as CouponId,
      campaignId: row.campaign_id as CampaignId,
      state: row.state,
      expiresAt: epochMs(row.expires_at),
    })),
    exposures: new Map(
      exposures.map(({ campaign_id, arm, bucket, algorithm, at }) => [
        campaign_id as CampaignId,
        { arm, bucket, algorithm, at: epochMs(at) },
      ]),
    ),
    tags: new Set(tags.map(({ tag }) => tag)),
    attributes: new Set(names.map(({ name }) => name)),
  };
}

/** How long a visit at each store outlives its last event. */
async function silences(db: Db): Promise<(store: StoreId) => number> {
  const rows = await db.selectFrom('store').select(['id', 'spec']).execute();
  const known = new Map(
    rows.map(({ id, spec }) => [id, durationMs((JSON.parse(spec) as StoreManifest['spec']).visit.closeAfter)]),
  );
  return (store) => known.get(store) ?? 0;
}
