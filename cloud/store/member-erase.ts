import { sql } from 'kysely';
import { TagSubject } from '../../protocol/messages/common.ts';
import { type EpochMs, epochMs } from '../../protocol/units.ts';
import { batchesOf, ERASURE_LIVES_MS, makeCommand } from '../core/node-command.ts';
import type { Identity } from '../core/ports.ts';
import { Problem } from '../core/problem.ts';
import type { StoreContext } from './context.ts';
import { counterRows } from './counters.ts';
import type { Db } from './database.ts';
import { isPostgres } from './dialect.ts';
import { erasedIdentities } from './erased-identities.ts';
import { listOf } from './many.ts';
import { lockLiving } from './member-living.ts';
import { nodeShadowRows } from './node-shadow.ts';
import { SCRUBBED } from './sender-queue.ts';
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
): Promise<Erased> {
  return await transact(context.db, async (db) => {
    const tx = { ...context, db };
    await lockLiving(db, [asked.member]);
    const ids = await partsOf(db, asked.member);
    const identities = await identitiesOf(db, ids);
    await forgetPerson(db, ids);
    await forgetMessages(db, ids, now);
    await forgetEvents(tx, ids, identities);
    await scrubExpiredErasures(db, now);
    await erasedIdentities(tx).note(
      identities.filter(({ kind }) => kind === 'line_user'),
      now,
    );
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
    return { erasure, member: asked.member, nodes: [...new Set(told.map(({ node }) => node))] };
  });
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
  for (const table of ['identity_link', 'member_attribute', 'member_tag'] as const) {
    await db.deleteFrom(table).where('member_id', 'in', listOf(db, ids)).execute();
  }
  await db
    .deleteFrom('member_merge')
    .where((eb) => eb.or([eb('survivor_id', 'in', listOf(db, ids)), eb('absorbed_id', 'in', listOf(db, ids))]))
    .execute();
}

/** What was said, or was about to be. A coupon nobody has seen goes back; one in somebody's hands stays good. */
async function forgetMessages(db: Db, ids: readonly string[], now: EpochMs): Promise<void> {
  const unsent = await db
    .updateTable('delivery')
    .set({ state: 'parked', park_reason: 'withdrawn', settled_at: now })
    .where('member_id', 'in', listOf(db, ids))
    .where('state', '=', 'ready')
    .returning(['coupon_id', 'stock_key', 'budget_key', 'in_doubt'])
    .execute();
  const counters = counterRows({ db });
  for (const { coupon_id, stock_key, budget_key, in_doubt } of unsent) {
    if (in_doubt === 1) continue;
    // A coupon shown again by a second message has no stock of its own to give back.
    if (stock_key !== null && coupon_id !== null) {
      await db
        .updateTable('coupon')
        .set({ state: 'revoked' })
        .where('id', '=', coupon_id)
        .where('state', '=', 'issued')
        .execute();
    }
    for (const key of [stock_key, budget_key]) if (key !== null) await counters.giveBack(key);
  }
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
}

/** Raw events that wait, or were set aside, and evidence that leads to what a person did. */
async function forgetEvents(
  { db, vault }: StoreContext,
  ids: readonly string[],
  identities: readonly Identity[],
): Promise<void> {
  const users = identities.filter(({ kind }) => kind === 'line_user').map(({ subject }) => subject);
  const raw = await db
    .selectFrom('event')
    .select(['id', 'body_sealed', 'state', 'member_id'])
    .where('body_sealed', 'is not', null)
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

const tagsAmong = (identities: readonly Identity[]): TagSubject[] =>
  identities.flatMap(({ kind, subject }) => {
    const [uuid, major, minor] = subject.split('/');
    const tag = TagSubject.safeParse({ kind: 'ibeacon', uuid, major: Number(major), minor: Number(minor) });
    return kind === 'ble_tag' && tag.success ? [tag.data] : [];
  });

/** Has every node that ever got a bundle forget these tags: any of them may have heard one. */
async function tellNodes(
  context: StoreContext,
  tags: readonly TagSubject[],
  now: EpochMs,
): Promise<{ readonly node: string; readonly command: string }[]> {
  if (tags.length === 0) return [];
  const nodes = await context.db
    .selectFrom('node')
    .select('id')
    .where('mqtt_password_hash', 'is not', null)
    .orderBy('id')
    .execute();
  const rows = nodeShadowRows(context);
  const told: { node: string; command: string }[] = [];
  for (const { id: node } of nodes) {
    for (const subjects of batchesOf(tags)) {
      const asked = { command: 'erase', scope: 'subjects', subjects, expiresInMs: ERASURE_LIVES_MS } as const;
      const command = makeCommand(node, asked, { id: context.mint.id('command'), now });
      await rows.addCommand(node, command, now);
      told.push({ node, command: command.id });
    }
  }
  return told;
}

/** A command nobody carried out in its time names the tags no longer. */
export async function scrubExpiredErasures(db: Db, now: EpochMs): Promise<void> {
  const rows = await db
    .selectFrom('node_command')
    .select(['id', 'body'])
    .where('command', '=', 'erase')
    .where('expires_at', '<=', now)
    .where('body', 'like', '%"subjects"%')
    .execute();
  for (const { id, body } of rows) {
    const { subjects: _, ...rest } = JSON.parse(body) as { subjects?: unknown };
    await db
      .updateTable('node_command')
      .set({ body: JSON.stringify(rest) })
      .where('id', '=', id)
      .execute();
  }
}

export interface ErasureStatus {
  readonly erasure: string;
  readonly member: string;
  readonly at: number;
  readonly why: string;
  readonly who: string;
  /** All nodes have confirmed. */
  readonly confirmed: boolean;
  readonly nodes: readonly {
    readonly node: string;
    readonly state: string;
    readonly at?: number;
    readonly detail?: string;
  }[];
}

/** How far the nodes are. Throws {@link Problem} `not_erased`. */
export async function erasureStatus(context: StoreContext, member: string, now: EpochMs): Promise<ErasureStatus> {
  const { db } = context;
  const row = await db
    .selectFrom('member_erasure')
    .selectAll()
    .where('member_id', '=', member)
    .orderBy('at', 'desc')
    .executeTakeFirst();
  if (row === undefined) {
    throw new Problem('not_found', 'not_erased', `member "${member}" was not erased`, {
      remedy: `to erase it: pharos member erase ${member} --yes --why …`,
    });
  }
  await scrubExpiredErasures(db, now);
  const commands = await nodeShadowRows(context).commands(JSON.parse(row.commands) as string[], now);
  const nodes = commands
    .map(({ node, state, answeredAt, detail }) => ({
      node,
      state,
      ...(answeredAt !== undefined && { at: answeredAt }),
      ...(detail !== undefined && { detail }),
    }))
    .sort((a, b) => (a.node < b.node ? -1 : 1));
  return {
    erasure: row.id,
    member,
    at: epochMs(row.at),
    why: row.why,
    who: row.by_whom,
    confirmed: nodes.every(({ state }) => state === 'done'),
    nodes,
  };
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
    'member_merge',
    'delivery',
    'event',
    'node_command',
  ]) {
    await sql`VACUUM ${sql.table(table)}`.execute(db);
  }
}
