import { expect, it } from 'vitest';
import { T0 } from './testing.fixture.ts';
import { couponFor, openTills } from './till.fixture.ts';
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
