import { valueText } from '../core/coupon/coupon.ts';
import { UNDO_WITHIN_MS } from '../core/till/types.ts';
import type { TillTx } from './till-context.ts';

export interface RedemptionQuery {
  readonly since: number;
  readonly until: number;
  readonly limit: number;
  /** The id of the last one seen. */
  readonly before?: string | undefined;
}

/** Redemptions at this channel, the newest first, with what became of them. */
export async function listRedemptions({ db, registry, till, language, now }: TillTx, query: RedemptionQuery) {
  const rows = await db
    .selectFrom('redemption as r')
    .innerJoin('coupon', 'coupon.id', 'r.coupon_id')
    .leftJoin('redemption as back', 'back.parent_id', 'r.id')
    .select([
      ...([
        'r.id',
        'r.at',
        'r.coupon_id',
        'r.order_ref',
        'r.staff',
        'r.tender',
        'r.amount_minor',
        'r.currency',
      ] as const),
      ...(['r.discount_minor', 'r.undone_at', 'coupon.campaign_id', 'coupon.campaign_version'] as const),
      ...(['back.id as back_id', 'back.reason as back_reason'] as const),
    ])
    .where('r.channel_kind', '=', till.channel.kind)
    .where('r.channel_id', '=', till.channel.id)
    .where('r.kind', '=', 'redeem')
    .where('r.at', '>=', query.since)
    .where('r.at', '<', query.until)
    .$if(query.before !== undefined, (some) => some.where('r.id', '<', query.before ?? ''))
    .orderBy('r.id', 'desc')
    .limit(query.limit + 1)
    .execute();
  const redemptions = [];
  for (const row of rows.slice(0, query.limit)) {
    const { value, campaignName } = await registry.terms(row.campaign_id, row.campaign_version);
    const money = (minor: number | null) =>
      minor === null || row.currency === null ? undefined : { minor, currency: row.currency };
    const [amount, discount] = [money(row.amount_minor), money(row.discount_minor)];
    const undoUntil = row.at + UNDO_WITHIN_MS;
    redemptions.push({
      ...{ redemption: row.id, at: row.at, coupon: row.coupon_id },
      campaign: { id: row.campaign_id, name: campaignName },
      ...{ value, valueText: valueText(value, language) },
      ...(row.order_ref !== null && { order: row.order_ref }),
      ...(row.staff !== null && { staff: row.staff }),
      ...(row.tender !== null && { tender: row.tender }),
      ...(amount && { amount }),
      ...(discount && { discount }),
      ...(row.undone_at !== null && {
        rolledBack: { at: row.undone_at, reason: row.back_reason, rollback: row.back_id },
      }),
      ...(row.undone_at === null && undoUntil > now && { canUndoUntil: undoUntil }),
    });
  }
  const last = redemptions.at(-1);
  const { kind, id, name } = till.channel;
  return {
    ...{ channel: { kind, id, name }, since: query.since, until: query.until, redemptions },
    ...(rows.length > query.limit && last && { next: last.redemption }),
  };
}
