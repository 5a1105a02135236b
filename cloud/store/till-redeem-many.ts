import { type Insertable, type Selectable, sql } from 'kysely';
import type { EpochMs } from '../../protocol/units.ts';
import { channelKey, judgeUse } from '../core/till/judge.ts';
import type { TillRequest } from '../core/till/request.ts';
import { readScan } from '../core/till/scan.ts';
import type { Db } from './database.ts';
import { insertRows, listOf, rowsTable } from './many.ts';
import type { Database } from './schema.ts';
import { type Answered, openTill, type TillDeps } from './till.ts';
import { answerDigest } from './till-answers.ts';
import { holdOrders, ordersOf } from './till-orders.ts';
import { couponFacts, priceOf, type Redeeming, redeemedAnswer, redemptionRow, saleRow } from './till-rows.ts';
import { ANSWER_SHAPE, REDEMPTION_SHAPE, SALE_SHAPE } from './till-shapes.ts';
import { together } from './together.ts';
import { transact } from './transact.ts';

type Plain = TillRequest & { readonly ask: Extract<TillRequest['ask'], { type: 'redeem' }>; readonly hash: string };

/**
 * Redeems many coupons in a dozen statements and one commit: those of which nothing else is to be said. Whatever is not
 * plain (a repeat, a guess, a coupon that is not simply good, a phone, a lock, a sale that is there) is left out of the
 * answer, unchanged, to be worked off by itself.
 */
export async function redeemMany(
  deps: TillDeps,
  requests: readonly TillRequest[],
  now: EpochMs,
): Promise<ReadonlyMap<TillRequest, Answered>> {
  const plain = plainOf(deps, requests);
  if (plain.length < 2) return new Map();
  return await transact(deps.db, async (db) => await redeemPlain(deps, db, plain, now));
}

/** Of several that mean the same coupon, key or sale, the first. */
function plainOf({ vault }: TillDeps, requests: readonly TillRequest[]): (readonly [TillRequest, Plain])[] {
  const taken = new Set<string>();
  return requests.flatMap((request) => {
    const { ask, channelId, key } = request;
    if (ask.type !== 'redeem') return [];
    const { code, lock, phone, card, order } = ask.redeem;
    if (code === undefined || lock !== undefined || phone !== undefined || card !== undefined) return [];
    const scan = readScan(code);
    if (!scan.ok || scan.value.kind !== 'code') return [];
    const hash = vault.digest(scan.value.code);
    const names = [
      `coupon ${hash}`,
      `key ${channelId} ${key}`,
      ...(order === undefined ? [] : [`${channelId} ${order}`]),
    ];
    if (names.some((name) => taken.has(name))) return [];
    for (const name of names) taken.add(name);
    return [[request, { ...request, ask, hash }] as const];
  });
}

interface Rows {
  readonly coupons: string[];
  readonly sales: Insertable<Database['sale']>[];
  readonly redemptions: Insertable<Database['redemption']>[];
  readonly answers: Insertable<Database['till_answer']>[];
}

async function redeemPlain(
  deps: TillDeps,
  db: Db,
  plain: readonly (readonly [TillRequest, Plain])[],
  now: EpochMs,
): Promise<ReadonlyMap<TillRequest, Answered>> {
  const registry = await deps.memory.open(db);
  const { coupons, answered, lockedOut, sold } = await look(db, registry, plain, now);
  const visits = await visitsOf(db, [...coupons.values()]);
  const done = new Map<TillRequest, Answered>();
  const rows: Rows = { coupons: [], sales: [], redemptions: [], answers: [] };
  for (const [request, { ask, hash, key, text, channelId, tokenId }] of plain) {
    const row = coupons.get(hash);
    if (row === undefined || row.state !== 'issued' || lockedOut.has(tokenId)) continue;
    const tx = openTill(deps, db, registry, request, now);
    const { channel } = tx.till;
    const order = ask.redeem.order;
    if (answered.has(`${channelId} ${key}`) || (order !== undefined && sold.has(`${channelId} ${order}`))) continue;
    const facts = await couponFacts(tx, row);
    const id = deps.mint.id('redemption');
    const by = { channel: channelKey(channel), key: id };
    const used = judgeUse(facts, { at: 'issued' }, undefined, channel, { type: 'redeem', now, by });
    if (!used.ok) continue;
    const coupon = { facts, memberId: row.member_id };
    const redeeming: Redeeming = { id, key, asked: ask.redeem, coupon, life: used.life };
    const price = priceOf(ask.redeem);
    const sale = price && saleRow(tx, redeeming, price, visits.get(row.id));
    const answer = redeemedAnswer(tx, redeeming, sale && { id: sale.id, transaction: sale.txn }, []);
    rows.coupons.push(row.id);
    if (sale !== undefined) rows.sales.push(sale);
    rows.redemptions.push(redemptionRow(tx, redeeming, sale?.id));
    rows.answers.push({
      ...{ channel_kind: channel.kind, channel_id: channel.id, idempotency_key: key, at: now },
      ...{ digest: answerDigest(deps.vault, text), status: answer.status, body: JSON.stringify(answer.body) },
    });
    done.set(request, { answer, timeZone: channel.timeZone });
  }
  await together(db, [
    () => db.updateTable('coupon').set({ state: 'redeemed' }).where('id', 'in', listOf(db, rows.coupons)).execute(),
    () => insertRows(db, 'sale', SALE_SHAPE, rows.sales),
    () => insertRows(db, 'redemption', REDEMPTION_SHAPE, rows.redemptions),
    () => insertRows(db, 'till_answer', ANSWER_SHAPE, rows.answers),
  ]);
  return done;
}

const PAIR = { kind: 'text', id: 'text', name: 'text' } as const;

/** Locks the coupons, and reads what would make one of these requests anything but plain. */
async function look(
  db: Db,
  registry: Awaited<ReturnType<TillDeps['memory']['open']>>,
  plain: readonly (readonly [TillRequest, Plain])[],
  now: EpochMs,
) {
  const pairs = (nameOf: (request: Plain) => string | undefined) =>
    plain.flatMap(([, request]) => {
      const channel = registry.channel(request.channelId);
      const name = nameOf(request);
      return channel === undefined || name === undefined ? [] : [{ kind: channel.kind, id: channel.id, name }];
    });
  const hashes = plain.map(([, { hash }]) => hash);
  const tokens = [...new Set(plain.map(([, { tokenId }]) => tokenId))];
  const orders = plain.flatMap(([, { ask, channelId }]) =>
    ordersOf(ask).map((order) => ({ channel: channelId, order })),
  );
  const [, coupons, guesses, answers, sales] = await together(db, [
    () => holdOrders(db, orders),
    () =>
      db
        .selectFrom('coupon')
        .selectAll()
        .where('code_hash', 'in', listOf(db, hashes))
        .orderBy('id')
        .forUpdate()
        .execute(),
    () =>
      db
        .selectFrom('till_guess')
        .select('token_id')
        .where('token_id', 'in', listOf(db, tokens))
        .where('locked_until', '>', now)
        .execute(),
    () =>
      sql<{ id: string; name: string }>`
        SELECT r.id, r.name FROM ${rowsTable(
          db,
          PAIR,
          pairs(({ key }) => key),
        )} AS r CROSS JOIN till_answer AS a
        WHERE a.channel_kind = r.kind AND a.channel_id = r.id AND a.idempotency_key = r.name
      `.execute(db),
    () =>
      sql<{ id: string; name: string }>`
        SELECT r.id, r.name FROM ${rowsTable(
          db,
          PAIR,
          pairs(({ ask }) => ask.redeem.order),
        )} AS r CROSS JOIN sale AS s
        WHERE s.channel_kind = r.kind AND s.channel_id = r.id AND s.txn = r.name AND s.voided_at IS NULL
      `.execute(db),
  ]);
  const named = ({ rows }: { readonly rows: readonly { readonly id: string; readonly name: string }[] }) =>
    new Set(rows.map(({ id, name }) => `${id} ${name}`));
  return {
    coupons: new Map(coupons.map((row) => [row.code_hash, row])),
    lockedOut: new Set(guesses.map(({ token_id }) => token_id)),
    answered: named(answers),
    sold: named(sales),
  };
}

/** The visits in which these coupons were given. */
async function visitsOf(db: Db, coupons: readonly Selectable<Database['coupon']>[]): Promise<Map<string, string>> {
  if (coupons.length === 0) return new Map();
  const { rows } = await sql<{ id: string; visit_id: string }>`
    SELECT r.id, d.visit_id
    FROM ${rowsTable<Pick<Selectable<Database['coupon']>, 'id' | 'member_id'>>(db, { id: 'text', member_id: 'text' }, coupons)} AS r CROSS JOIN decision AS d
    WHERE d.member_id = r.member_id AND d.outcome = 'granted' AND d.coupon_id = r.id AND d.visit_id IS NOT NULL
  `.execute(db);
  return new Map(rows.map(({ id, visit_id }) => [id, visit_id]));
}
