import type { NodeId } from '../../protocol/ids.ts';
import type { UplinkChannel } from '../../protocol/topics.ts';

/**
 * What a node says of itself is taken in its order: a will that was written after the birth that followed it would leave
 * a living node for gone. Batches of events wait for nobody; each of their rows says itself when it happened.
 */
export function createTurns(): <T>(nodeId: NodeId, channel: UplinkChannel, work: () => Promise<T>) => Promise<T> {
  const lastOf = new Map<NodeId, Promise<unknown>>();
  return (nodeId, channel, work) => {
    if (channel === 'events') return work();
    const last = lastOf.get(nodeId);
    const turn = last === undefined ? work() : last.then(work, work);
    lastOf.set(nodeId, turn);
    const forget = (): void => {
      if (lastOf.get(nodeId) === turn) lastOf.delete(nodeId);
    };
    turn.then(forget, forget);
    return turn;
  };
}
