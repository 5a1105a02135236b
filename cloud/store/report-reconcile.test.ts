import { expect, it } from 'vitest';
import { epochMs } from '../../protocol/units.ts';
import type { Reconciliation } from '../core/report/reconcile.ts';
import { HOUR, NOON, openReports } from './report.fixture.ts';
import { reports } from './report.ts';
import type { TestStore } from './testing.fixture.ts';

const ask = (store: TestStore) => reports(store.db).reconcile({ since: '2026-12-14' }, epochMs(NOON + 3 * HOUR));

const gaps = ({ ties }: Reconciliation) =>
  ties.flatMap(({ code, parts }) =>
    parts.filter(({ is, many }) => is !== 'fine' && many > 0).map(({ code: what, many }) => `${code} ${what} ${many}`),
  );

it('adds up, and names what somebody should look at', async () => {
  const { store, rows } = await openReports();
  const { coupon } = await rows.granted({ at: NOON });
  await rows.redeemed(coupon, NOON + 1);
  await rows.granted({ at: NOON, state: 'parked', parkReason: 'expired', couponState: 'revoked' });
  await rows.granted({ at: NOON, state: 'ready' });
  await rows.refused(NOON, 'late_event');
  await rows.heard({ at: NOON, state: 'pending' });
  await rows.heard({ at: NOON, state: 'failed' });
  await rows.heard({ at: NOON, type: 'message' });
  const told = await ask(store);
  expect(told.addsUp).toBe(true);
  expect(told.ties.map(({ code, total }) => [code, total])).toEqual([
    ['events', 7],
    ['decisions', 4],
    ['deliveries', 3],
    ['coupons', 3],
    ['redemptions', 1],
  ]);
  expect(gaps(told)).toEqual([
    'events pending_long 1',
    'events failed 1',
    'deliveries limbo 1',
    'deliveries out_of_time 1',
    'redemptions without_sale 1',
  ]);
});

it('says what must never be', async () => {
  const { store, rows } = await openReports();
  const { coupon, decision } = await rows.granted({ at: NOON });
  await store.db.updateTable('coupon').set({ state: 'redeemed' }).where('id', '=', coupon).execute();
  await store.db.deleteFrom('delivery').where('decision_id', '=', decision).execute();
  const told = await ask(store);
  expect(told.addsUp).toBe(false);
  expect(gaps(told)).toEqual(['decisions granted_without_delivery 1', 'coupons redeemed_unrecorded 1']);
});

it('holds counters against the rows they count', async () => {
  const { store, rows } = await openReports();
  const { coupon } = await rows.granted({ at: NOON });
  const keys = { stock_key: 'stock|tea', budget_key: 'messages|tea|2026-12' };
  await store.db.updateTable('delivery').set(keys).execute();
  await store.db
    .insertInto('counter')
    .values([
      { key: keys.stock_key, used: 1 },
      { key: keys.budget_key, used: 1 },
    ])
    .execute();
  expect(await ask(store)).toMatchObject({ addsUp: true, counters: [], countersLooked: 2 });
  await store.db.updateTable('coupon').set({ state: 'revoked' }).where('id', '=', coupon).execute();
  expect(await ask(store)).toMatchObject({
    addsUp: false,
    counters: [{ key: keys.stock_key, counter: 1, rows: 0 }],
  });
});
