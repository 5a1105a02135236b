import type { CampaignSpec } from './campaign.ts';
import { isPlaced } from './trigger.ts';

/** What no single field can say: rules between the fields of a campaign. Rule ids are API. */
export const CAMPAIGN_RULES = [
  'dates-reversed',
  'coupon-outlived',
  'push-budget',
  'holdout-trigger',
  'needs-clock',
  'clock-twice',
  'home-at-store',
  'schedule-pushes',
  'cap-without-store',
] as const;
export type CampaignRule = (typeof CAMPAIGN_RULES)[number];

export interface BrokenRule {
  readonly rule: CampaignRule;
  /** Below `spec`. */
  readonly path: readonly string[];
  readonly message: string;
}

/** Every rule the campaign breaks, in words for the person who typed it. */
export function campaignRules(spec: CampaignSpec): BrokenRule[] {
  const broken: BrokenRule[] = [];
  const say = (rule: CampaignRule, path: readonly string[], message: string): void =>
    void broken.push({ rule, path, message });
  const { trigger, active, delivery, limits, experiment, home, timeZone } = spec;
  const { on } = trigger;
  const { expires } = spec.offer.coupon;

  if (active.from !== undefined && active.until !== undefined && active.until < active.from) {
    say('dates-reversed', ['active', 'until'], `ends before it begins (${active.from})`);
  }
  if ('on' in expires && (active.until === undefined || active.until > expires.on)) {
    const message = `coupons end on ${expires.on}, so the campaign must too: set active.until to that day or before`;
    say('coupon-outlived', ['offer', 'coupon', 'expires', 'on'], message);
  }
  if ((delivery.prefer === 'push' || delivery.fallback === 'push') && limits.messages === undefined) {
    const message = 'a campaign that may push costs money: set limits.messages, e.g. { max: 2000, per: month }';
    say('push-budget', ['limits'], message);
  }
  if (on === 'schedule' && delivery.prefer !== 'push') {
    say('schedule-pushes', ['delivery'], 'a schedule has nobody to reply to: write delivery: { prefer: push }');
  }
  if (experiment !== undefined && (on === 'keyword' || on === 'follow')) {
    const message = `whoever asks must be answered: "${on}" can have no control group; take experiment out`;
    say('holdout-trigger', ['experiment'], message);
  }
  if (isPlaced(trigger)) {
    const key = home !== undefined ? 'home' : timeZone !== undefined ? 'timeZone' : undefined;
    if (key !== undefined) say('home-at-store', [key], `"${on}" happens at a store, whose clock applies: take it out`);
    return broken;
  }
  if (home === undefined && timeZone === undefined) {
    const message = `"${on}" happens at no store: set home (a store, for its clock and hours) or timeZone`;
    say('needs-clock', ['trigger', 'on'], message);
  }
  if (home !== undefined && timeZone !== undefined) {
    say('clock-twice', ['timeZone'], `home "${home}" has a time zone of its own: take one of both out`);
  }
  if (home === undefined && limits.perMemberStore !== undefined) {
    say('cap-without-store', ['limits', 'perMemberStore'], `"${on}" happens at no store: set home, or use perMember`);
  }
  return broken;
}
