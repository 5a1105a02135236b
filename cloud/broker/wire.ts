import type { NodeId, StoreId } from '../../protocol/ids.ts';
import type { DownlinkChannel, UplinkChannel } from '../../protocol/topics.ts';

/**
 * The wire to the nodes: what they say comes in, what they are told goes out. Behind it is the embedded broker or a
 * client of somebody else's; both keep the same manners.
 *
 * Which store a node belongs to is the registry's to say. The store in a topic is the one the node was enrolled for: a
 * node that was moved since goes on in its old topics until it gets a new bundle, and is answered there.
 */
export interface NodeWire {
  /**
   * Resolves when the broker has it, and rejects when it has not: nothing waits here for better times, since whoever
   * says it says it again. `config/desired` is retained.
   */
  publish(storeId: StoreId, nodeId: NodeId, channel: DownlinkChannel, payload: string): Promise<void>;
  state(): WireState;
  /**
   * Ends the connection of a node that has one; whoever it was has to log in again. False where the broker is not ours:
   * whoever is on the line stays there until its own list is renewed.
   */
  drop(nodeId: NodeId): Promise<boolean>;
  /** Takes no more in, ends all connections of ours and resolves when every message in hand has been dealt with. */
  stop(): Promise<void>;
}

export interface WireState {
  /** Why nodes are not heard, or not as they should be; absent: all is well. */
  readonly trouble?: string;
  /** Nodes are not heard at all; else, whatever the trouble, they are. */
  readonly isDeaf?: true;
  /** How many nodes are connected, where the broker is ours. */
  readonly connections?: number;
}

export interface WireDeps {
  /**
   * Called for every message of a node; when it resolves, the message counts as taken. What a node said of itself is
   * heard in its order, and may be heard again: so it must not matter how often. `topicStore` is where to answer, no
   * more. When it rejects, the message was not taken and comes again, at the latest when the node says it again.
   */
  readonly onMessage: (nodeId: NodeId, topicStore: StoreId, channel: UplinkChannel, payload: Buffer) => Promise<void>;
  readonly onRefused: (what: string, nodeId: string | undefined) => void;
}

/** A node's batch stays far below this; larger packets are an attack or a mistake. */
export const MOST_PACKET_BYTES = 512 * 1024;
