import { stockKey } from '../counter-keys.ts';
import { ordinalOf } from '../coupon/coupon.ts';
import { type CountQuery, countKey } from '../decide/caps.ts';
import type { MemberId } from '../ids.ts';
import { push } from '../maps.ts';
import type { Asked, Changes, KnownCoupon, KnownGrant } from '../working-set-types.ts';
import { countGrants } from './counted.ts';
import type { CouponChange, RecordedPast, RecordedWorld } from './types.ts';

/** What people were given, and what that took: coupons, grants that caps count, stock and budgets. */
export interface Given {
  learn(past: Pick<RecordedPast, 'coupons' | 'grants'>): void;
  /** A coupon was redeemed, given back, or never shown to anybody. */
  change(change: CouponChange): void;
  coupons(asked: Asked): KnownCoupon[];
  grants(asked: Asked): KnownGrant[];
  totals(queries: readonly CountQuery[]): Map<string, number>;
  counters(keys: readonly string[]): Map<string, number>;
  write(changes: Changes): void;
}

interface HeldCoupon extends KnownCoupon {
  readonly issueKey: string;
}

/** What a coupon took, to be given back if it was never shown. */
interface Taken {
  readonly memberId: MemberId;
  readonly grant?: KnownGrant;
  readonly counters: readonly string[];
}

export function givenSoFar(world: Pick<RecordedWorld, 'grants' | 'counters'>): Given {
  const coupons = new Map<MemberId, HeldCoupon[]>();
  const grants = new Map<MemberId, KnownGrant[]>();
  const totals = countGrants(world.grants);
  const counters = new Map(world.counters);
  const taken = new Map<string, Taken>();

  const take = (key: string, count: number): void =>
    void counters.set(key, Math.max(0, (counters.get(key) ?? 0) + count));

  const grant = (given: KnownGrant): KnownGrant => {
    push(grants, given.memberId, given);
    totals.add(given);
    return given;
  };

  return {
    learn(past) {
      for (const one of past.grants) push(grants, one.memberId, one);
      for (const coupon of past.coupons) {
        const { memberId, campaignId, issuedAt, issueKey } = coupon;
        push(coupons, memberId, coupon);
        const its = grants.get(memberId)?.find((one) => one.campaignId === campaignId && one.at === issuedAt);
        const stock = stockKey(campaignId);
        taken.set(issueKey, { memberId, ...(its && { grant: its }), counters: counters.has(stock) ? [stock] : [] });
      }
    },

    change({ issueKey, to, givenBack, at }) {
      const its = taken.get(issueKey);
      if (its === undefined) return;
      const { memberId, grant: counted } = its;
      const became = (coupon: HeldCoupon): HeldCoupon =>
        coupon.issueKey === issueKey && coupon.issuedAt <= at ? { ...coupon, state: to } : coupon;
      coupons.set(memberId, (coupons.get(memberId) ?? []).map(became));
      if (!givenBack) return;
      for (const key of its.counters) take(key, -1);
      if (counted === undefined) return;
      totals.remove(counted);
      grants.set(
        memberId,
        (grants.get(memberId) ?? []).filter((one) => one !== counted),
      );
    },

    coupons: ({ members, allCoupons, campaigns }) =>
      members.flatMap((id) =>
        (coupons.get(id) ?? []).filter(({ campaignId }) => allCoupons || campaigns.includes(campaignId)),
      ),
    grants: ({ members, grantsSince }) =>
      members.flatMap((id) => (grants.get(id) ?? []).filter(({ at }) => at >= grantsSince)),
    totals: (queries) => new Map(queries.map((query) => [countKey(query), totals.count(query)])),
    counters: (keys) => new Map(keys.map((key) => [key, counters.get(key) ?? 0])),

    write({ counters: changed, coupons: issued, decisions, deliveries }) {
      for (const { key, taken: count } of changed) take(key, count);
      for (const { id, memberId, campaignId, issuedAt, expiresAt, issueKey, code } of issued) {
        const coupon = { id, memberId, campaignId, issuedAt, expiresAt, issueKey, ordinal: ordinalOf(issueKey) };
        push(coupons, memberId, { ...coupon, state: 'issued', code: () => code });
      }
      const issueKeys = new Map(issued.map(({ id, issueKey }) => [id, issueKey]));
      const sent = new Map(deliveries.map((delivery) => [delivery.decisionId, delivery]));
      for (const { id, decision, at, storeId, couponId } of decisions) {
        const { memberId, campaignId, outcome } = decision;
        const { route, stockKey: stock, budgetKey: budget } = sent.get(id) ?? {};
        // The answer is free: what was set aside for a push goes back.
        if (route === 'reply' && budget !== undefined) take(budget, -1);
        if (memberId === undefined || (outcome !== 'granted' && outcome !== 'ghost')) continue;
        const counted = grant({ memberId, campaignId, at, ...(storeId !== undefined && { storeId }) });
        const issueKey = couponId && issueKeys.get(couponId);
        if (issueKey === undefined) continue;
        const keys = [stock, route === 'push' ? budget : undefined].filter((key) => key !== undefined);
        taken.set(issueKey, { memberId, grant: counted, counters: keys });
      }
    },
  };
}
