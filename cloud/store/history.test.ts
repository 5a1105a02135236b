import { describe, expect, it } from 'vitest';
import { epochMs } from '../../protocol/units.ts';
import { messagesKey, stockKey } from '../core/counter-keys.ts';
import { campaign, PLACE } from '../core/decide/cases.fixture.ts';
import type { MemberId, VisitId } from '../core/ids.ts';
import {
  grantedTo,
  NODE,
  newCoupon,
  newEvent,
  newMember,
  openStore,
  STORE,
  T0,
  TEA,
  type TestStore,
} from './testing.fixture.ts';

const DAY = 86_400_000;
const LIMITED = campaign(TEA, {
  limits: { perMember: { max: 1, per: 'P30D' }, stock: 2, messages: { max: 3, per: 'day' } },
});
const ask = (store: TestStore, member: MemberId, visit?: VisitId, now: number = T0) =>
  store.repos.history.ofCandidate(LIMITED, member, visit, PLACE, epochMs(now));

describe('what is known of a member and a campaign', () => {
  it('is nothing at first', async () => {
    const store = await openStore();
    expect(await ask(store, await newMember(store))).toEqual({
      weighedInVisit: false,
      grantsInWindow: 0,
      holdsCoupon: false,
      stockLeft: 2,
      messagesLeft: 3,
    });
  });

  it('says nothing of limits the campaign does not have', async () => {
    const store = await openStore();
    const member = await newMember(store);
    const past = await store.repos.history.ofCandidate(campaign(TEA), member, undefined, PLACE, T0);
    expect(past).toEqual({ weighedInVisit: false, grantsInWindow: 0, holdsCoupon: false });
  });

  it('counts a coupon while it can be used, and in its window afterwards', async () => {
    const store = await openStore();
    const member = await newMember(store);
    await store.repos.coupons.issue(newCoupon(member), 'k');
    const seen = async (now: number) => {
      const { grantsInWindow, holdsCoupon } = await ask(store, member, undefined, now);
      return [grantsInWindow, holdsCoupon];
    };
    expect(await seen(T0)).toEqual([1, true]);
    expect(await seen(T0 + DAY)).toEqual([1, false]);
    expect(await seen(T0 + 30 * DAY)).toEqual([0, false]);
  });

  it('does not count a coupon nobody saw', async () => {
    const store = await openStore();
    const member = await newMember(store);
    await store.repos.coupons.issue(newCoupon(member), 'k');
    await store.db.updateTable('coupon').set({ state: 'revoked' }).execute();
    expect(await ask(store, member)).toMatchObject({ grantsInWindow: 0, holdsCoupon: false });
  });

  it('knows whether the campaign was weighed in this visit', async () => {
    const store = await openStore();
    await store.apply({
      apiVersion: 'pharos/v1',
      kind: 'Store',
      metadata: { id: STORE },
      spec: { timeZone: 'Asia/Taipei' },
    });
    const member = await newMember(store);
    const visit = await store.repos.visits.open(member, STORE, T0);
    const decide = async (weighed: boolean) => {
      const event = newEvent();
      await store.repos.events.add(event);
      const decision = grantedTo(member, { visitId: visit, outcome: 'refused', reason: 'lost_to_priority' });
      await store.repos.decisions.add(event.id, decision, { trust: 'signed', weighed, at: T0 });
    };
    await decide(false);
    expect(await ask(store, member, visit)).toMatchObject({ weighedInVisit: false });
    await decide(true);
    expect(await ask(store, member, visit)).toMatchObject({ weighedInVisit: true });
    expect(await ask(store, member)).toMatchObject({ weighedInVisit: false });
  });

  it('reads stock and budget off their counters, per local day', async () => {
    const store = await openStore();
    const member = await newMember(store);
    await store.repos.counters.take(stockKey(TEA), 9);
    await store.repos.counters.take(messagesKey(TEA, T0, 'day', PLACE.timeZone), 9);
    expect(await ask(store, member)).toMatchObject({ stockLeft: 1, messagesLeft: 2 });
    expect(await ask(store, member, undefined, T0 + DAY)).toMatchObject({ stockLeft: 1, messagesLeft: 3 });
  });
});

it('counts the offers a node gave on fixed messages, this hour', async () => {
  const store = await openStore();
  const member = await newMember(store);
  const offer = async (trust: 'fixed' | 'signed', outcome: 'granted' | 'refused', at: number) => {
    const event = newEvent();
    await store.repos.events.add(event);
    const facts = { nodeId: NODE, trust, weighed: true, at: epochMs(at) };
    await store.repos.decisions.add(event.id, grantedTo(member, { outcome }), facts);
  };
  await offer('fixed', 'granted', T0);
  await offer('fixed', 'granted', T0 - 3600_000);
  await offer('fixed', 'refused', T0);
  await offer('signed', 'granted', T0);
  expect(await store.repos.history.fixedOffersSince(NODE, epochMs(T0 - 3600_000))).toBe(1);
});
