import type { CampaignSpec } from '../manifest/campaign.ts';
import { matchesPattern } from '../manifest/fields.ts';
import type { Ear, Place, TriggerType } from './types.ts';

/** Why a campaign has nothing to do with an event; for `explain`, never a refusal. */
export type Mismatch = 'no_trigger' | 'trigger_differs' | 'other_store' | 'other_zone' | 'reply_only';

/**
 * Whether a campaign is a candidate for an event at a place. A campaign that only ever replies cannot answer a tag,
 * which brings no reply token, so it is no candidate there.
 */
export function mismatch(
  spec: CampaignSpec,
  event: { readonly trigger?: TriggerType | undefined; readonly ear: Ear },
  place: Place | undefined,
): Mismatch | undefined {
  if (event.trigger === undefined) return 'no_trigger';
  if (spec.trigger.on !== event.trigger) return 'trigger_differs';
  if (place === undefined || !spec.trigger.at.stores.some((pattern) => matchesPattern(pattern, place.storeId))) {
    return 'other_store';
  }
  if (!spec.trigger.at.zones.some((pattern) => matchesPattern(pattern, place.zone))) return 'other_zone';
  const pushes = spec.delivery.prefer === 'push' || spec.delivery.fallback === 'push';
  return event.ear === 'tag' && !pushes ? 'reply_only' : undefined;
}

export const MISMATCH_TEXT: Readonly<Record<Mismatch, string>> = {
  no_trigger: 'the event starts no campaign',
  trigger_differs: 'waits for another kind of event',
  other_store: 'is for other stores',
  other_zone: 'is for other zones of the store',
  reply_only: 'may only reply, and a tag brings no reply token',
};

export const DID_NOT_RUN_TEXT = 'did not run when the event came';

/** Why a campaign was not weighed for an event, told from its present version. */
export function whyNotWeighed(...given: Parameters<typeof mismatch>): string {
  const why = mismatch(...given);
  return why === undefined ? DID_NOT_RUN_TEXT : MISMATCH_TEXT[why];
}
