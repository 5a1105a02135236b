import type { Draw } from './draw.ts';
import { countUp, type Lived } from './lived.ts';
import type { Street } from './street.ts';
import type { World } from './world.ts';

/** Shares of a hundred. */
const SHARES = { redeems: 45 };

/** Some of those who got a coupon use it within three hours. */
export function openTill(world: World, street: Street, lived: Lived, draw: Draw) {
  const coming = new Map<number, { readonly id: string; readonly channel: string }[]>();
  let known = 0;
  return {
    /** Looks who got something in this moment, and whether they will come. */
    async expect(tick: number): Promise<void> {
      const rows = await world.store.db
        .selectFrom('coupon')
        .innerJoin('delivery', 'delivery.coupon_id', 'coupon.id')
        .select(['coupon.id', 'coupon.campaign_id'])
        .where('coupon.issued_at', '=', world.now())
        .where('delivery.state', '=', 'accepted')
        .orderBy('coupon.member_id')
        .orderBy('coupon.campaign_id')
        .execute();
      for (const { id, campaign_id } of rows) {
        const channel = street.takes.get(campaign_id);
        if (!draw.percent(SHARES.redeems) || channel === undefined) continue;
        const then = tick + 2 + draw.whole(34);
        coming.set(then, [...(coming.get(then) ?? []), { id, channel }]);
      }
    },
    async serve(tick: number): Promise<void> {
      for (const { id, channel } of coming.get(tick) ?? []) {
        const { body: coupon } = await world.admin('GET', `/coupons/${id}`);
        const code = coupon['code'];
        known += 1;
        const { status, body } = await world.admin(
          'POST',
          '/redemptions',
          { code, channel },
          { 'idempotency-key': `simulated-${known}` },
        );
        if (status === 201) lived.redeemed += 1;
        else countUp(lived.refusedAtTill, (body['error'] as { code?: string } | undefined)?.code ?? `${status}`);
      }
    },
  };
}
