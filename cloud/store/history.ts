import { epochMs } from '../../protocol/units.ts';
import { fixedOffersKey } from '../core/counter-keys.ts';
import type { CampaignId, MemberId } from '../core/ids.ts';
import type { Asked, Past } from '../core/working-set-types.ts';
import type { StoreContext } from './context.ts';
import { counterRows } from './counters.ts';
import { couponRows } from './coupons.ts';
import { decisionRows } from './decisions.ts';
import { lineNames } from './line-names.ts';
import { lineQuotaRows } from './line-quota.ts';
import { listOf } from './many.ts';
import { memberRows } from './members.ts';
import { Overtaken } from './overtaken.ts';
import { together } from './together.ts';
import { visitRows } from './visits.ts';

/**
 * Everything a batch of events may touch, in a dozen queries however many events there are. Members are locked first,
 * then coupons, and counters after them, each in one order: what is read then stays true until the transaction ends.
 * Counters that are taken from are only looked at unless `firm`: see {@link counterRows}.
 */
export async function loadPast(context: StoreContext, asked: Asked, firm = true): Promise<Past> {
  const { db } = context;
  const decisions = decisionRows(context);
  const members = memberRows(context);
  const nothing = asked.campaigns.length === 0;
  const keys = [...asked.counters, ...asked.fixedOffers.map(fixedOffersKey)];
  const couponsOf = couponRows(context);
  const hold = () =>
    together(db, [
      () => members.lock(asked.members, asked.consents),
      // Before the counters, as whoever takes coupons back: where those are only looked at, what is shown is held later.
      async () => (firm ? await couponsOf.holdGoodOf(asked.members, asked.campaigns) : undefined),
      () => counterRows(context).hold(keys, firm),
    ]);
  const look = () =>
    together(db, [
      () => visitRows(context).ofMembers(asked.members, asked.visitsSince),
      () => couponsOf.ofMembers(asked.members, asked.allCoupons ? 'any' : asked.campaigns),
      async () => (nothing ? [] : await decisions.gotBy(asked.members, asked.grantsSince)),
      () => decisions.totals(asked.totals),
      () => exposuresOf(db, asked.members, asked.exposures),
      () => decisions.fixedOffers(asked.fixedOffers, asked.fixedOffersSince),
      async () => (asked.facts ? await members.facts(asked.members, asked.facts) : new Map()),
      async () => (asked.quotaAt === undefined ? undefined : await lineQuotaRows(context).left(asked.quotaAt)),
      async () => (asked.names?.length ? await lineNames(db, asked.names) : new Map<MemberId, string>()),
    ]);
  // A counter nobody has counted with is made first, in statements of its own; what is read must be read after them.
  const [held, seen] = keys.length === 0 ? await together(db, [hold, look]) : [await hold(), await look()];
  const [people, , counters] = held;
  const [visits, coupons, grants, totals, exposures, fixedOffers, facts, quotaLeft, names] = seen;
  // Found before somebody merged or erased them: whose event it is now, only a new look can tell.
  if (people.length < new Set(asked.members).size) throw new Overtaken('members');
  const weighed = nothing ? [] : await decisions.weighedIn(visits.map(({ id }) => id));
  return {
    ...{ people, counters, visits, weighed, coupons, grants, totals, exposures, fixedOffers, facts, names },
    ...(quotaLeft !== undefined && { quotaLeft }),
  };
}

async function exposuresOf(
  db: StoreContext['db'],
  members: readonly MemberId[],
  campaigns: readonly CampaignId[],
): Promise<Past['exposures']> {
  if (members.length === 0 || campaigns.length === 0) return [];
  const rows = await db
    .selectFrom('exposure')
    .selectAll()
    .where('campaign_id', 'in', campaigns)
    .where('member_id', 'in', listOf(db, members))
    .execute();
  return rows.map(({ campaign_id, member_id, arm, bucket, algorithm, at }) => ({
    campaignId: campaign_id as CampaignId,
    memberId: member_id as MemberId,
    exposure: { arm, bucket, algorithm, at: epochMs(at) },
  }));
}
