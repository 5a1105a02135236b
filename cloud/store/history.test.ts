import { describe, expect, it } from 'vitest';
import { epochMs } from '../../protocol/units.ts';
import { countKey } from '../core/decide/caps.ts';
import type { CampaignId, MemberId, VisitId } from '../core/ids.ts';
import type { Asked } from '../core/working-set-types.ts';
import { loadPast } from './history.ts';
import {
  grantedTo,
  NODE,
  newCoupon,
  newDelivery,
  newEvent,
  newMember,
  openStore,
  STORE,
  storeDocument,
  T0,
  TEA,
  type TestStore,
} from './testing.fixture.ts';
import { visitRows } from './visits.ts';

const HOUR = 3600_000;

const ask = (store: TestStore, members: readonly MemberId[], given: Partial<Asked> = {}) =>
  store.db.transaction().execute((db) =>
    loadPast(
      { ...store, db },
      {
        members,
        campaigns: [TEA],
        visitsSince: T0,
        grantsSince: T0,
        allCoupons: false,
        consents: true,
        totals: [],
        counters: [],
        exposures: [],
        fixedOffers: [],
        fixedOffersSince: T0,
        ...given,
      },
    ),
  );

describe('what a batch is told of its members', () => {
  it('is nothing of those who did nothing', async () => {
    const store = await openStore();
    const member = await newMember(store);
    expect(await ask(store, [member])).toMatchObject({
      people: [{ id: member, consent: 'none', blocked: false }],
      visits: [],
      weighed: [],
      coupons: [],
      grants: [],
    });
  });

  it('are their coupons of the campaigns in question, whatever became of them, or of all', async () => {
    const store = await openStore();
    const member = await newMember(store);
    await store.repos.coupons.issue(newCoupon(member), 'k1');
    await store.repos.coupons.issue(newCoupon(member, { campaignId: 'cake' as CampaignId }), 'k2');
    await store.repos.coupons.issue(newCoupon(await newMember(store)), 'k3');
    const campaigns = async (given: Partial<Asked>) =>
      (await ask(store, [member], given)).coupons.map(({ campaignId }) => campaignId);
    expect(await campaigns({})).toEqual([TEA]);
    expect((await campaigns({ allCoupons: true })).sort()).toEqual(['cake', TEA]);
  });

  it('are grants and ghosts since a time, but none whose coupon was never shown', async () => {
    const store = await openStore();
    const { memberId, couponId } = await newDelivery(store);
    const ghost = async (at: number) => {
      const event = newEvent();
      await store.repos.events.add(event);
      const decision = grantedTo(memberId, { outcome: 'ghost', reason: 'holdout' });
      await store.repos.decisions.add(event.id, decision, { trust: 'signed', storeId: STORE, at: epochMs(at) });
    };
    await ghost(T0 + 1);
    await ghost(T0 - 1);
    const got = async (since: number) => (await ask(store, [memberId], { grantsSince: epochMs(since) })).grants.length;
    expect([await got(T0), await got(T0 + 1), await got(0)]).toEqual([2, 1, 3]);
    const totals = async () => {
      const query = { ofMember: false, campaignId: TEA, since: T0 };
      return (await ask(store, [], { totals: [query] })).totals.get(countKey(query));
    };
    expect(await totals()).toBe(2);
    await store.db.updateTable('coupon').set({ state: 'revoked' }).where('id', '=', couponId).execute();
    expect([await got(T0), await totals()]).toEqual([1, 1]);
  });

  it('is what was weighed in their visits', async () => {
    const store = await openStore();
    await store.apply(storeDocument());
    const member = await newMember(store);
    const id = 'vis_1' as VisitId;
    await visitRows(store).saveAll([{ id, memberId: member, storeId: STORE, openedAt: T0, lastAt: T0 }]);
    const decide = async (weighed: boolean) => {
      const event = newEvent();
      await store.repos.events.add(event);
      const decision = grantedTo(member, { visitId: id, outcome: 'refused', reason: 'lost_to_priority', weighed });
      await store.repos.decisions.add(event.id, decision, { trust: 'signed', at: T0 });
    };
    await decide(false);
    expect((await ask(store, [member])).weighed).toEqual([]);
    await decide(true);
    expect((await ask(store, [member])).weighed).toEqual([{ visitId: id, campaignId: TEA }]);
    expect((await ask(store, [member], { visitsSince: epochMs(T0 + 1) })).weighed).toEqual([]);
  });
});

it('holds counters, made where there were none', async () => {
  const store = await openStore();
  await store.repos.counters.take('stock|tea', 9);
  expect([...(await ask(store, [], { counters: ['messages|tea', 'stock|tea'] })).counters].sort()).toEqual([
    ['messages|tea', 0],
    ['stock|tea', 1],
  ]);
});

it('counts the offers a node gave on fixed messages, this hour', async () => {
  const store = await openStore();
  const member = await newMember(store);
  const offer = async (trust: 'fixed' | 'signed', outcome: 'granted' | 'refused', at: number) => {
    const event = newEvent();
    await store.repos.events.add(event);
    await store.repos.decisions.add(event.id, grantedTo(member, { outcome }), { nodeId: NODE, trust, at: epochMs(at) });
  };
  await offer('fixed', 'granted', T0);
  await offer('fixed', 'granted', T0 - HOUR);
  await offer('fixed', 'refused', T0);
  await offer('signed', 'granted', T0);
  const asked = { fixedOffers: [NODE], fixedOffersSince: epochMs(T0 - HOUR) };
  expect((await ask(store, [], asked)).fixedOffers.get(NODE)).toBe(1);
});
