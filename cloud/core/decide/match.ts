import { durationMs } from '../calendar.ts';
import type { CampaignId } from '../ids.ts';
import { foldPhrase } from '../keyword.ts';
import type { CampaignSpec } from '../manifest/campaign.ts';
import { matchesPattern } from '../manifest/fields.ts';
import { isPlaced, triggerFor } from '../manifest/trigger.ts';
import { mayPush } from './route.ts';
import type { DecisionEvent, Ear, Place, TriggerType } from './types.ts';

/** Why a campaign has nothing to do with an event; for `explain`, never a refusal. */
export type Mismatch =
  | 'no_trigger'
  | 'trigger_differs'
  | 'other_store'
  | 'other_zone'
  | 'stayed_less'
  | 'other_phrase'
  | 'came_back'
  | 'other_campaign'
  | 'reply_only';

/** What of an event tells which campaigns wait for it. */
export interface Matchable extends Pick<DecisionEvent, 'presentMs' | 'phrase' | 'returned' | 'target'> {
  readonly trigger?: TriggerType | undefined;
  readonly ear: Ear;
}

/**
 * Whether a campaign is a candidate for an event at a place. A campaign that only ever replies cannot answer a tag or
 * the clock, which bring no reply token, so it is no candidate there.
 */
export function mismatch(
  spec: CampaignSpec,
  event: Matchable,
  place: Place | undefined,
  campaignId?: CampaignId,
): Mismatch | undefined {
  if (event.trigger === undefined) return 'no_trigger';
  const trigger = triggerFor(spec, event.trigger);
  if (trigger === undefined) return 'trigger_differs';
  if (event.target !== undefined && event.target !== campaignId) return 'other_campaign';
  if (isPlaced(trigger)) {
    const { stores, zones } = trigger.at;
    if (place === undefined || !stores.some((pattern) => matchesPattern(pattern, place.storeId))) return 'other_store';
    if (!zones.some((pattern) => matchesPattern(pattern, place.zone))) return 'other_zone';
  }
  // Nodes report a few marks of a stay; the first that is long enough starts the campaign.
  if (trigger.on === 'dwell' && trigger.after !== undefined && (event.presentMs ?? 0) < durationMs(trigger.after)) {
    return 'stayed_less';
  }
  if (trigger.on === 'follow' && event.returned === true) return 'came_back';
  // A deferral remembers which campaign it was about, not what was typed.
  if (trigger.on === 'keyword' && event.target === undefined && !isPhrase(trigger.phrases, event.phrase)) {
    return 'other_phrase';
  }
  return event.ear !== 'line' && !mayPush({ spec }) ? 'reply_only' : undefined;
}

const isPhrase = (phrases: readonly string[], typed: string | undefined): boolean =>
  typed !== undefined && typed !== '' && phrases.some((phrase) => foldPhrase(phrase) === typed);

export const MISMATCH_TEXT: Readonly<Record<Mismatch, string>> = {
  no_trigger: 'the event starts no campaign',
  trigger_differs: 'waits for another kind of event',
  other_store: 'is for other stores',
  other_zone: 'is for other zones of the store',
  stayed_less: 'waits for a longer stay',
  other_phrase: 'waits for another phrase',
  came_back: 'is for new friends, and this one came back after blocking the account',
  other_campaign: 'was not the one that fell due',
  reply_only: 'may only reply, and this event brings no reply token',
};

export const DID_NOT_RUN_TEXT = 'did not run when the event came';

/** Why a campaign was not weighed for an event, told from its present version. */
export function whyNotWeighed(...given: Parameters<typeof mismatch>): string {
  const why = mismatch(...given);
  return why === undefined ? DID_NOT_RUN_TEXT : MISMATCH_TEXT[why];
}
