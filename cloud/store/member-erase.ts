import { sql, type Updateable } from 'kysely';
import type { EpochMs } from '../../protocol/units.ts';
import type { Act } from '../core/access.ts';
import type { Identity } from '../core/ports.ts';
import { auditRows } from './audit.ts';
import type { StoreContext } from './context.ts';
import { counterRows } from './counters.ts';
import type { Db } from './database.ts';
import { isPostgres } from './dialect.ts';
import { erasedIdentities } from './erased-identities.ts';
import { listOf } from './many.ts';
import { scrubExpiredErasures, tagsAmong, tellNodes } from './member-erasure-nodes.ts';
import { lockLiving } from './member-living.ts';
import type { Database } from './schema.ts';
import { revokeUnseen, SCRUBBED } from './sender-settle.ts';
import { transact } from './transact.ts';

export interface Erased {
  readonly erasure: string;
  readonly member: string;
  /** Nodes that were told to forget the tags of this person; none where it had no tags. */
  readonly nodes: readonly string[];
}

/**
 * Forgets a person: whatever names one, or was said to or by one, is gone from every table. What stays are rows that
 * count (decisions, visits, coupons, deliveries), under an id that leads to nobody; the figures of reports are the same.
 * The members this one was made of are erased with it. Nodes are told by rows of the same transaction.
 *
 * Throws {@link Problem}: `unknown_member`, `member_merged`, `member_erased`.
 */
export async function eraseMember(
  context: StoreContext,
  asked: { readonly member: string; readonly why: string; readonly who: string },
  now: EpochMs,
  act?: Act,
): Promise<Erased> {
  return await transact(context.db, async (db) => {
    const tx = { ...context, db };
    await lockLiving(db, [asked.member]);
    const ids = await partsOf(db, asked.member);
    const identities = await identitiesOf(db, ids);
    await forgetPerson(db, ids);
    await forgetReasons(db, ids);
    await forgetMessages(db, ids, now);
    await forgetEvents(tx, ids, identities);
    await scrubExpiredErasures(db, now);
    // All of them: a list from before must not bring anybody back by their phone or card either.
    await erasedIdentities(tx).note(identities, now);
    await db.updateTable('member').set({ erased_at: now }).where('id', 'in', listOf(db, ids)).execute();

    const told = await tellNodes(tx, tagsAmong(identities), now);
    const erasure = context.mint.id('erasure');
    await db
      .insertInto('member_erasure')
      .values({
        id: erasure,
        member_id: asked.member,
        why: asked.why,
        by_whom: asked.who,
        at: now,
        commands: JSON.stringify(told.map(({ command }) => command)),
      })
      .execute();
    const subject = { kind: 'Member', id: asked.member };
    await auditRows(db, context.mint).write({ act, action: 'member.erase', subject, detail: { erasure } }, now);
    return { erasure, member: asked.member, nodes: [...new Set(told.map(({ node }) => node))] };
  });
}

/** Why somebody changed a member may name the person; that they did stays. */
async function forgetReasons(db: Db, ids: readonly string[]): Promise<void> {
  await db
    .updateTable('audit')
    .set({ why: null })
    .where('subject_kind', '=', 'Member')
    .where('subject_id', 'in', listOf(db, ids))
    .execute();
}

/** The member and those that became a part of it. */
async function partsOf(db: Db, member: string): Promise<string[]> {
  const all = [member];
  for (let found = all; found.length > 0; ) {
    const rows = await db.selectFrom('member').select('id').where('merged_into', 'in', listOf(db, found)).execute();
    found = rows.map(({ id }) => id);
    all.push(...found);
  }
  return all;
}

/** Those of before, too: their bytes name a person all the same. */
async function identitiesOf(db: Db, ids: readonly string[]): Promise<Identity[]> {
  const rows = await db
    .selectFrom('identity_link')
    .select(['kind', 'issuer', 'subject'])
    .where('member_id', 'in', listOf(db, ids))
    .execute();
  return rows.map((row) => ({ ...row, kind: row.kind as Identity['kind'] }));
}

async function forgetPerson(db: Db, ids: readonly string[]): Promise<void> {
  for (const table of ['identity_link', 'member_attribute', 'member_tag', 'profile_change'] as const) {
    await db.deleteFrom(table).where('member_id', 'in', listOf(db, ids)).execute();
  }
  await db
    .deleteFrom('member_merge')
    .where((eb) => eb.or([eb('survivor_id', 'in', listOf(db, ids)), eb('absorbed_id', 'in', listOf(db, ids))]))
    .execute();
}

/** What was said, or was about to be. A coupon nobody has seen goes back; one in somebody's hands stays good. */
async function forgetMessages(db: Db, ids: readonly string[], now: EpochMs): Promise<void> {
  // In an order, as everybody who holds several.
  const waiting = await db
    .selectFrom('delivery')
    .select(['id', 'coupon_id', 'stock_key', 'budget_key', 'in_doubt'])
    .where('member_id', 'in', listOf(db, ids))
    .where('state', '=', 'ready')
    .orderBy('id')
    .forUpdate()
    .execute();
  const unsent = waiting.filter(({ in_doubt }) => in_doubt === 0);
  await settle(unsent, { state: 'parked', park_reason: 'withdrawn', settled_at: now });
  // What LINE may have taken may have been shown: nothing of it is given back.
  await settle(
    waiting.filter(({ in_doubt }) => in_doubt === 1),
    { state: 'unknown', settled_at: now },
  );
  const coupons = unsent.flatMap(({ coupon_id }) => coupon_id ?? []);
  const only = unsent.flatMap(({ coupon_id, stock_key }) => (coupon_id === null ? (stock_key ?? []) : []));
  const budgets = unsent.flatMap(({ budget_key }) => budget_key ?? []);
  const stock = [...only, ...(await revokeUnseen({ db }, coupons))];
  await counterRows({ db }).giveBackAll([...stock, ...budgets]);
  const theirs = db.selectFrom('delivery').select('id').where('member_id', 'in', listOf(db, ids));
  await db
    .updateTable('delivery_attempt')
    .set({ detail: null, request_id: null })
    .where('delivery_id', 'in', theirs)
    .execute();
  await db
    .updateTable('delivery')
    .set({ ...SCRUBBED, request_id: null })
    .where('member_id', 'in', listOf(db, ids))
    .execute();
  await db
    .updateTable('coupon')
    .set({ code_sealed: new Uint8Array() })
    .where('member_id', 'in', listOf(db, ids))
    .execute();
  await db
    .updateTable('deferral')
    .set({ closed_at: now })
    .where('member_id', 'in', listOf(db, ids))
    .where('closed_at', 'is', null)
    .execute();

  async function settle(rows: readonly { readonly id: string }[], end: Updateable<Database['delivery']>) {
    const these = listOf(
      db,
      rows.map(({ id }) => id),
    );
    if (rows.length > 0) await db.updateTable('delivery').set(end).where('id', 'in', these).execute();
  }
}

/** Thousands may wait, or have been set aside; they are not all looked at in memory at once. */
const RAW_AT_A_TIME = 500;

/** Raw events that wait, or were set aside, and evidence that leads to what a person did. */
async function forgetEvents(
  { db, vault }: StoreContext,
  ids: readonly string[],
  identities: readonly Identity[],
): Promise<void> {
  const users = identities.filter(({ kind }) => kind === 'line_user').map(({ subject }) => subject);
  for (let after = 0; ; ) {
    const raw = await db
      .selectFrom('event')
      .select(['seq', 'id', 'body_sealed', 'state', 'member_id'])
      .where('body_sealed', 'is not', null)
      .where('seq', '>', after)
      .orderBy('seq')
      .limit(RAW_AT_A_TIME)
      .execute();
    for (const { id, body_sealed, state, member_id } of raw) {
      const isTheirs = (member_id !== null && ids.includes(member_id)) || names(body_sealed, users);
      if (!isTheirs) continue;
      await db
        .updateTable('event')
        .set({ body_sealed: null, ...(state === 'pending' && { state: 'done' }) })
        .where('id', '=', id)
        .execute();
    }
    const last = raw.at(-1);
    if (last === undefined) break;
    after = last.seq;
  }
  await db
    .updateTable('alert')
    .set({ event_id: '' })
    .where('event_id', 'in', db.selectFrom('event').select('id').where('member_id', 'in', listOf(db, ids)))
    .execute();

  function names(sealed: Uint8Array | null, subjects: readonly string[]): boolean {
    if (sealed === null) return false;
    try {
      const text = vault.open(sealed).toString('utf8');
      return subjects.some((subject) => text.includes(subject));
    } catch {
      // Nobody can read it, so it names nobody.
      return false;
    }
  }
}

/**
 * Has the files forget, too. On SQLite deleted rows are overwritten in the file, but the log beside it keeps what they
 * were until it is emptied. On PostgreSQL dead rows go with the next vacuum; its write-ahead log ages out by itself.
 */
export async function forgetOnDisk(db: Db): Promise<void> {
  if (!isPostgres(db)) {
    await sql`PRAGMA wal_checkpoint(TRUNCATE)`.execute(db);
    return;
  }
  for (const table of [
    'identity_link',
    'member_attribute',
    'member_tag',
    'profile_change',
    'member_merge',
    'delivery',
    'event',
    'node_command',
  ]) {
    await sql`VACUUM ${sql.table(table)}`.execute(db);
  }
}
