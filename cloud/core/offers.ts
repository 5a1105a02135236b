import { type Matchable, mismatch } from './decide/match.ts';
import type { Place, TriggerType } from './decide/types.ts';
import { foldPhrase } from './keyword.ts';
import { matchesPattern } from './manifest/fields.ts';
import { isPlaced, triggerFor } from './manifest/trigger.ts';
import type { Offer } from './working-set-types.ts';

/** Of all campaigns that wait for a kind of event, those it concerns. */
export const findOffers = {
  /** Those that wait at a place, whatever else they ask of the event: the same for every event there. */
  atPlace: (offers: readonly Offer[], trigger: TriggerType, place: Place | undefined): Offer[] =>
    offers.filter(({ spec }) => {
      const wanted = triggerFor(spec, trigger);
      if (wanted === undefined) return false;
      if (!isPlaced(wanted)) return true;
      const { stores, zones } = wanted.at;
      return (
        place !== undefined &&
        stores.some((pattern) => matchesPattern(pattern, place.storeId)) &&
        zones.some((pattern) => matchesPattern(pattern, place.zone))
      );
    }),

  /** What each phrase, folded, starts. */
  byPhrase(offers: readonly Offer[]): Map<string, Offer[]> {
    const found = new Map<string, Offer[]>();
    for (const offer of offers) {
      const phrases = triggerFor(offer.spec, 'keyword')?.phrases ?? [];
      for (const phrase of new Set(phrases.map(foldPhrase))) {
        found.set(phrase, [...(found.get(phrase) ?? []), offer]);
      }
    }
    return found;
  },

  forEvent: (offers: readonly Offer[], event: Matchable, place: Place | undefined): Offer[] =>
    offers.filter(({ spec, campaignId }) => mismatch(spec, event, place, campaignId) === undefined),
};
