import { epochMs } from '../../protocol/units.ts';
import type { MemberId } from '../core/ids.ts';
import { identityKey } from '../core/ports.ts';
import { done, refused, type TillAnswer } from '../core/till/answer.ts';
import { type RefundAsked, readIdentities, type SaleAsked } from '../core/till/asked.ts';
import { type Attribution, attribute } from '../core/till/attribute.ts';
import { memberRows } from './members.ts';
import { attributionColumns, creditByVisit, redemptionsOf } from './sale-attribution.ts';
import type { TillTx } from './till-context.ts';
import { findCoupon } from './till-coupons.ts';

/**
 * Records a sale once for its number. One that was known only because a coupon was redeemed with it is completed by what
 * the till says of it; one the till said otherwise of before is refused.
 */
export async function recordSale(tx: TillTx, asked: SaleAsked): Promise<TillAnswer> {
  const { db, mint, now, till } = tx;
  const { channel } = till;
  const known = await saleRow(tx, asked.transaction);
  const at = asked.at ?? epochMs(known?.at ?? now);
  if (known !== undefined && known.source === 'till') {
    const same = known.amount_minor === asked.amount && known.currency === asked.currency && known.at === at;
    return same ? done({ ...saleView(known), repeated: true }, 201) : refused({ code: 'transaction_differs' });
  }
  const buyer = await buyerOf(tx, asked);
  if (!buyer.ok) return refused(buyer.refusal);
  const redemptions = await redemptionsOf(tx, channel, asked.transaction);
  const memberId = buyer.memberId ?? redemptions[0]?.memberId ?? known?.member_id ?? undefined;
  const to: Attribution =
    redemptions.length > 0
      ? attribute({ at, channel }, [], redemptions)
      : await creditByVisit(tx, { at, channel, memberId });
  const row = {
    ...{ at, recorded_at: now, amount_minor: asked.amount, currency: asked.currency },
    ...{ tender: asked.tender ?? known?.tender ?? null, staff: asked.staff ?? known?.staff ?? null },
    ...{ member_id: memberId ?? null, source: 'till' as const },
    lines: asked.lines === undefined ? null : JSON.stringify(asked.lines),
    ...attributionColumns(to),
  };
  const id = known?.id ?? mint.id('sale');
  if (known === undefined) {
    await db
      .insertInto('sale')
      .values({
        ...{ id, channel_kind: channel.kind, channel_id: channel.id, txn: asked.transaction, ...row },
        ...{ refunded_minor: 0, voided_at: null },
      })
      .execute();
  } else await db.updateTable('sale').set(row).where('id', '=', id).execute();
  for (const redemption of redemptions)
    await db.updateTable('redemption').set({ sale_id: id }).where('id', '=', redemption.id).execute();
  const member = memberId !== undefined ? 'bound' : named(asked) ? 'unknown' : 'none';
  return done({ ...saleView({ id, txn: asked.transaction, ...row }), member }, 201);
}

type Buyer =
  | { readonly ok: true; readonly memberId?: string }
  | { readonly ok: false; readonly refusal: Extract<TillAnswer, { kind: 'refused' }>['refusal'] };

const named = ({ card, phone, code, member }: SaleAsked): boolean =>
  [card, phone, code, member].some((who) => who !== undefined);

/** Who bought, held against others: a merge that is under way has moved all its sales when it ends, and not this one. */
async function buyerOf(tx: TillTx, asked: SaleAsked): Promise<Buyer> {
  const read = readIdentities(asked);
  if (!read.ok) return read;
  let id = asked.member;
  if (asked.code !== undefined) {
    const found = await findCoupon(tx, { code: asked.code });
    if (!found.ok) return found;
    id = found.coupon.memberId;
  }
  const members = memberRows(tx);
  for (let attempt = 0; attempt < 2; attempt++) {
    const [identity] = read.identities;
    const owner = identity && (await members.find([identity])).get(identityKey(identity));
    const wanted = id ?? owner;
    if (wanted === undefined) return { ok: true };
    const [living] = await members.lock([wanted as MemberId], false);
    if (living !== undefined) return { ok: true, memberId: living.id };
  }
  return { ok: true };
}

async function saleRow({ db, till }: TillTx, transaction: string) {
  return await db
    .selectFrom('sale')
    .selectAll()
    .where('channel_kind', '=', till.channel.kind)
    .where('channel_id', '=', till.channel.id)
    .where('txn', '=', transaction)
    .where('voided_at', 'is', null)
    .forUpdate()
    .executeTakeFirst();
}

/** A sale as it is answered: what it is credited to, and why. */
function saleView(row: {
  readonly id: string;
  readonly txn: string;
  readonly attributed_by: string;
  readonly attributed_why: string | null;
  readonly attributed_visit: string | null;
  readonly attributed_redemption: string | null;
  readonly attributed_campaign: string | null;
}) {
  return {
    sale: row.id,
    transaction: row.txn,
    attribution: {
      rule: row.attributed_by,
      ...(row.attributed_why !== null && { why: row.attributed_why }),
      ...(row.attributed_visit !== null && { visit: row.attributed_visit }),
      ...(row.attributed_redemption !== null && { redemption: row.attributed_redemption }),
      ...(row.attributed_campaign !== null && { campaign: row.attributed_campaign }),
    },
  };
}

/** Gives money back for a sale, never more than it was. */
export async function refundSale(tx: TillTx, asked: RefundAsked): Promise<TillAnswer> {
  const row = await saleRow(tx, asked.transaction);
  if (row === undefined) return refused({ code: 'unknown_sale' });
  const { currency } = row;
  const left = { minor: row.amount_minor - row.refunded_minor, currency };
  if (left.minor === 0) return refused({ code: 'nothing_left_to_refund', left });
  const amount = asked.amount ?? left.minor;
  if (amount > left.minor) return refused({ code: 'more_than_left', left });
  const refund = await writeRefund(tx, row.id, amount, asked.reason);
  return done(
    {
      ...{ refund, sale: row.id, transaction: row.txn },
      refunded: { minor: row.refunded_minor + amount, currency },
      left: { minor: left.minor - amount, currency },
    },
    201,
  );
}

/** Refunds what is left of a sale, if anything. */
export async function refundRest(tx: TillTx, saleId: string, reason: string): Promise<void> {
  const row = await tx.db
    .selectFrom('sale')
    .select(['amount_minor', 'refunded_minor'])
    .where('id', '=', saleId)
    .forUpdate()
    .executeTakeFirstOrThrow();
  const left = row.amount_minor - row.refunded_minor;
  if (left > 0) await writeRefund(tx, saleId, left, reason);
}

async function writeRefund(
  { db, mint, now, till }: TillTx,
  saleId: string,
  amount: number,
  reason: string | undefined,
): Promise<string> {
  const id = mint.id('refund');
  await db
    .insertInto('sale_refund')
    .values({ id, sale_id: saleId, amount_minor: amount, reason: reason ?? null, at: now, token_id: till.tokenId })
    .execute();
  await db
    .updateTable('sale')
    .set(({ eb }) => ({ refunded_minor: eb('refunded_minor', '+', amount) }))
    .where('id', '=', saleId)
    .execute();
  return id;
}
