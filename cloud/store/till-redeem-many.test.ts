import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { epochMs } from '../../protocol/units.ts';
import type { RedeemAsked } from '../core/till/asked.ts';
import type { TillRequest } from '../core/till/request.ts';
import { STORE, T0 } from './testing.fixture.ts';
import { bodyOf, couponFor, newCode, OTHER, openTills, stateOf, tillAt, tillDeps } from './till.fixture.ts';
import { redeemMany } from './till-redeem-many.ts';

const NOW = epochMs(T0 + 3600_000);

const asking = (redeem: RedeemAsked, given: Partial<TillRequest> = {}): TillRequest => {
  const ask = { type: 'redeem' as const, redeem };
  const who = { tokenId: `tok_${STORE}`, tokenName: 'till', channelId: STORE, language: 'en' as const };
  return { ...who, ask, key: randomUUID(), text: JSON.stringify(ask), ...given };
};

it('does together what is plain, as each alone would have been, and leaves the rest untouched', async () => {
  const { store, till } = await openTills();
  const coupons = await Promise.all(Array.from({ length: 9 }, () => couponFor(store)));
  const [a, b, twice, used, locked, sold, keyed, expired, lost] = coupons.map(({ code }) => code) as [
    ...[string, string, string, string, string, string, string, string, string],
  ];
  const price = { amount: 1_000, currency: 'TWD' };
  await till.redeem({ code: used });
  await till.lock(locked);
  await till.sale({ transaction: 'o-5', ...price });
  await till.redeem({ code: lost }, 'key');
  await store.db
    .updateTable('coupon')
    .set({ expires_at: T0 })
    .where('id', '=', coupons[7]?.id ?? '')
    .execute();
  for (let i = 0; i < 20; i++) await tillAt(store, STORE, 'tok_guesser').check(newCode());

  const plain = [
    asking({ code: a, ...price, order: 'o-1', tender: 'cash', staff: 's1' }),
    asking({ code: b.toLowerCase() }, { channelId: OTHER, tokenId: 'tok_other' }),
    asking({ code: twice, ...price }),
  ];
  const rest = [
    ...[asking({ code: twice }), asking({ code: used }), asking({ code: locked }), asking({ code: expired })],
    ...[asking({ code: sold, order: 'o-5' }), asking({ code: keyed }, { key: 'key' }), asking({ code: newCode() })],
    ...[asking({ code: 'nonsense' }), asking({ code: sold, phone: '0912345678' })],
    asking({ code: keyed }, { tokenId: 'tok_guesser' }),
  ];
  const deps = tillDeps(store);
  const done = await redeemMany(deps, [...plain, ...rest], NOW);
  expect([...done.keys()]).toEqual(plain);

  const [first, second, third] = plain.map((request) => done.get(request)?.answer);
  if (first === undefined || second === undefined || third === undefined) throw new Error('nothing was answered');
  expect(bodyOf(first)).toMatchObject({
    ...{ discount: { minor: 200 }, sale: { transaction: 'o-1' }, coupon: { state: 'redeemed' }, identities: [] },
  });
  expect(bodyOf(second)).toMatchObject({ channel: { id: OTHER, name: '台南一店' } });
  // As one that came alone is answered, but for what is its own.
  const alone = bodyOf(await till.redeem({ code: sold, ...price, order: 'o-9', tender: 'cash', staff: 's1' }));
  expect(Object.keys(bodyOf(first)).sort()).toEqual(Object.keys(alone).sort());
  const rows = store.db.selectFrom('redemption').selectAll();
  const byId = (id: unknown) => rows.where('id', '=', String(id)).executeTakeFirstOrThrow();
  const [ofMany, ofOne] = [await byId(bodyOf(first)['redemption']), await byId(alone['redemption'])];
  const own = { id: '', coupon_id: '', idempotency_key: '', order_ref: '', sale_id: '', token_id: '' };
  expect({ ...ofMany, ...own }).toEqual({ ...ofOne, ...own });
  const sales = await store.db
    .selectFrom('sale')
    .selectAll()
    .where('txn', 'in', ['o-1', 'o-9'])
    .orderBy('txn')
    .execute();
  const bare = { id: '', txn: '', member_id: '', attributed_redemption: '' };
  expect({ ...sales[0], ...bare }).toEqual({ ...sales[1], ...bare });
  expect(await stateOf(store, coupons[0]?.id ?? '')).toBe('redeemed');
  expect(await stateOf(store, coupons[6]?.id ?? '')).toBe('issued');
  // Repeated, it is known.
  const [again] = plain;
  if (again?.ask.type !== 'redeem') throw new Error('not asked');
  expect(await till.redeem(again.ask.redeem, again.key)).toEqual({ ...first, replayed: true });
  expect(await redeemMany(deps, plain, NOW)).toEqual(new Map());
});
