import type { NodeId, StoreId } from '../../protocol/ids.ts';
import type { CommandResult, NodeCommand } from '../../protocol/messages/command.ts';
import type { DesiredConfig, NodeConfig, ReportedConfig } from '../../protocol/messages/config.ts';

import type { Act } from './access.ts';

/** A command as headquarters sees it. `expired`: never answered, and the node will not do it any more. */
export interface KnownCommand {
  readonly id: string;
  readonly node: string;
  readonly command: string;
  readonly state: 'pending' | CommandResult['state'] | 'expired';
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly answeredAt?: number;
  readonly detail?: string;
  readonly data?: CommandResult['data'];
}

/** What is desired of each node and what it reports; the commands it was given and what came of them. */
export interface NodeShadowPort {
  /** The store in the topics a node uses: what it last connected with, else the one of the registry. */
  topicStore(nodeId: string): Promise<StoreId | undefined>;
  noteTopicStore(nodeId: NodeId, storeId: StoreId): Promise<void>;
  desired(nodeId: string): Promise<DesiredConfig | undefined>;
  /**
   * A new version of what is desired. With `ifVersion` only if that is still the newest one. It also goes beyond what the
   * node has seen: a cloud restored from a backup would otherwise number anew, and the node would not listen.
   * Throws `Problem`: `unknown_node`, `config_changed`.
   */
  desire(
    nodeId: string,
    config: NodeConfig,
    ifVersion: number | undefined,
    at: number,
    act?: Act,
  ): Promise<DesiredConfig>;
  /** Nodes that have not reported what is desired of them, or have commands to answer. */
  behind(now: number): Promise<string[]>;
  recordReported(nodeId: NodeId, reported: ReportedConfig, at: number): Promise<void>;
  addCommand(nodeId: string, command: NodeCommand, at: number, act?: Act): Promise<void>;
  /** Given to this node, not answered and not expired, oldest first. */
  pendingCommands(nodeId: string, now: number): Promise<NodeCommand[]>;
  /** The first answer of the node the command was given to counts; returns whether this was it. */
  recordResult(nodeId: NodeId, result: CommandResult, at: number): Promise<boolean>;
  command(id: string, now: number): Promise<KnownCommand>;
  commands(ids: readonly string[], now: number): Promise<KnownCommand[]>;
}
