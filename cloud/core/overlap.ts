import { matchesPattern } from './manifest/fields.ts';
import { isPlaced, type Trigger, triggerFor, triggersOf } from './manifest/trigger.ts';
import { phrasesOf } from './offers.ts';
import type { Overlap } from './plan.ts';
import type { Offer } from './working-set-types.ts';

interface Standing {
  readonly node: string;
  readonly store: string;
  readonly zone: string;
}

/** Where these nodes hear what the trigger waits for. */
const doorsOfTrigger = (trigger: Trigger, nodes: readonly Standing[]): string[] =>
  isPlaced(trigger)
    ? nodes
        .filter(
          ({ store, zone }) =>
            trigger.at.stores.some((pattern) => matchesPattern(pattern, store)) &&
            trigger.at.zones.some((pattern) => matchesPattern(pattern, zone)),
        )
        .map(({ node }) => node)
    : [];

/** The nodes at which a campaign waits, whatever for. */
export const doorsOf = ({ spec }: Pick<Offer, 'spec'>, nodes: readonly Standing[]): ReadonlySet<string> =>
  new Set(triggersOf(spec).flatMap((trigger) => doorsOfTrigger(trigger, nodes)));

/** The other campaigns that would be judged for the same event, or may not answer beside this one. */
export function overlapsOf(offer: Offer, others: readonly Offer[], nodes: readonly Standing[]): Overlap[] {
  return others.flatMap((other): Overlap[] => {
    if (other.campaignId === offer.campaignId) return [];
    const doors = triggersOf(offer.spec).flatMap((trigger) => {
      const theirs = triggerFor(other.spec, trigger.on);
      const there = new Set(theirs === undefined ? [] : doorsOfTrigger(theirs, nodes));
      return doorsOfTrigger(trigger, nodes).filter((node) => there.has(node));
    });
    const said = phrasesOf(other);
    const phrases = [...phrasesOf(offer)].filter((phrase) => said.has(phrase));
    const waits = ({ spec }: Offer): boolean => triggerFor(spec, 'follow') !== undefined;
    const follow = waits(offer) && waits(other);
    const { group, priority } = other.spec;
    const together = group !== undefined && group === offer.spec.group;
    if (doors.length + phrases.length === 0 && !follow) return [];
    return [
      { with: other.campaignId, priority, doors: [...new Set(doors)], phrases, follow, ...(together && { group }) },
    ];
  });
}
