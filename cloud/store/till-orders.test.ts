import { expect, it } from 'vitest';
import { epochMs } from '../../protocol/units.ts';
import { STORE, T0 } from './testing.fixture.ts';
import { couponFor, newCode, openTills, saidNo, tillAt, tillDeps } from './till.fixture.ts';
import { redeemMany } from './till-redeem-many.ts';

const ORDERS = 24;

it('a coupon and the sale it belongs to find each other, whichever of them comes first or both at once', async () => {
  const { store, till } = await openTills();
  const backOffice = tillAt(store, STORE, 'tok_back-office');
  const coupons = await Promise.all(Array.from({ length: ORDERS }, () => couponFor(store)));
  const many = redeemMany(
    tillDeps(store),
    coupons.slice(0, ORDERS / 2).map(({ code }, order) => {
      const asked = { type: 'redeem' as const, redeem: { code, order: `A-${order}` } };
      const who = { tokenId: 'tok_many', tokenName: 'many', channelId: STORE, language: 'en' as const };
      return { ...who, ask: asked, key: newCode(), text: JSON.stringify(asked) };
    }),
    epochMs(T0 + 3600_000),
  );
  const one = coupons.slice(ORDERS / 2).map(({ code }, i) => till.redeem({ code, order: `A-${i + ORDERS / 2}` }));
  const sales = coupons.map((_, order) =>
    backOffice.sale({ transaction: `A-${order}`, amount: 10_000, currency: 'TWD' }),
  );
  expect((await Promise.all([...one, ...sales])).map(saidNo)).toEqual(Array(ORDERS * 1.5).fill('done'));
  // What was not plain any more, because its sale had come before it, is redeemed by itself.
  await many;
  for (const [order, { code }] of coupons.entries()) await till.redeem({ code, order: `A-${order}` });
  const rows = await store.db.selectFrom('sale').select(['id', 'attributed_by', 'txn']).execute();
  expect(rows.map(({ attributed_by }) => attributed_by)).toEqual(Array(ORDERS).fill('redemption'));
  const redeemed = await store.db.selectFrom('redemption').select(['sale_id', 'order_ref']).execute();
  expect(redeemed.map(({ order_ref, sale_id }) => [order_ref, sale_id]).sort()).toEqual(
    rows.map(({ txn, id }) => [txn, id]).sort(),
  );
});
