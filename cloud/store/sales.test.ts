import { describe, expect, it } from 'vitest';
import { epochMs } from '../../protocol/units.ts';
import type { MemberId } from '../core/ids.ts';
import { linkIdentity } from './members.ts';
import { newMember, STORE, T0, type TestStore } from './testing.fixture.ts';
import { bodyOf, couponFor, openTills, saidNo } from './till.fixture.ts';

const HOUR = 3600_000;
const sold = (transaction: string, more: object = {}) => ({ transaction, amount: 1_000, currency: 'TWD', ...more });

async function visited(store: TestStore, member: MemberId, from: number, until: number, id = `vis_${from}`) {
  await store.db
    .insertInto('visit')
    .values({ id, member_id: member, store_id: STORE, opened_at: T0 + from, last_at: T0 + until })
    .execute();
  return id;
}

async function withCard(store: TestStore, card: string): Promise<MemberId> {
  const member = await newMember(store);
  await linkIdentity(store, member, { kind: 'pos_card', issuer: 'pos_card', subject: card }, T0);
  return member;
}

describe('a sale', () => {
  it('is recorded once for its number, and refused where it says otherwise', async () => {
    const { store, till, other } = await openTills();
    const first = bodyOf(await till.sale(sold('t1', { at: epochMs(T0), tender: 'mobile', lines: [LINE] })));
    expect(first).toMatchObject({ member: 'none', attribution: { rule: 'unattributed', why: 'no_member' } });
    expect(bodyOf(await till.sale(sold('t1', { at: epochMs(T0) })))).toMatchObject({
      sale: first['sale'],
      repeated: true,
    });
    expect(saidNo(await till.sale(sold('t1', { at: epochMs(T0), amount: 999 })))).toBe('transaction_differs');
    // Another shop counts its own.
    expect(bodyOf(await other.sale(sold('t1')))['repeated']).toBeUndefined();
    const rows = await store.db
      .selectFrom('sale')
      .select(['tender', 'lines'])
      .where('channel_id', '=', STORE)
      .execute();
    expect(rows).toEqual([{ tender: 'mobile', lines: JSON.stringify([LINE]) }]);
  });

  it('is credited to the visit before it, in that shop and in the web shop, for as long as the shop says', async () => {
    const { store, till, other, online } = await openTills();
    const member = await withCard(store, 'CARD-1');
    const visit = await visited(store, member, 0, HOUR);
    const at = epochMs(T0 + 2 * HOUR);
    const asked = (transaction: string, time = at) => sold(transaction, { card: 'CARD-1', at: time });
    const by = async (answer: Promise<Parameters<typeof bodyOf>[0]>) => bodyOf(await answer)['attribution'];
    expect(await by(till.sale(asked('a')))).toEqual({ rule: 'visit', visit });
    expect(await by(online.sale(asked('b')))).toEqual({ rule: 'visit', visit });
    const none = { rule: 'unattributed', why: 'no_visit_in_time' };
    expect(await by(other.sale(asked('c')))).toEqual(none);
    expect(await by(till.sale(asked('d', epochMs(T0 + 25 * HOUR + 1))))).toEqual(none);
    expect(await by(till.sale(asked('e', epochMs(T0 - 1))))).toEqual(none);
    expect(bodyOf(await till.sale(sold('f', { card: 'CARD-2' })))).toMatchObject({ member: 'unknown' });
  });

  it('is credited to the coupon redeemed with it, whichever came first', async () => {
    const { store, till, other } = await openTills();
    const { code, memberId } = await couponFor(store);
    await till.sale(sold('r1'));
    const redeemed = bodyOf(await till.redeem({ code, order: 'r1' }));
    const later = await couponFor(store);
    const rung = bodyOf(await other.redeem({ code: later.code, order: 'r2', amount: 900, currency: 'TWD' }));
    const reported = bodyOf(await other.sale(sold('r2', { tender: 'card' })));
    expect(reported).toMatchObject({
      sale: (rung['sale'] as { id: string }).id,
      attribution: { rule: 'redemption', redemption: rung['redemption'], campaign: 'tea' },
    });
    const rows = await store.db.selectFrom('sale').selectAll().orderBy('txn').execute();
    expect(rows).toMatchObject([
      { txn: 'r1', member_id: memberId, attributed_redemption: redeemed['redemption'] },
      { txn: 'r2', amount_minor: 1_000, tender: 'card', source: 'till', member_id: later.memberId },
    ]);
    // What is taken back is credited no more.
    await till.rollback(String(redeemed['redemption']));
    const [r1] = await store.db.selectFrom('sale').selectAll().orderBy('txn').execute();
    expect(r1).toMatchObject({ attributed_by: 'unattributed', voided_at: null });
  });

  it('comes in numbers, each for itself', async () => {
    const { store, till } = await openTills();
    await till.sale(sold('x', { at: epochMs(T0) }));
    const sales = [sold('y'), sold('x', { at: epochMs(T0), amount: 5 }), sold('y'), sold('z', { phone: '1' })];
    const { sales: told } = bodyOf(await till.ask({ type: 'sales', sales })) as { sales: unknown[] };
    expect(told).toMatchObject([
      { index: 0, transaction: 'y' },
      { index: 1, error: { code: 'transaction_differs' } },
      { index: 2, transaction: 'y', repeated: true },
      { index: 3, error: { code: 'bad_phone' } },
    ]);
    expect(await store.db.selectFrom('sale').select('txn').orderBy('txn').execute()).toEqual([
      { txn: 'x' },
      { txn: 'y' },
    ]);
  });
});

const LINE = { sku: 'tea-1', quantity: 2, amount: 500 };

describe('a refund', () => {
  it('gives back no more than was paid, also of a shop it does not know', async () => {
    const { till, other } = await openTills();
    await till.sale(sold('t1'));
    expect(bodyOf(await till.refund('t1', 300))).toMatchObject({ refunded: { minor: 300 }, left: { minor: 700 } });
    expect(await till.refund('t1', 701)).toMatchObject({ refusal: { code: 'more_than_left', left: { minor: 700 } } });
    expect(bodyOf(await till.refund('t1'))).toMatchObject({ refunded: { minor: 1_000 }, left: { minor: 0 } });
    expect(saidNo(await till.refund('t1'))).toBe('nothing_left_to_refund');
    expect(saidNo(await other.refund('t1'))).toBe('unknown_sale');
  });

  it('at once gives back what there is, once', async () => {
    const { till } = await openTills();
    await till.sale(sold('t1'));
    const answers = await Promise.all(Array.from({ length: 5 }, () => till.refund('t1', 300)));
    expect(answers.map(saidNo).filter((code) => code === 'done')).toHaveLength(3);
  });
});
