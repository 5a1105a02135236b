import { epochMs } from '../../protocol/units.ts';
import type { CampaignId, MemberId } from '../core/ids.ts';
import type { Asked, Past } from '../core/working-set-types.ts';
import type { StoreContext } from './context.ts';
import { counterRows } from './counters.ts';
import { couponRows } from './coupons.ts';
import { decisionRows } from './decisions.ts';
import { listOf } from './many.ts';
import { memberRows } from './members.ts';
import { Overtaken } from './overtaken.ts';
import { visitRows } from './visits.ts';

/**
 * Everything a batch of events may touch, in a dozen queries however many events there are. Members are locked first
 * and counters after them, each in one order: what is read then stays true until the transaction ends.
 */
export async function loadPast(context: StoreContext, asked: Asked): Promise<Past> {
  const { db } = context;
  const decisions = decisionRows(context);
  const members = memberRows(context);
  const people = await members.lock(asked.members, asked.consents);
  // Found before somebody merged or erased them: whose event it is now, only a new look can tell.
  if (people.length < new Set(asked.members).size) throw new Overtaken('members');
  const counters = await counterRows(context).hold(asked.counters);
  const visits = await visitRows(context).ofMembers(asked.members, asked.visitsSince);
  return {
    people,
    counters,
    visits,
    weighed: asked.campaigns.length === 0 ? [] : await decisions.weighedIn(visits.map(({ id }) => id)),
    coupons: await couponRows(context).ofMembers(asked.members, asked.allCoupons ? 'any' : asked.campaigns),
    grants: asked.campaigns.length === 0 ? [] : await decisions.gotBy(asked.members, asked.grantsSince),
    totals: await decisions.totals(asked.totals),
    exposures: await exposuresOf(db, asked.members, asked.exposures),
    fixedOffers: await decisions.fixedOffers(asked.fixedOffers, asked.fixedOffersSince),
    facts: asked.facts ? await members.facts(asked.members) : new Map(),
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
