import { epochMs } from '../../protocol/units.ts';
import { durationMs } from '../core/calendar.ts';
import {
  type Attribution,
  attribute,
  CREDIT_VISITS_FOR,
  type RedemptionFacts,
  type VisitFacts,
} from '../core/till/attribute.ts';
import type { Channel } from '../core/till/types.ts';
import type { TillTx } from './till-context.ts';

export interface SaleToCredit {
  readonly at: number;
  readonly channel: Pick<Channel, 'kind' | 'id'>;
  readonly memberId?: string | undefined;
}

/** Columns of what a sale is credited to. */
export const attributionColumns = (to: Attribution) => ({
  attributed_by: to.rule,
  attributed_why: to.rule === 'unattributed' ? to.why : null,
  attributed_visit: to.rule === 'unattributed' ? null : (to.visit ?? null),
  attributed_redemption: to.rule === 'redemption' ? to.redemption : null,
  attributed_campaign: to.rule === 'redemption' ? to.campaign : null,
  window_ms: to.rule === 'visit' ? to.windowMs : null,
});

/** The redemptions that stand of a sale: those that named it as their order, or were rung up as it. */
export async function redemptionsOf(
  { db }: Pick<TillTx, 'db'>,
  channel: Pick<Channel, 'kind' | 'id'>,
  transaction: string,
): Promise<(RedemptionFacts & { readonly memberId: string })[]> {
  const rows = await db
    .selectFrom('redemption')
    .innerJoin('coupon', 'coupon.id', 'redemption.coupon_id')
    .leftJoin('decision', (join) =>
      join
        .onRef('decision.member_id', '=', 'coupon.member_id')
        .onRef('decision.coupon_id', '=', 'coupon.id')
        .on('decision.outcome', '=', 'granted'),
    )
    .select([
      ...(['redemption.id', 'redemption.at', 'coupon.campaign_id', 'coupon.member_id'] as const),
      'decision.visit_id',
    ])
    .where('redemption.channel_kind', '=', channel.kind)
    .where('redemption.channel_id', '=', channel.id)
    .where('redemption.order_ref', '=', transaction)
    .where('redemption.kind', '=', 'redeem')
    .where('redemption.undone_at', 'is', null)
    .orderBy('redemption.at')
    .orderBy('redemption.id')
    .execute();
  return rows.map((row) => ({
    ...{ id: row.id, at: epochMs(row.at), campaign: row.campaign_id, memberId: row.member_id },
    ...(row.visit_id !== null && { visit: row.visit_id }),
  }));
}

/** The visit in which a coupon was given, if it was given in one. */
export async function visitOfCoupon(
  { db }: Pick<TillTx, 'db'>,
  memberId: string,
  couponId: string,
): Promise<string | undefined> {
  const row = await db
    .selectFrom('decision')
    .select('visit_id')
    .where('member_id', '=', memberId)
    .where('outcome', '=', 'granted')
    .where('coupon_id', '=', couponId)
    .executeTakeFirst();
  return row?.visit_id ?? undefined;
}

/** What a sale is credited to where no coupon says so. */
export async function creditByVisit(tx: TillTx, sale: SaleToCredit): Promise<Attribution> {
  const { memberId, channel } = sale;
  const facts = { at: epochMs(sale.at), channel, ...(memberId !== undefined && { member: memberId }) };
  if (memberId === undefined) return attribute(facts, [], []);
  const rows = await tx.db
    .selectFrom('visit')
    .selectAll()
    .where('member_id', '=', memberId)
    .where('opened_at', '<=', sale.at)
    .$if(channel.kind === 'store', (some) => some.where('store_id', '=', channel.id))
    .orderBy('opened_at', 'desc')
    .orderBy('id')
    // A later visit that ended is nearer than any before it; several stores may credit for different times.
    .limit(50)
    .execute();
  const visits = rows.map(
    (row): VisitFacts => ({
      ...{ id: row.id, storeId: row.store_id, openedAt: epochMs(row.opened_at), lastAt: epochMs(row.last_at) },
      creditForMs: tx.registry.channel(row.store_id)?.creditVisitsForMs ?? durationMs(CREDIT_VISITS_FOR),
    }),
  );
  return attribute(facts, visits, []);
}

/** Looks again at what a recorded sale is credited to, after a redemption of it came or went. */
export async function creditAgain(tx: TillTx, saleId: string): Promise<void> {
  const sale = await tx.db
    .selectFrom('sale')
    .select(['channel_kind', 'channel_id', 'txn', 'at', 'member_id'])
    .where('id', '=', saleId)
    .forUpdate()
    .executeTakeFirstOrThrow();
  const channel = { kind: sale.channel_kind, id: sale.channel_id };
  const redemptions = await redemptionsOf(tx, channel, sale.txn);
  const memberId = sale.member_id ?? redemptions[0]?.memberId;
  const to =
    redemptions.length > 0
      ? attribute({ at: epochMs(sale.at), channel }, [], redemptions)
      : await creditByVisit(tx, { at: sale.at, channel, memberId });
  await tx.db
    .updateTable('sale')
    .set({ ...attributionColumns(to), ...(memberId !== undefined && { member_id: memberId }) })
    .where('id', '=', saleId)
    .execute();
}
