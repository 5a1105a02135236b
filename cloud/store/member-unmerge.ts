import { unreachable } from '../../protocol/result.ts';
import type { EpochMs } from '../../protocol/units.ts';
import type { Act } from '../core/access.ts';
import type { CampaignSpec } from '../core/manifest/campaign.ts';
import type { MergeChange } from '../core/member/journal.ts';
import { Problem } from '../core/problem.ts';
import { auditRows } from './audit.ts';
import { newestVersions } from './campaigns.ts';
import type { StoreContext } from './context.ts';
import { counterRows } from './counters.ts';
import type { Db } from './database.ts';
import { listOf } from './many.ts';
import { deleteRow, insertRow, setRows } from './member-journal.ts';
import { transact } from './transact.ts';

export interface Unmerged {
  readonly merge: string;
  readonly survivor: string;
  readonly absorbed: string;
  /** Changes that could not be taken back, since something happened to their rows; `table` to how many. */
  readonly kept: Readonly<Record<string, number>>;
  /** What came to the survivor since the merge and stays there, by table. */
  readonly stayed: Readonly<Record<string, number>>;
}

/**
 * Takes the merge apart that `absorbed` went away by. Both are as they were where nothing happened since; what did
 * happen stays with the survivor, and is told. Throws {@link Problem}: `not_merged`, `merged_since`.
 */
export async function unmergeMembers(
  context: StoreContext,
  absorbed: string,
  now: EpochMs,
  act?: Act,
): Promise<Unmerged> {
  return await transact(context.db, async (db) => {
    const merge = await lockMerge(db, absorbed);
    const { survivor_id: survivor } = merge;
    const stayed = await sinceThen(db, survivor, merge.at);
    const changes = JSON.parse(context.vault.open(merge.journal_sealed).toString('utf8')) as MergeChange[];
    const kept: Record<string, number> = {};
    const stayRevoked = new Set<string>();
    let isRevoked = false;
    for (const change of changes.reverse()) {
      // A coupon was folded after its messages went: backwards, what follows it is of those. Parked, they cost nothing.
      if (change.kind === 'given-back' && isRevoked) continue;
      const { table, left } = await takeBack(db, await withoutRevoked(db, change, stayRevoked));
      if (change.kind === 'folded') isRevoked = left > 0;
      if (change.kind === 'folded' && left > 0) stayRevoked.add(change.coupon);
      if (left > 0) kept[table] = (kept[table] ?? 0) + left;
    }
    await db
      .updateTable('member_merge')
      .set({ undone_at: now, journal_sealed: new Uint8Array() })
      .where('id', '=', merge.id)
      .execute();
    const subject = { kind: 'Member', id: survivor };
    const detail = { merge: merge.id, absorbed };
    await auditRows(db, context.mint).write({ act, action: 'member.unmerge', subject, detail }, now);
    return { merge: merge.id, survivor, absorbed, kept, stayed };
  });
}

/** The merge that can be undone now, with both members held. */
async function lockMerge(db: Db, absorbed: string) {
  const merge = await db
    .selectFrom('member_merge')
    .selectAll()
    .where('absorbed_id', '=', absorbed)
    .where('undone_at', 'is', null)
    .executeTakeFirst();
  if (merge === undefined) {
    throw new Problem('not_found', 'not_merged', `member "${absorbed}" is not a part of another one`, {
      remedy: 'name the member that was absorbed; pharos member show tells of whom a member was made',
    });
  }
  await db
    .selectFrom('member')
    .select('id')
    .where('id', 'in', [merge.survivor_id, absorbed])
    .orderBy('id')
    .forNoKeyUpdate()
    .execute();
  // Read again under the lock: somebody may have been faster.
  const now = await db
    .selectFrom('member_merge')
    .select(['id', 'absorbed_id', 'survivor_id'])
    .where('undone_at', 'is', null)
    .where((eb) => eb.or([eb('survivor_id', '=', merge.survivor_id), eb('absorbed_id', '=', merge.survivor_id)]))
    .where((eb) => eb.or([eb('at', '>', merge.at), eb.and([eb('at', '=', merge.at), eb('id', '>=', merge.id)])]))
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .execute();
  const [newest] = now;
  if (newest === undefined || !now.some(({ id }) => id === merge.id)) {
    throw new Problem('not_found', 'not_merged', `member "${absorbed}" is not a part of another one any more`);
  }
  if (newest.id !== merge.id) {
    throw new Problem(
      'conflict',
      'merged_since',
      `"${newest.absorbed_id}" became a part of "${newest.survivor_id}" later`,
      {
        remedy: `take that apart first: pharos member unmerge ${newest.absorbed_id}`,
      },
    );
  }
  return merge;
}

/** What would show a coupon that is no longer good stays parked: a coupon was folded after its messages were parked. */
async function withoutRevoked(db: Db, change: MergeChange, revoked: ReadonlySet<string>): Promise<MergeChange> {
  if (revoked.size === 0 || change.kind !== 'set' || change.table !== 'delivery') return change;
  if (change.column === 'member_id') return change;
  const rows = await db
    .selectFrom('delivery')
    .select('id')
    .where('id', 'in', listOf(db, change.keys))
    .where('coupon_id', 'in', listOf(db, [...revoked]))
    .execute();
  const parked = new Set(rows.map(({ id }) => id));
  return { ...change, keys: change.keys.filter((key) => !parked.has(key)) };
}

/** How many rows of this change are no longer as the merge left them, and stay so. */
async function takeBack(db: Db, change: MergeChange): Promise<{ table: string; left: number }> {
  switch (change.kind) {
    case 'set': {
      const { from, to, keys } = change;
      return {
        table: change.table,
        left: keys.length - Math.min(keys.length, await setRows(db, { ...change, from: to, to: from })),
      };
    }
    case 'added':
      return { table: change.table, left: (await deleteRow(db, change.table, change.row)) ? 0 : 1 };
    case 'removed':
      return { table: change.table, left: (await insertRow(db, change.table, change.row)) ? 0 : 1 };
    case 'given-back':
      await counterRows({ db }).takeMany(change.counter, 1, Number.MAX_SAFE_INTEGER);
      return { table: 'counter', left: 0 };
    case 'folded':
      return { table: 'coupon', left: (await unfold(db, change)) ? 0 : 1 };
    default:
      return unreachable(change);
  }
}

/** Makes a coupon good again, if its piece of stock can still be had. */
async function unfold(db: Db, fold: MergeChange & { readonly kind: 'folded' }): Promise<boolean> {
  const row = db.selectFrom('coupon').select('id').where('id', '=', fold.coupon).where('folded_into', '=', fold.into);
  if ((await row.forUpdate().executeTakeFirst()) === undefined) return false;
  if (fold.stockKey !== undefined) {
    const version = await newestVersions(db).where('campaign.id', '=', fold.campaign).executeTakeFirst();
    const stock = version && (JSON.parse(version.spec) as CampaignSpec).limits.stock;
    if (!(await counterRows({ db }).takeMany(fold.stockKey, 1, stock ?? Number.MAX_SAFE_INTEGER))) return false;
  }
  await db.updateTable('coupon').set({ state: 'issued', folded_into: null }).where('id', '=', fold.coupon).execute();
  return true;
}

/** When a row of each table came about. */
const BORN = {
  event: 'received_at',
  visit: 'opened_at',
  decision: 'decided_at',
  coupon: 'issued_at',
  consent: 'at',
  form_answer: 'at',
  identity_link: 'created_at',
  delivery: 'created_at',
} as const;

async function sinceThen(db: Db, member: string, at: number): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const [table, column] of Object.entries(BORN) as [keyof typeof BORN, 'at'][]) {
    const { count } = await db
      .selectFrom(table as 'consent')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('member_id', '=', member)
      .where(column, '>', at)
      .executeTakeFirstOrThrow();
    if (count > 0) counts[table] = count;
  }
  return counts;
}
