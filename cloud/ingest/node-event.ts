import { tagSubjectKey } from '../../protocol/messages/common.ts';
import type { EventBatchEnvelope, NodeEvent } from '../../protocol/messages/events.ts';
import { type EpochMs, epochMs } from '../../protocol/units.ts';
import { eventTime } from '../core/event-time.ts';
import type { EventId, Mint } from '../core/ids.ts';
import type { LedgerTx, RegisteredNode } from '../core/ports.ts';
import { dispatch, type OnUnmade } from './dispatch.ts';

/** Takes one event of a node. Returns how many deliveries were written, or `duplicate` for one taken before. */
export async function takeNodeEvent(
  tx: LedgerTx,
  mint: Mint,
  node: RegisteredNode,
  batch: EventBatchEnvelope,
  nodeEvent: NodeEvent,
  receivedAt: EpochMs,
  onUnmade?: OnUnmade,
): Promise<number | 'duplicate'> {
  const { at, ageMs } = eventTime(nodeEvent, batch, receivedAt);
  const event = {
    id: mint.id('event') as EventId,
    ear: 'tag' as const,
    sourceId: `${node.id}:${batch.epoch}:${nodeEvent.seq}`,
    type: nodeEvent.type,
    at: epochMs(at),
    receivedAt,
    ...(ageMs !== undefined && { ageMs }),
    nodeId: node.id,
    body: null,
  };
  if (!(await tx.events.add(event))) return 'duplicate';
  if (nodeEvent.type === 'loss' || nodeEvent.type === 'footfall') {
    const count = nodeEvent.type === 'loss' ? nodeEvent.dropped : nodeEvent.count;
    await tx.events.close(event.id, 'done', { nodeId: node.id, storeId: node.place.storeId, count });
    return 0;
  }
  // Who an unregistered tag belongs to is not known, and its identity is not kept.
  const member = await tx.members.byIdentity('ble_tag', 'ibeacon', tagSubjectKey(nodeEvent.subject));
  return await dispatch(
    tx,
    mint,
    { event, node, member, trust: 'node', trigger: nodeEvent.type, facts: {} },
    receivedAt,
    onUnmade,
  );
}
