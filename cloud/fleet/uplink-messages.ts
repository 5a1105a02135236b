import type { NodeId, StoreId } from '../../protocol/ids.ts';
import { CommandResult } from '../../protocol/messages/command.ts';
import { ReportedConfig } from '../../protocol/messages/config.ts';
import { NodeHealth, NodeStatus } from '../../protocol/messages/status.ts';
import type { UplinkChannel } from '../../protocol/topics.ts';
import type { EpochMs } from '../../protocol/units.ts';
import { plainJson } from '../core/plain-text.ts';

/** What the fleet keeps of its nodes. */
export interface FleetMemory {
  /**
   * The store in whose topics it speaks; absent where the registry does not have it: behind a broker that is not ours,
   * anybody its list lets in may speak.
   */
  topicStore(nodeId: NodeId): Promise<StoreId | undefined>;
  /** Whether it said anything new: several may hear the same, and a broker repeats what it retains. */
  recordStatus(nodeId: NodeId, status: NodeStatus, at: EpochMs): Promise<boolean>;
  recordHealth(nodeId: NodeId, health: NodeHealth, at: EpochMs): Promise<void>;
  recordReported(nodeId: NodeId, reported: ReportedConfig, at: EpochMs): Promise<void>;
  recordResult(nodeId: NodeId, result: CommandResult, at: EpochMs): Promise<void>;
}

/**
 * What became of a message: `known` is what was said before. Nothing is kept of an `unknown_node`, and that is no fault:
 * a broker goes on saying what it retains of one that was never registered, or is not in the backup we began with.
 */
export type FleetHeard = 'news' | 'known' | 'not_understood' | 'unknown_node';

/** Takes what nodes say of themselves: birth, will, health, configuration, answers to commands. */
export const createFleetEar =
  (deps: { readonly memory: FleetMemory; readonly now: () => EpochMs }) =>
  async (
    nodeId: NodeId,
    topicStore: StoreId,
    channel: Exclude<UplinkChannel, 'events'>,
    payload: Buffer,
  ): Promise<FleetHeard> => {
    switch (channel) {
      case 'status': {
        const status = NodeStatus.safeParse(json(payload));
        if (!status.success) return 'not_understood';
        const speaksIn = await deps.memory.topicStore(nodeId);
        if (speaksIn === undefined) return 'unknown_node';
        const isElsewhere = speaksIn !== topicStore;
        // The end of a line it has left for another, which its broker may tell late, and retains for ever.
        if (!status.data.online && isElsewhere) return 'known';
        const isNew = await deps.memory.recordStatus(nodeId, status.data, deps.now());
        // Moved and not booted since, it says what it said before, and has to be told what it missed in other topics.
        return isNew || isElsewhere ? 'news' : 'known';
      }
      case 'health': {
        const health = NodeHealth.safeParse(json(payload));
        if (health.success) await deps.memory.recordHealth(nodeId, health.data, deps.now());
        return health.success ? 'news' : 'not_understood';
      }
      case 'config/reported': {
        const reported = ReportedConfig.safeParse(json(payload));
        if (!reported.success) return 'not_understood';
        if ((await deps.memory.topicStore(nodeId)) === undefined) return 'unknown_node';
        await deps.memory.recordReported(nodeId, reported.data, deps.now());
        return 'news';
      }
      case 'command/result': {
        const result = CommandResult.safeParse(json(payload));
        if (result.success) await deps.memory.recordResult(nodeId, result.data, deps.now());
        return result.success ? 'news' : 'not_understood';
      }
    }
  };

/** Whether a node has just come on line; by then it hears what is told to it. */
export const isBirth = (channel: UplinkChannel, payload: Buffer): boolean =>
  channel === 'status' && NodeStatus.safeParse(json(payload)).data?.online === true;

function json(payload: Buffer): unknown {
  try {
    return plainJson(payload.toString('utf8'));
  } catch {
    return undefined;
  }
}
