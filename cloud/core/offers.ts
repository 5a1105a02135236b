import { type Matchable, mismatch } from './decide/match.ts';
import type { Place, TriggerType } from './decide/types.ts';
import { foldPhrase } from './keyword.ts';
import { matchesPattern } from './manifest/fields.ts';
import { isPlaced, triggerFor } from './manifest/trigger.ts';
import type { Offer } from './working-set-types.ts';

/** Of the campaigns there are, those an event concerns; found without looking at those that have nothing to do with it. */
export type OfferIndex = (event: Matchable, place: Place | undefined) => readonly Offer[];

/** What does not change with the event is looked for once: who waits for its kind, at its place, for its phrase. */
export function indexOffers(all: readonly Offer[]): OfferIndex {
  const waiting = new Map<TriggerType, readonly Offer[]>();
  const atPlace = new Map<string, readonly Offer[]>();
  let byPhrase: ReadonlyMap<string, readonly Offer[]> | undefined;

  const waitingFor = (trigger: TriggerType): readonly Offer[] => {
    const known = waiting.get(trigger) ?? all.filter(({ spec }) => triggerFor(spec, trigger) !== undefined);
    waiting.set(trigger, known);
    return known;
  };

  return (event, place) => {
    const { trigger, phrase, target } = event;
    if (trigger === undefined) return [];
    const kind = waitingFor(trigger);
    if (kind.length === 0) return kind;
    if (phrase !== undefined && target === undefined) {
      byPhrase ??= groupByPhrase(kind);
      return concerned(byPhrase.get(phrase) ?? [], event, place);
    }
    const key = `${trigger}|${place?.storeId ?? ''}|${place?.zone ?? ''}`;
    const here = atPlace.get(key) ?? kind.filter(({ spec }) => waitsAt(spec, trigger, place));
    atPlace.set(key, here);
    return concerned(here, event, place);
  };
}

const concerned = (offers: readonly Offer[], event: Matchable, place: Place | undefined): Offer[] =>
  offers.filter(({ spec, campaignId }) => mismatch(spec, event, place, campaignId) === undefined);

/** Whether a campaign waits at a place, whatever else it asks of the event: the same for every event there. */
function waitsAt(spec: Offer['spec'], trigger: TriggerType, place: Place | undefined): boolean {
  const wanted = triggerFor(spec, trigger);
  if (wanted === undefined) return false;
  if (!isPlaced(wanted)) return true;
  const { stores, zones } = wanted.at;
  return (
    place !== undefined &&
    stores.some((pattern) => matchesPattern(pattern, place.storeId)) &&
    zones.some((pattern) => matchesPattern(pattern, place.zone))
  );
}

/** What each phrase, folded, starts. */
function groupByPhrase(offers: readonly Offer[]): Map<string, Offer[]> {
  const found = new Map<string, Offer[]>();
  for (const offer of offers) {
    for (const phrase of phrasesOf(offer)) found.set(phrase, [...(found.get(phrase) ?? []), offer]);
  }
  return found;
}

/** The phrases a campaign waits for, folded, each once. */
export const phrasesOf = ({ spec }: Pick<Offer, 'spec'>): ReadonlySet<string> =>
  new Set((triggerFor(spec, 'keyword')?.phrases ?? []).map(foldPhrase));
