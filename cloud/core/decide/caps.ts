import type { StoreId } from '../../../protocol/ids.ts';
import type { EpochMs } from '../../../protocol/units.ts';
import { capWindowStart } from '../calendar.ts';
import type { CampaignId } from '../ids.ts';
import type { CampaignSpec } from '../manifest/campaign.ts';
import type { Cap } from '../manifest/limits.ts';
import type { PolicySpec } from '../manifest/policy.ts';
import { triggerFor } from '../manifest/trigger.ts';
import type { RefusalReason } from './reasons.ts';

/**
 * Caps at five scopes. What counts are grants and ghosts; a grant whose coupon was revoked was never seen and does not
 * count. Which counts are needed follows from the candidates alone, so they can be read in one go beforehand.
 */
export type CapReason = Extract<RefusalReason, `cap_${string}`>;

/** A shop that boots in 1970 still hands out coupons, but a copied fixed frame must not empty the stock. */
export const FIXED_OFFERS_PER_NODE_HOUR = 20;

/** One number to count: grants and ghosts that match every field given, decided at or after `since`. */
export interface CountQuery {
  /** Of the member being decided about; else of everyone. */
  readonly ofMember: boolean;
  readonly campaignId?: CampaignId;
  readonly storeId?: StoreId;
  /** Absent: ever. */
  readonly since?: EpochMs;
}

export interface CapCheck {
  readonly reason: CapReason;
  readonly max: number;
  /** As the limit says it: `P30D`, `day`, `ever`. */
  readonly per: string;
  readonly count: CountQuery;
}

/** Names a query; two of the same name ask for the same number. */
export const countKey = ({ ofMember, campaignId, storeId, since }: CountQuery): string =>
  [ofMember ? 'member' : 'all', campaignId ?? '*', storeId ?? '*', since ?? 'ever'].join('|');

/** The caps a campaign is under, narrowest person first, in the order in which they are checked. */
export function capChecks(
  campaign: { readonly campaignId: CampaignId; readonly spec: CampaignSpec },
  storeId: StoreId | undefined,
  policy: PolicySpec | undefined,
  clock: { readonly timeZone: string },
  now: EpochMs,
): CapCheck[] {
  const { limits } = campaign.spec;
  const { campaignId } = campaign;
  const house = policy?.caps ?? {};
  // A welcome is given once: who blocks the account and comes back is no new friend.
  const perMember = limits.perMember ?? (triggerFor(campaign.spec, 'follow') === undefined ? undefined : WELCOME);
  const atStore = storeId === undefined ? undefined : { storeId };
  const check = (reason: CapReason, caps: Cap | readonly Cap[] | undefined, scope: Omit<CountQuery, 'since'>) =>
    listCaps(caps).map(({ max, per }): CapCheck => {
      const since = capWindowStart(now, per, clock.timeZone);
      return { reason, max, per, count: { ...scope, ...(since !== undefined && { since }) } };
    });
  return [
    ...check('cap_member', house.member, { ofMember: true }),
    ...check('cap_member_campaign', perMember, { ofMember: true, campaignId }),
    ...(atStore === undefined
      ? []
      : [
          ...check('cap_member_store', house.memberStore, { ofMember: true, ...atStore }),
          ...check('cap_member_store', limits.perMemberStore, { ofMember: true, campaignId, ...atStore }),
        ]),
    ...check('cap_campaign', limits.total, { ofMember: false, campaignId }),
    ...check('cap_global', house.global, { ofMember: false }),
  ];
}

const WELCOME: Cap = { max: 1, per: 'ever' };

/** The caps written at one place, none, one or several. */
export const listCaps = (caps: Cap | readonly Cap[] | undefined): readonly Cap[] =>
  caps === undefined ? [] : 'max' in caps ? [caps] : caps;
