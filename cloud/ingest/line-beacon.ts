import type { NewEvent, Registry } from '../core/ports.ts';
import { type Suspicion, suspect } from '../core/suspicion.ts';
import { identifyNode, USUAL_SLOT_SECONDS } from '../core/trust.ts';
import type { Occurrence } from '../core/working-set-types.ts';
import type { LineBeaconEvent } from './line-event.ts';

/** What does not fit about the frame a phone heard, if anything; nothing of the phone or its owner. */
export interface Suspected {
  readonly suspicion?: Suspicion;
}

/** Which door a phone heard, how far that is believed, and what waits there. */
export async function hearBeacon(
  event: NewEvent,
  line: LineBeaconEvent,
  registry: Registry,
): Promise<Partial<Occurrence> & Suspected> {
  const { hwid, dm, type } = line.beacon;
  const { trust, node, fault } = identifyNode(await registry.nodesByHwid(hwid), { hwid, dm, at: event.at });
  const facts = { hwid, ...(dm !== undefined && { dm }) };
  const seen = { ...facts, ...(node && { nodeId: node.id }), eventId: event.id, at: event.at };
  const suspected = fault && { suspicion: suspect(fault, seen, node?.slotSeconds ?? USUAL_SLOT_SECONDS) };
  const trigger = type === 'enter' && line.mode === 'active' ? { trigger: 'enter' as const } : {};
  if (node === undefined) return { facts, trust, ...trigger, ...suspected };
  // Shown to who is near and no friend: nobody is greeted by it, but who then becomes a friend came by this door.
  const source = type === 'banner' ? { source: { kind: 'banner' as const, ref: node.id } } : {};
  const offers = 'trigger' in trigger ? await registry.offers({ trigger: 'enter', ear: 'line' }, node.place) : [];
  return { facts, trust, node, ...trigger, ...source, offers, ...suspected };
}
