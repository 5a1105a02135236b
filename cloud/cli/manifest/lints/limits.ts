import type { CampaignSpec } from '../../../core/manifest/campaign.ts';
import { isPlaced, triggersOf } from '../../../core/manifest/trigger.ts';
import { type Finding, found } from '../finding.ts';
import { placeOf } from './house.ts';
import type { Lint } from './lint-types.ts';

/** How much is given out, and to how many. */

const noCap: Lint = ({ campaigns, policy }) =>
  campaigns.flatMap(({ document, spec }): Finding[] => {
    const { perMember, perMemberStore } = spec.limits;
    const ofHouse = policy?.caps.member ?? policy?.caps.memberStore;
    if ((perMember ?? perMemberStore ?? ofHouse) !== undefined || !triggersOf(spec).some(isPlaced)) return [];
    const message = {
      en: 'whoever passes every day gets it every day',
      'zh-TW': '每天經過的人每天都會收到',
    };
    return [found('no-cap', placeOf(document, ['spec', 'limits']), message)];
  });

const budgetUnbounded: Lint = ({ campaigns }) =>
  campaigns.flatMap(({ document, spec: { limits } }): Finding[] => {
    if (limits.stock !== undefined || limits.total !== undefined) return [];
    const message = { en: 'nothing limits how many coupons are given out', 'zh-TW': '優惠券的發出數量沒有上限' };
    return [found('budget-unbounded', placeOf(document, ['spec', 'limits']), message)];
  });

/**
 * How many people a campaign will meet no file knows. Told is only what somebody said: the number of people given with
 * the question, or more messages or coupons allowed by another limit than there are coupons in stock. Who writes
 * `soldOut` means the stock to end.
 */
const stockBelowReach: Lint = ({ campaigns }, { members }) =>
  campaigns.flatMap(({ document, spec }): Finding[] => {
    const { stock } = spec.limits;
    if (stock === undefined || spec.offer.soldOut !== undefined) return [];
    const reach = [
      ...(members === undefined ? [] : [{ people: members, en: '--members', chinese: '--members' }]),
      ...allowed(spec),
    ].find(({ people }) => people > stock);
    if (reach === undefined) return [];
    const message = {
      en: `${stock} coupons for ${reach.people} people (${reach.en})`,
      'zh-TW': `${stock} 張優惠券，要給 ${reach.people} 人（${reach.chinese}）`,
    };
    return [found('stock-below-reach', placeOf(document, ['spec', 'limits', 'stock']), message)];
  });

/** How many the other limits of the file let through. */
function allowed({ limits: { messages, total } }: CampaignSpec) {
  const caps = [total ?? []].flat().map(({ max }) => max);
  return [
    ...(messages === undefined ? [] : [{ people: messages.max, en: 'limits.messages', chinese: 'limits.messages' }]),
    ...(caps.length === 0 ? [] : [{ people: Math.min(...caps), en: 'limits.total', chinese: 'limits.total' }]),
  ];
}

export const limitLints: readonly Lint[] = [noCap, budgetUnbounded, stockBelowReach];
