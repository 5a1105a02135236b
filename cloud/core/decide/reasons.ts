/** Why somebody gets nothing: a closed list, API. What LINE says afterwards belongs to the delivery, not here. */
export const REFUSAL_REASONS = [
  'late_event',
  'untrusted_beacon',
  'unknown_subject',
  'no_consent',
  'blocked',
  'campaign_inactive',
  'outside_window',
  'audience_mismatch',
  'visit_continues',
  'lost_to_priority',
  'excluded_by_group',
  'cap_member',
  'cap_member_campaign',
  'cap_member_store',
  'cap_campaign',
  'cap_global',
  'already_has_coupon',
  'quiet_hours',
  'quiet_hours_deferred',
  'stock_exhausted',
  'budget_exhausted',
  'quota_exhausted',
  'render_error',
  'holdout',
] as const;
export type RefusalReason = (typeof REFUSAL_REASONS)[number];

export const OUTCOMES = ['granted', 'reissued', 'refused', 'deferred', 'ghost'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** One English sentence per reason, for `explain`. */
export const REASON_TEXT: Readonly<Record<RefusalReason, string>> = {
  late_event: 'the event arrived too late to act on; it corrects visits and reports only',
  untrusted_beacon: 'the device message did not prove that our own node sent it',
  unknown_subject: 'nobody is known behind this phone or tag',
  no_consent: 'the member has not agreed to marketing, or withdrew it',
  blocked: 'the member blocked the account',
  campaign_inactive: 'the campaign was paused, ended, or outside its dates',
  outside_window: "it was outside the campaign's days or hours",
  audience_mismatch: "the member is not in the campaign's audience",
  visit_continues: 'the campaign was already decided in this visit',
  lost_to_priority: 'a campaign of higher priority won this event',
  excluded_by_group: 'another campaign of the same group won this event',
  cap_member: 'the member has had enough messages',
  cap_member_campaign: 'the member has had this campaign as often as its limit allows',
  cap_member_store: 'the member has had enough messages from this store',
  cap_campaign: "the campaign's own limit is reached",
  cap_global: 'the limit over all campaigns is reached',
  already_has_coupon: 'the member holds an unused coupon of this campaign',
  quiet_hours: 'it is a quiet hour, such as when the store is closed: nobody is disturbed',
  quiet_hours_deferred: 'it is a quiet hour: it will be decided again when that ends',
  stock_exhausted: 'all coupons are given out',
  budget_exhausted: "the campaign's message budget is used up",
  quota_exhausted: "the account's LINE quota is used up",
  render_error: 'the message could not be made from its template',
  holdout: 'the member is in the control group',
};
