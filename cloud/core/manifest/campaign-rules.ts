import type { CampaignSpec } from './campaign-spec.ts';
import { DateField } from './fields.ts';
import { isPlaced, type TriggerKind, triggersOf, triggersWithPath } from './trigger.ts';

/** What no single field can say: rules between the fields of a campaign. Rule ids are API. */
export const CAMPAIGN_RULES = [
  'dates-reversed',
  'coupon-outlived',
  'push-budget',
  'trigger-twice',
  'holdout-trigger',
  'needs-clock',
  'clock-twice',
  'home-at-store',
  'schedule-pushes',
  'cap-without-store',
  'sold-out-unheard',
] as const;
export type CampaignRule = (typeof CAMPAIGN_RULES)[number];

export interface BrokenRule {
  readonly rule: CampaignRule;
  /** Below `spec`. */
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** Triggers by which a person asks, so that they must be answered. */
const ASKING: readonly TriggerKind[] = ['follow', 'keyword'];

/** Every rule the campaign breaks, in words for the person who typed it. */
export const campaignRules = (spec: CampaignSpec): BrokenRule[] => [
  ...datesReversed(spec),
  ...couponOutlived(spec),
  ...pushBudget(spec),
  ...triggerRules(spec),
  ...clockRules(spec),
  ...soldOutUnheard(spec),
];

/** Rules are asked of specs whose fields are wrong as well, and nothing follows from what is no date. */
const isDate = (text: string | undefined): text is string => text !== undefined && DateField.safeParse(text).success;

function datesReversed({ active: { from, until } }: CampaignSpec): BrokenRule[] {
  if (!isDate(from) || !isDate(until) || until >= from) return [];
  return [broken('dates-reversed', ['active', 'until'], `ends before it begins (${from})`)];
}

function couponOutlived({ active, offer: { coupon } }: CampaignSpec): BrokenRule[] {
  const { expires } = coupon;
  if (!('on' in expires) || !isDate(expires.on) || (active.until !== undefined && active.until <= expires.on))
    return [];
  const message = `coupons end on ${expires.on}, so the campaign must too: set active.until to that day or before`;
  return [broken('coupon-outlived', ['offer', 'coupon', 'expires', 'on'], message)];
}

function pushBudget({ delivery, limits }: CampaignSpec): BrokenRule[] {
  if ((delivery.prefer !== 'push' && delivery.fallback !== 'push') || limits.messages !== undefined) return [];
  const message = 'a campaign that may push costs money: set limits.messages, e.g. { max: 2000, per: month }';
  return [broken('push-budget', ['limits'], message)];
}

/** What each trigger asks of the rest, and of the others beside it. */
function triggerRules(spec: CampaignSpec): BrokenRule[] {
  const { delivery, experiment } = spec;
  const triggers = triggersWithPath(spec);
  return triggers.flatMap(({ trigger: { on }, path }, index): BrokenRule[] => {
    const found: BrokenRule[] = [];
    if (triggers.findIndex(({ trigger }) => trigger.on === on) < index) {
      const message = `"${on}" stands here twice: put what it waits for together, or make a campaign of its own`;
      found.push(broken('trigger-twice', [...path, 'on'], message));
    }
    // Beside others a schedule may be the one that pushes while they reply.
    const reaches = delivery.prefer === 'push' || (triggers.length > 1 && delivery.fallback === 'push');
    if (on === 'schedule' && !reaches) {
      const wanted = triggers.length > 1 ? '{ fallback: push }' : '{ prefer: push }';
      const message = `a schedule has nobody to reply to: write delivery: ${wanted}`;
      found.push(broken('schedule-pushes', ['delivery'], message));
    }
    if (experiment !== undefined && ASKING.includes(on)) {
      const message = `whoever asks must be answered: "${on}" can have no control group; take experiment out`;
      found.push(broken('holdout-trigger', ['experiment'], message));
    }
    return found;
  });
}

/** Whose clock counts where something happens at no store. */
function clockRules(spec: CampaignSpec): BrokenRule[] {
  const { home, timeZone, limits } = spec;
  const elsewhere = triggersWithPath(spec).filter(({ trigger }) => !isPlaced(trigger));
  const [first] = elsewhere;
  if (first === undefined) {
    const key = home !== undefined ? 'home' : timeZone !== undefined ? 'timeZone' : undefined;
    if (key === undefined) return [];
    const kinds = triggersOf(spec).map(({ on }) => `"${on}"`);
    return [
      broken('home-at-store', [key], `${kinds.join(' and ')}: it happens at a store, whose clock applies; take it out`),
    ];
  }
  const found: BrokenRule[] = [];
  if (home === undefined && timeZone === undefined) {
    for (const { trigger, path } of elsewhere) {
      const message = `"${trigger.on}" happens at no store: set home (a store, for its clock and hours) or timeZone`;
      found.push(broken('needs-clock', [...path, 'on'], message));
    }
  }
  if (home !== undefined && timeZone !== undefined) {
    const message = `home "${home}" has a time zone of its own: take one of both out`;
    found.push(broken('clock-twice', ['timeZone'], message));
  }
  if (home === undefined && limits.perMemberStore !== undefined) {
    const message = `"${first.trigger.on}" happens at no store: set home, or use perMember`;
    found.push(broken('cap-without-store', ['limits', 'perMemberStore'], message));
  }
  return found;
}

/** Only who asks is told, and only where there is an end to what is given out. */
function soldOutUnheard(spec: CampaignSpec): BrokenRule[] {
  if (spec.offer.soldOut === undefined) return [];
  const path = ['offer', 'soldOut'];
  if (spec.limits.stock === undefined) {
    return [broken('sold-out-unheard', path, 'nothing can sell out here: set limits.stock, or take it out')];
  }
  if (triggersOf(spec).some(({ on }) => ASKING.includes(on))) return [];
  const message = 'only who types a phrase or becomes a friend is told: add such a trigger, or take it out';
  return [broken('sold-out-unheard', path, message)];
}

const broken = (rule: CampaignRule, path: BrokenRule['path'], message: string): BrokenRule => ({ rule, path, message });
