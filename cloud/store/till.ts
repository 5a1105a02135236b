import { unreachable } from '../../protocol/result.ts';
import type { EpochMs } from '../../protocol/units.ts';
import { periodStart } from '../core/calendar.ts';
import { Problem } from '../core/problem.ts';
import type { TillAnswer } from '../core/till/answer.ts';
import type { TillRequest } from '../core/till/request.ts';
import type { StoreContext } from './context.ts';
import type { Db } from './database.ts';
import { listRedemptions, type RedemptionQuery } from './redemptions.ts';
import { recordSale, refundSale } from './sales.ts';
import { recordSales } from './sales-bulk.ts';
import { once } from './till-answers.ts';
import type { TillTx } from './till-context.ts';
import { checkCoupon, lockCoupon, unlockCoupon } from './till-locks.ts';
import type { TillMemory, TillRegistry } from './till-memory.ts';
import { holdOrders, ordersOf } from './till-orders.ts';
import { redeem } from './till-redeem.ts';
import { rollback } from './till-rollback.ts';
import { priceOf } from './till-rows.ts';
import { transact } from './transact.ts';

/** What a till's requests are worked off with, besides who asks. */
export type TillDeps = StoreContext & Pick<TillTx, 'couponOfPage'> & { readonly memory: TillMemory };

/** An answer, and the zone in which its times are to be told. */
export interface Answered {
  readonly answer: TillAnswer;
  readonly timeZone: string;
}

/**
 * Works requests of tills off, one after another, all of them in one transaction: what is answered is on the disk. Where
 * something breaks, it breaks for all of them, and nothing was done.
 */
export async function workTill(deps: TillDeps, requests: readonly TillRequest[], now: EpochMs): Promise<Answered[]> {
  return await transact(deps.db, async (db) => {
    const registry = await deps.memory.open(db);
    const answers: Answered[] = [];
    for (const request of requests) {
      const tx = openTill(deps, db, registry, request, now);
      answers.push({ answer: await workOne(tx, request), timeZone: tx.till.channel.timeZone });
    }
    return answers;
  });
}

/** Redemptions at a channel, the newest first; since when is left out, of today. */
export async function listAtTill(
  deps: TillDeps,
  {
    since,
    until,
    ...query
  }: Omit<RedemptionQuery, 'since' | 'until'> & {
    readonly since?: number | undefined;
    readonly until?: number | undefined;
  },
  asker: Pick<TillRequest, 'tokenId' | 'tokenName' | 'channelId' | 'language'>,
  now: EpochMs,
) {
  const tx = openTill(deps, deps.db, await deps.memory.open(deps.db), asker, now);
  const from = since ?? periodStart(now, 'day', tx.till.channel.timeZone);
  return await listRedemptions(tx, { ...query, since: from, until: until ?? now + 1 });
}

export function openTill(
  { vault, mint, couponOfPage }: TillDeps,
  db: Db,
  registry: TillRegistry,
  { tokenId, tokenName, channelId, language }: Pick<TillRequest, 'tokenId' | 'tokenName' | 'channelId' | 'language'>,
  now: EpochMs,
): TillTx {
  const channel = registry.channel(channelId);
  if (channel === undefined) {
    throw new Problem('not_found', 'unknown_channel', `no store or web shop "${channelId}"`, {
      where: 'channel',
      remedy: 'apply it first, or correct its name',
    });
  }
  return { db, vault, mint, couponOfPage, registry, till: { tokenId, tokenName, channel }, language, now };
}

async function workOne(tx: TillTx, { ask, key, text }: TillRequest): Promise<TillAnswer> {
  if (ask.type === 'check') return await checkCoupon(tx, ask.code, priceOf(ask));
  const channel = tx.till.channel.id;
  await holdOrders(
    tx.db,
    ordersOf(ask).map((order) => ({ channel, order })),
  );
  return await once(tx, { channel: tx.till.channel, key, text, at: tx.now }, async () => {
    switch (ask.type) {
      case 'lock':
        return await lockCoupon(tx, ask.code);
      case 'unlock':
        return await unlockCoupon(tx, ask.lock);
      case 'redeem':
        return await redeem(tx, ask.redeem, key);
      case 'rollback':
        return await rollback(tx, ask.rollback, key);
      case 'sale':
        return await recordSale(tx, ask.sale);
      case 'sales':
        return await recordSales(tx, ask.sales);
      case 'refund':
        return await refundSale(tx, ask.refund);
      default:
        return unreachable(ask);
    }
  });
}
