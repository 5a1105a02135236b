import { type DmFault, parseDm, verifyDm } from '../../protocol/device-message.ts';
import type { Hwid, NodeId } from '../../protocol/ids.ts';
import type { EpochMs } from '../../protocol/units.ts';
import type { Trust } from './decide/types.ts';

export interface KnownNode {
  readonly id: NodeId;
  readonly index: number;
  readonly slotSeconds: number;
  readonly dmKey?: Uint8Array;
}

/** Of a frame no node of ours can be named for. */
export const USUAL_SLOT_SECONDS = 300;

/**
 * Which of the nodes that share a HWID a beacon event came from, and how sure that is. The index in the device message
 * tells the door; where there is none, a HWID with one node still names that node.
 */
export function identifyNode<Node extends KnownNode>(
  nodes: readonly Node[],
  event: { readonly hwid: Hwid; readonly dm: string | undefined; readonly at: EpochMs },
): { readonly trust: Trust; readonly node?: Node; readonly fault?: DmFault } {
  const claimed = parseDm(event.dm ?? '');
  const named = 'nodeIndex' in claimed ? nodes.find(({ index }) => index === claimed.nodeIndex) : undefined;
  const node = named ?? (nodes.length === 1 ? nodes[0] : undefined);
  if (claimed.mode === 'fixed' && named === undefined) {
    return { trust: 'bad', ...(node && { node }), fault: { kind: 'unknown-key' } };
  }
  const { verdict, fault } = verifyDm({
    ...event,
    slotSeconds: node?.slotSeconds ?? USUAL_SLOT_SECONDS,
    keyOf: (index) => (index === named?.index ? named.dmKey : undefined),
  });
  return { trust: verdict, ...(node && { node }), ...(fault && { fault }) };
}
