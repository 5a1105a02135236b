import { expect, it } from 'vitest';
import type { ExplainedFigure } from '../core/explain.ts';
import { auditRows } from './audit.ts';
import { explain } from './explain.ts';
import { HOUR, MINUTE, NOON, openReports } from './report.fixture.ts';
import { campaignDocument, TEA } from './testing.fixture.ts';

const LIMITS = { perMember: { max: 2, per: 'P30D' }, stock: 3, messages: { max: 2, per: 'month' } };

async function openFigures(spec: object = {}) {
  const world = await openReports({ hours: '10:00-22:00' });
  await world.store.apply(campaignDocument({ limits: LIMITS, delivery: { prefer: 'push' }, ...spec }));
  // The rows were decided by the first version.
  const versions = (from: number, to: number) =>
    world.store.db.updateTable('campaign_version').set({ version: to }).where('version', '=', from).execute();
  await versions(1, 9);
  await versions(2, 1);
  const figure = async (event: string): Promise<ExplainedFigure | undefined> =>
    (await explain(world.store, event)).events[0]?.decisions[0]?.figure;
  return { ...world, figure };
}

it('counts again what a cap counted: what came later, or was taken back before, is none of it', async () => {
  const { rows, figure, store } = await openFigures();
  const who = await rows.member();
  await rows.granted({ at: NOON - 31 * 24 * HOUR, who });
  await rows.granted({ at: NOON - 2 * HOUR, who });
  const back = await rows.granted({ at: NOON - HOUR, who, state: 'parked', couponState: 'revoked' });
  await store.db
    .updateTable('delivery')
    .set({ settled_at: NOON - 30 * MINUTE })
    .where('decision_id', '=', back.decision)
    .execute();
  const late = await rows.granted({ at: NOON - MINUTE, who, state: 'parked', couponState: 'revoked' });
  await store.db
    .updateTable('delivery')
    .set({ settled_at: NOON + MINUTE })
    .where('decision_id', '=', late.decision)
    .execute();
  const { event } = await rows.refused(NOON, 'cap_member_campaign', who);
  await rows.granted({ at: NOON + HOUR, who });
  expect(await figure(event)).toMatchObject({ kind: 'cap', count: 2, max: 2, per: 'P30D' });
});

it('counts stock and messages as of then', async () => {
  const { rows, figure, store } = await openFigures();
  for (const at of [NOON - 3, NOON - 2, NOON - 1, NOON + 1]) await rows.granted({ at });
  await store.db.updateTable('delivery').set({ budget_key: 'messages|tea|2026-12' }).execute();
  const who = await rows.member();
  expect(await figure((await rows.refused(NOON, 'stock_exhausted', who)).event)).toEqual({
    kind: 'stock',
    given: 3,
    of: 3,
  });
  expect(await figure((await rows.refused(NOON, 'budget_exhausted', who)).event)).toEqual({
    ...{ kind: 'budget', used: 3, of: 2, period: '2026-12' },
  });
});

it('names the coupon held, the decision before, and who won', async () => {
  const { rows, figure, store } = await openFigures();
  const { who, coupon, decision, event } = await rows.granted({ at: NOON - HOUR });
  const held = await rows.refused(NOON, 'already_has_coupon', who);
  expect(await figure(held.event)).toEqual({ kind: 'held', coupon, since: NOON - HOUR });
  const again = await rows.refused(NOON, 'visit_continues', who);
  await store.db.updateTable('decision').set({ visit_id: 'vis_1' }).where('id', 'in', [decision, again.id]).execute();
  expect(await figure(again.event)).toEqual({ kind: 'weighed', at: NOON - HOUR, outcome: 'granted' });
  const lost = await rows.refused(NOON - HOUR, 'lost_to_priority', who);
  await store.db
    .updateTable('decision')
    .set({ event_id: event, campaign_id: 'ice' })
    .where('id', '=', lost.id)
    .execute();
  await store.apply(campaignDocument({}, 'ice'));
  const [ice] = (await explain(store, event)).events[0]?.decisions ?? [];
  expect(ice).toMatchObject({ campaign: 'ice', figure: { kind: 'winner', campaign: TEA } });
});

it('knows the hours of the shop, the campaign and its dates, on the clock of the shop', async () => {
  const { rows, figure, store } = await openFigures({
    active: { from: '2026-12-01', until: '2026-12-31', days: ['mon'], hours: '11:00-20:00' },
  });
  const who = await rows.member();
  const of = async (reason: string) => await figure((await rows.refused(NOON, reason, who)).event);
  const timeZone = 'Asia/Taipei';
  expect(await of('outside_window')).toEqual({ kind: 'window', days: ['mon'], from: 660, to: 1200, timeZone });
  expect(await of('campaign_inactive')).toEqual({ kind: 'dates', from: '2026-12-01', until: '2026-12-31', timeZone });
  expect(await of('late_event')).toEqual({ kind: 'late', ageMs: 300, freshForMs: 120_000 });
  expect(await of('quiet_hours')).toEqual({ kind: 'quiet', from: 1320, to: 600, whose: 'store', timeZone });
  await store.apply({
    apiVersion: 'pharos/v1',
    kind: 'Policy',
    metadata: { id: 'house' },
    spec: { quietHours: '21:00-09:00', caps: { member: { max: 1, per: 'day' } } },
  });
  expect(await of('quiet_hours')).toEqual({ kind: 'quiet', from: 1260, to: 540, whose: 'house', timeZone });
  expect(await of('cap_member')).toMatchObject({ kind: 'cap', count: 0, max: 1, per: 'day' });
  expect(await of('no_consent')).toBeUndefined();
});

it('names who stopped the campaign, as long as it stood still', async () => {
  const { rows, figure, store } = await openFigures({ active: { until: '2026-12-31' } });
  const who = await rows.member();
  const of = async (at: number) => await figure((await rows.refused(at, 'campaign_inactive', who)).event);
  const note = (action: 'pause' | 'resume', why: string, at: number) =>
    auditRows(store.db, store.mint).write({ act: { by, why }, action, subject: { kind: 'Campaign', id: TEA } }, at);
  const by = { tokenId: 'tok_1', name: 'Mei' };
  await note('pause', 'the ice machine is broken', NOON - HOUR);
  await note('resume', 'mended', NOON + HOUR);
  const dates = { kind: 'dates', until: '2026-12-31', timeZone: 'Asia/Taipei' };
  expect(await of(NOON - 2 * HOUR)).toEqual(dates);
  expect(await of(NOON)).toEqual({
    ...{ kind: 'stopped', how: 'pause', at: NOON - HOUR, by: 'Mei', why: 'the ice machine is broken' },
  });
  expect(await of(NOON + 2 * HOUR)).toEqual(dates);
});

it('tells what became of the coupon, also when asked by its redemption', async () => {
  const { rows, store } = await openFigures();
  const { coupon } = await rows.granted({ at: NOON, openedAt: NOON + 1 });
  const redemption = await rows.redeemed(coupon, NOON + HOUR);
  expect((await explain(store, redemption)).events[0]?.decisions[0]?.coupon).toMatchObject({
    ...{ id: coupon, openedAt: NOON + 1 },
    redeemed: { id: redemption, at: NOON + HOUR, place: 'taipei-1' },
  });
});
