import { durationMs } from './calendar.ts';
import type { Matchable } from './decide/match.ts';
import type { TriggerType } from './decide/types.ts';
import type { EventId } from './ids.ts';
import { foldPhrase } from './keyword.ts';
import { isPlaced, type Trigger, triggerFor, triggersOf } from './manifest/trigger.ts';
import { doorsOf } from './overlap.ts';
import type { PreviewAsked } from './preview.ts';
import { Problem } from './problem.ts';
import type { RegisteredNode } from './records.ts';
import type { Occurrence, Offer } from './working-set-types.ts';

/** The event that never was, by which a campaign is looked at. */

const EVENT = 'evt_preview' as EventId;

/** Throws {@link Problem} where the campaign does not wait for it. */
export function chosenTrigger({ spec, campaignId }: Offer, wanted: TriggerType | undefined): Trigger {
  const all = triggersOf(spec);
  const trigger = wanted === undefined ? all[0] : triggerFor(spec, wanted);
  if (trigger !== undefined) return trigger;
  const message = `campaign "${campaignId}" does not wait for ${wanted ?? 'anything'}`;
  throw new Problem('invalid', 'no_such_trigger', message, {
    where: 'trigger',
    remedy: `it waits for ${all.map(({ on }) => on).join(', ')}`,
  });
}

/**
 * The node it happens at: the first where the campaign waits, of those asked for; `undefined` where what it waits for
 * happens at no place. Throws {@link Problem} where no node stands.
 */
export function doorOf(
  offer: Offer,
  trigger: Trigger,
  nodes: readonly { readonly node: string; readonly store: string; readonly zone: string }[],
  { node, store }: Pick<PreviewAsked, 'node' | 'store'>,
): string | undefined {
  if (!isPlaced(trigger)) return undefined;
  const doors = doorsOf(offer, nodes);
  const wanted = nodes.filter(
    (one) => (node === undefined || one.node === node) && (store === undefined || one.store === store),
  );
  const named = node ?? store;
  const door = wanted.find((one) => doors.has(one.node)) ?? (named === undefined ? undefined : wanted[0]);
  if (door !== undefined) return door.node;
  const message = `no node stands ${named === undefined ? 'where it waits' : `at "${named}"`}`;
  throw new Problem('invalid', 'no_door', message, {
    where: named ?? offer.campaignId,
    remedy: 'bring the Store and Node in the same folder, or name another with --store or --node',
  });
}

/** As its ear would hand it on; who waits for it is found by `matchable`. */
export function eventOf(
  offer: Offer,
  trigger: Trigger,
  node: RegisteredNode | undefined,
  { at, phrase }: Pick<PreviewAsked, 'at' | 'phrase'>,
): { readonly matchable: Matchable; readonly occurrence: Omit<Occurrence, 'offers'> } {
  const { on } = trigger;
  const ear = on === 'schedule' ? 'clock' : on === 'dwell' || on === 'exit' ? 'tag' : 'line';
  const detail = {
    ...(on === 'keyword' && { phrase: foldPhrase(phrase ?? trigger.phrases[0] ?? '') }),
    ...(on === 'dwell' && { presentMs: trigger.after === undefined ? 0 : durationMs(trigger.after) }),
    ...(on === 'follow' && { returned: false }),
    ...(on === 'schedule' && { target: offer.campaignId }),
  };
  const trust = ear === 'clock' ? 'clock' : ear === 'tag' ? 'node' : node === undefined ? 'webhook' : 'signed';
  return {
    matchable: { trigger: on, ear, ...detail },
    occurrence: {
      event: {
        ...{ id: EVENT, ear, sourceId: 'preview', type: on, at, receivedAt: at, ageMs: 0, body: null },
        ...(node && { nodeId: node.id }),
      },
      ...{ stored: false, facts: {}, trigger: on, trust, detail },
      ...(node && { node }),
      ...(ear === 'line' && { replyToken: 'preview' }),
    },
  };
}
