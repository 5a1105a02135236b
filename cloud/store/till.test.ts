import { describe, expect, it } from 'vitest';
import { epochMs } from '../../protocol/units.ts';
import { LOCKED_OUT_FOR_MS, MOST_WRONG } from '../core/till/guess.ts';
import { mergeMembers } from './member-merge.ts';
import { linkIdentity } from './members.ts';
import { newMember, STORE, T0 } from './testing.fixture.ts';
import { bodyOf, couponFor, newCode, OTHER, openTills, saidNo, stateOf, tillAt } from './till.fixture.ts';

const HOUR = 3600_000;
const DAY = 24 * HOUR;

describe('a coupon at the till', () => {
  it('is checked, redeemed once, and told of with time and place afterwards', async () => {
    const { store, till, other } = await openTills();
    const { id, code } = await couponFor(store);
    const price = { amount: 12_345, currency: 'TWD' };
    expect(bodyOf(await till.check(code.toLowerCase(), price.amount, price.currency))).toMatchObject({
      usable: true,
      discount: { minor: 2469, currency: 'TWD' },
      coupon: { id, state: 'issued', valueText: '20 % off', campaign: { id: 'tea' } },
    });
    const done = bodyOf(await till.redeem({ code, ...price, order: 'A-1', tender: 'cash', staff: 's7' }));
    expect(done).toMatchObject({
      channel: { kind: 'store', id: STORE },
      coupon: { id, state: 'redeemed' },
      discount: { minor: 2469 },
      sale: { transaction: 'A-1' },
    });
    expect(await other.redeem({ code })).toEqual({
      kind: 'refused',
      refusal: { code: 'already_redeemed', at: T0 + HOUR, place: { kind: 'store', id: STORE, name: STORE } },
    });
    expect(bodyOf(await other.check(code))).toMatchObject({
      usable: false,
      why: { code: 'already_redeemed', message: expect.stringContaining('15 Dec 2026') },
    });
    expect(await stateOf(store, id)).toBe('redeemed');
    const sale = await store.db.selectFrom('sale').selectAll().executeTakeFirstOrThrow();
    expect(sale).toMatchObject({ txn: 'A-1', tender: 'cash', staff: 's7', attributed_by: 'redemption' });
  });

  it.each([
    ['issued at one place, is taken at another', OTHER],
    ['is good at its own place only', STORE],
  ])('%s', async (_name, good) => {
    const { store, till, other } = await openTills([good]);
    const { code } = await couponFor(store);
    const [there, elsewhere] = good === OTHER ? [other, till] : [till, other];
    expect(saidNo(await elsewhere.redeem({ code }))).toBe('wrong_place');
    expect(saidNo(await there.redeem({ code }))).toBe('done');
  });

  it('says where it is good', async () => {
    const { store, till, online } = await openTills([OTHER, 'online']);
    const { code } = await couponFor(store);
    expect(bodyOf(await till.check(code))).toMatchObject({
      usable: false,
      why: {
        validAt: [
          { id: OTHER, name: '台南一店' },
          { kind: 'web-shop', id: 'online' },
        ],
      },
    });
    expect(saidNo(await online.redeem({ code }))).toBe('done');
  });

  it('is good until its last moment, and no longer', async () => {
    const { store, till } = await openTills();
    const [first, second] = [await couponFor(store), await couponFor(store)];
    till.at(T0 + DAY - 1);
    expect(saidNo(await till.redeem({ code: first.code }))).toBe('done');
    till.at(T0 + DAY);
    expect(await till.redeem({ code: second.code })).toMatchObject({
      refusal: { code: 'coupon_expired', expiredAt: T0 + DAY },
    });
    till.at(T0 - HOUR);
    expect(saidNo(await till.redeem({ code: second.code }))).toBe('coupon_not_yet_valid');
  });

  it('revoked is refused; where it gave way to another after a merge, it stands for that one', async () => {
    const { store, till } = await openTills();
    const gone = await couponFor(store);
    await store.db.updateTable('coupon').set({ state: 'revoked' }).where('id', '=', gone.id).execute();
    expect(saidNo(await till.redeem({ code: gone.code }))).toBe('coupon_revoked');
    const [kept, folded] = [await couponFor(store), await couponFor(store)];
    const asked = { survivor: kept.memberId, absorbed: folded.memberId, why: 'one person', who: 'test' };
    await mergeMembers(
      store,
      { ...asked, act: { by: { tokenId: 'tok_admin', name: 'test' } } } as never,
      epochMs(T0 + 1),
    );
    const states = [await stateOf(store, kept.id), await stateOf(store, folded.id)];
    expect(states.sort()).toEqual(['issued', 'revoked']);
    const done = bodyOf(await till.redeem({ code: folded.code }));
    const survivor = states[0] === (await stateOf(store, kept.id)) ? folded.id : kept.id;
    expect((done['coupon'] as { id: string }).id).toBe(survivor);
    expect([await till.redeem({ code: kept.code }), await till.redeem({ code: folded.code })].map(saidNo)).toEqual([
      'already_redeemed',
      'already_redeemed',
    ]);
  });
});

describe('a lock', () => {
  it('keeps others out for two minutes, and lets its till redeem', async () => {
    const { store, till, other } = await openTills();
    const { id, code } = await couponFor(store);
    const { lock, until } = bodyOf(await till.lock(code)) as { lock: string; until: number };
    expect(until).toBe(T0 + HOUR + 120_000);
    expect(await other.redeem({ code })).toMatchObject({ refusal: { code: 'coupon_locked', until } });
    expect(saidNo(await other.lock(code))).toBe('coupon_locked');
    expect(saidNo(await other.redeem({ lock }))).toBe('lock_lost');
    expect(await stateOf(store, id)).toBe('locked');
    expect(saidNo(await till.redeem({ lock }))).toBe('done');
  });

  it('runs out, is let go, and is lost to who came after', async () => {
    const { store, till, other } = await openTills();
    const { id, code } = await couponFor(store);
    const { lock } = bodyOf(await till.lock(code)) as { lock: string };
    expect(bodyOf(await till.unlock(lock))).toEqual({ unlocked: true });
    expect(bodyOf(await till.unlock(lock))).toEqual({ unlocked: false });
    expect(await stateOf(store, id)).toBe('issued');
    const again = bodyOf(await till.lock(code)) as { lock: string; until: number };
    other.at(again.until);
    expect(saidNo(await other.lock(code))).toBe('done');
    expect(saidNo(await till.redeem({ lock: again.lock }))).toBe('lock_lost');
  });
});

describe('a repeat', () => {
  it('is answered as the first time, and changes nothing', async () => {
    const { store, till } = await openTills();
    const { code } = await couponFor(store);
    const first = await till.redeem({ code, amount: 100, currency: 'TWD' }, 'k1');
    till.at(T0 + 2 * HOUR);
    const second = await till.redeem({ code, amount: 100, currency: 'TWD' }, 'k1');
    expect(second).toEqual({ ...first, replayed: true });
    expect(saidNo(await till.redeem({ code, amount: 101, currency: 'TWD' }, 'k1'))).toBe('idempotency_key_reused');
    expect(await store.db.selectFrom('redemption').selectAll().execute()).toHaveLength(1);
    expect(await store.db.selectFrom('sale').selectAll().execute()).toHaveLength(1);
  });

  it('of what was refused is a new try', async () => {
    const { store, till, other } = await openTills();
    const { code } = await couponFor(store);
    const { lock } = bodyOf(await other.lock(code)) as { lock: string };
    expect(saidNo(await till.redeem({ code }, 'k'))).toBe('coupon_locked');
    await other.unlock(lock);
    expect(saidNo(await till.redeem({ code }, 'k'))).toBe('done');
  });

  it('many times at once is one', async () => {
    const { store, till } = await openTills();
    const { code } = await couponFor(store);
    const answers = await Promise.all(Array.from({ length: 8 }, () => till.redeem({ code }, 'same')));
    expect(new Set(answers.map((answer) => JSON.stringify(bodyOf(answer)))).size).toBe(1);
  });

  it('keeps no phone number in the open', async () => {
    const { store, till } = await openTills();
    const { code } = await couponFor(store);
    await till.redeem({ code, phone: '0912 345 678' });
    expect(JSON.stringify(await store.db.selectFrom('till_answer').selectAll().execute())).not.toMatch(/912/);
  });
});

describe('a rollback', () => {
  it('makes the coupon good again, once, for its own shop alone', async () => {
    const { store, till, other } = await openTills();
    const { id, code } = await couponFor(store);
    const { redemption } = bodyOf(await till.redeem({ code, amount: 500, currency: 'TWD', order: 'A-1' })) as {
      redemption: string;
    };
    expect(saidNo(await other.rollback(redemption))).toBe('unknown_redemption');
    expect(bodyOf(await till.rollback(redemption))).toMatchObject({
      of: redemption,
      coupon: { state: 'issued' },
      sale: { state: 'voided' },
    });
    expect(saidNo(await till.rollback(redemption))).toBe('already_rolled_back');
    expect(await stateOf(store, id)).toBe('issued');
    // The same receipt may carry it again.
    expect(saidNo(await other.redeem({ code, amount: 500, currency: 'TWD', order: 'A-1' }))).toBe('done');
  });

  it('as a mistake only while it is fresh, as a refund later, and never brings back what has expired', async () => {
    const { store, till } = await openTills();
    const { id, code } = await couponFor(store);
    const { redemption } = bodyOf(await till.redeem({ code, amount: 500, currency: 'TWD' })) as { redemption: string };
    till.at(T0 + 2 * HOUR);
    expect(saidNo(await till.rollback(redemption))).toBe('too_late_to_undo');
    till.at(T0 + 2 * DAY);
    expect(bodyOf(await till.rollback(redemption, 'refund'))).toMatchObject({
      coupon: { state: 'expired' },
      sale: { state: 'refunded' },
    });
    expect(await stateOf(store, id)).toBe('expired');
    expect(await store.db.selectFrom('sale').select('refunded_minor').execute()).toEqual([{ refunded_minor: 400 }]);
  });
});

describe('who the customer is', () => {
  const consent = { wording: 'counter-v1' };

  it('is tied to phone and card with the coupon, where they agreed', async () => {
    const { store, till } = await openTills();
    const [a, b] = [await couponFor(store), await couponFor(store)];
    const without = bodyOf(await till.redeem({ code: a.code, phone: '0912-345-678' }));
    expect(without['identities']).toEqual([{ kind: 'phone', result: 'consent_missing' }]);
    const asked = { code: b.code, phone: '0912-345-678', card: 'CARD-1', consent };
    expect(bodyOf(await till.redeem(asked))['identities']).toEqual([
      { kind: 'phone', result: 'linked' },
      { kind: 'pos_card', result: 'linked' },
    ]);
    const links = store.db.selectFrom('identity_link').select(['member_id', 'subject']).where('kind', '=', 'phone');
    expect(await links.execute()).toEqual([{ member_id: b.memberId, subject: '+886912345678' }]);
    const purposes = store.db.selectFrom('consent').select('purpose').where('member_id', '=', b.memberId);
    expect((await purposes.orderBy('purpose').execute()).map(({ purpose }) => purpose)).toEqual(['phone', 'pos_card']);
  });

  it('somebody else’s card stays theirs, and the coupon is redeemed all the same', async () => {
    const { store, till } = await openTills();
    const owner = await newMember(store);
    await linkIdentity(store, owner, { kind: 'pos_card', issuer: 'pos_card', subject: 'CARD-1' }, T0);
    const { id, code } = await couponFor(store);
    const done = bodyOf(await till.redeem({ code, card: 'CARD-1', consent }));
    expect(done['identities']).toEqual([{ kind: 'pos_card', result: 'link_conflict' }]);
    expect(await stateOf(store, id)).toBe('redeemed');
  });

  it('a number that is none is said before anything is done', async () => {
    const { store, till } = await openTills();
    const { id, code } = await couponFor(store);
    expect(saidNo(await till.redeem({ code, phone: '12' }))).toBe('bad_phone');
    expect(saidNo(await till.redeem({ code, card: 'a b' }))).toBe('bad_card');
    expect(await stateOf(store, id)).toBe('issued');
  });
});

describe('who tries codes out', () => {
  it('is locked out, learns nothing, and nobody beside them notices', async () => {
    const { store, till } = await openTills();
    const beside = tillAt(store, STORE, 'tok_beside');
    const { code } = await couponFor(store);
    expect(saidNo(await till.redeem({ code: '3467-9ACD-EFGJ' }))).toBe('mistyped');
    const tries = process.env['PHAROS_TEST_LONG'] === '1' ? 10_000 : 200;
    const answers = new Map<string, number>();
    for (let i = 0; i < tries; i++) {
      const answer = saidNo(await till.check(newCode()));
      answers.set(answer, (answers.get(answer) ?? 0) + 1);
    }
    expect(Object.fromEntries(answers)).toEqual({
      unknown_code: MOST_WRONG - 1,
      too_many_guesses: tries - MOST_WRONG + 1,
    });
    // Not even of a code that is.
    expect(await till.redeem({ code })).toMatchObject({
      refusal: { code: 'too_many_guesses', retryAfterSeconds: 900 },
    });
    expect(saidNo(await beside.check(code))).toBe('done');
    till.at(T0 + HOUR + LOCKED_OUT_FOR_MS);
    expect(saidNo(await till.redeem({ code }))).toBe('done');
    expect(await store.db.selectFrom('till_guess').select(['channel_id', 'wrong_ever', 'lockouts']).execute()).toEqual([
      { channel_id: STORE, wrong_ever: MOST_WRONG, lockouts: 1 },
    ]);
  }, 120_000);

  it('all at once gains nothing by it', async () => {
    const { till } = await openTills();
    const answers = await Promise.all(Array.from({ length: 60 }, () => till.check(newCode())));
    expect(answers.map(saidNo).filter((code) => code === 'unknown_code')).toHaveLength(MOST_WRONG - 1);
  });
});
