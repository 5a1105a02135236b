import { expect, it } from 'vitest';
import type { ExplainedFigure } from '../core/explain.ts';
import type { MemberId } from '../core/ids.ts';
import { explain } from './explain.ts';
import { profileRows } from './member-profile.ts';
import { HOUR, NOON, openReports } from './report.fixture.ts';
import { campaignDocument, document, STORE } from './testing.fixture.ts';

const NO_STAFF = { not: { tag: 'staff' } };
const DEAR = { tier: { in: ['gold', 'silver'] } };

async function openAudience(...who: readonly object[]) {
  const world = await openReports();
  const { store, rows } = world;
  await store.apply(
    document('Segment', 'guests', { who: NO_STAFF }),
    campaignDocument({ audience: { all: [{ segment: 'guests' }, ...who] } }),
  );
  await store.db.deleteFrom('campaign_version').where('version', '=', 1).execute();
  await store.db.updateTable('campaign_version').set({ version: 1 }).execute();
  await store.db
    .updateTable('document')
    .set({ updated_at: NOON - 2 * HOUR })
    .execute();
  const member = (await rows.member()) as MemberId;
  const refused = async (at: number) => await rows.refused(at, 'audience_mismatch', member);
  const why = async (at: number): Promise<ExplainedFigure | undefined> =>
    (await explain(store, (await refused(at)).event)).events[0]?.decisions[0]?.figure;
  return { ...world, member, refused, why, profile: profileRows(store) };
}

it('names the conditions that kept somebody out, by what was known of them then', async () => {
  const { member, why, profile } = await openAudience(DEAR);
  await profile.setAttributes(member, { tier: 'bronze' }, NOON - HOUR);
  await profile.tag(member, ['staff'], NOON - HOUR);
  await profile.setAttributes(member, { tier: 'gold' }, NOON + HOUR);
  await profile.untag(member, ['staff'], NOON + HOUR);
  expect(await why(NOON)).toEqual({
    kind: 'audience',
    failed: [
      [{ path: 'all.0.not', rule: { tag: 'staff' }, wanted: false, segment: 'guests' }],
      [{ path: 'all.1', rule: DEAR, wanted: true, has: 'bronze' }],
    ],
  });
  expect(await why(NOON + 2 * HOUR)).toEqual({ kind: 'audience', failed: [] });
});

it('counts visits and coupons as they stood then', async () => {
  const { store, rows, member, refused, why } = await openAudience({ visits: { atLeast: 2 } }, { used: {} });
  const visit = (id: string, at: number) =>
    store.db
      .insertInto('visit')
      .values({ id, member_id: member, store_id: STORE, opened_at: at, last_at: at })
      .execute();
  // One that is going on, by a clock ahead of ours; and one that comes later.
  await visit('vis_1', NOON + 1);
  await visit('vis_2', NOON + HOUR);
  const { coupon } = await rows.granted({ at: NOON - HOUR, who: member });
  await rows.redeemed(coupon, NOON + HOUR);
  const { id, event } = await refused(NOON);
  await store.db.updateTable('decision').set({ visit_id: 'vis_1' }).where('id', '=', id).execute();
  expect((await explain(store, event)).events[0]?.decisions[0]?.figure).toMatchObject({
    failed: [[{ rule: { visits: { atLeast: 2 } }, has: 1 }], [{ rule: { used: {} }, wanted: true }]],
  });
  expect(await why(NOON + 2 * HOUR)).toMatchObject({ failed: [] });
});

it('says that a segment was changed since, and nothing of who was forgotten', async () => {
  const { store, member, refused, why } = await openAudience(DEAR);
  await store.db
    .updateTable('document')
    .set({ updated_at: NOON + HOUR })
    .where('id', '=', 'guests')
    .execute();
  expect(await why(NOON)).toMatchObject({
    failed: [[{ rule: DEAR, has: null }]],
    segmentsChangedAt: NOON + HOUR,
  });
  const { event } = await refused(NOON);
  await store.db.updateTable('member').set({ erased_at: NOON }).where('id', '=', member).execute();
  const [decision] = (await explain(store, event)).events[0]?.decisions ?? [];
  expect(decision).toMatchObject({ reason: 'audience_mismatch' });
  expect(decision).not.toHaveProperty('figure');
});
