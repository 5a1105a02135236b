import { expect, it } from 'vitest';
import { T0 } from './testing.fixture.ts';
import { bodyOf, couponFor, openTills, stateOf } from './till.fixture.ts';
import { forgetAnswers } from './till-answers.ts';

it('what a till was answered long ago is forgotten, what it may still ask for again is not', async () => {
  const { store, till } = await openTills();
  const [old, recent] = [await couponFor(store), await couponFor(store)];
  till.at(T0 + 1_000);
  await till.redeem({ code: old.code }, 'old');
  till.at(T0 + 2_000);
  const first = await till.redeem({ code: recent.code }, 'recent');
  expect(await forgetAnswers(store.db, T0 + 2_000)).toBe(1);
  expect(await forgetAnswers(store.db, T0 + 2_000)).toBe(0);
  expect(await till.redeem({ code: recent.code }, 'recent')).toEqual({ ...first, replayed: true });
  // It is not used a second time for all that.
  expect(await till.redeem({ code: old.code }, 'old')).toMatchObject({ refusal: { code: 'already_redeemed' } });
  expect(await store.db.selectFrom('redemption').select('id').execute()).toHaveLength(2);
});

it('a key stays that of the redemption it made, long after its answer is forgotten', async () => {
  const { store, till } = await openTills();
  const [old, another] = [await couponFor(store), await couponFor(store)];
  const { redemption } = bodyOf(await till.redeem({ code: old.code }, 'receipt-17'));
  await forgetAnswers(store.db, T0 + 30 * 86_400_000);
  const reused = { refusal: { code: 'idempotency_key_reused' } };
  expect(await till.redeem({ code: another.code }, 'receipt-17')).toMatchObject(reused);
  expect(await till.rollback(String(redemption), 'undo', 'receipt-17')).toMatchObject(reused);
  expect(await stateOf(store, another.id)).toBe('issued');
  expect(await till.redeem({ code: another.code }, 'receipt-18')).toMatchObject({ status: 201 });
});
