import type { NodeId, StoreId } from '../../protocol/ids.ts';
import type { CommandResult } from '../../protocol/messages/command.ts';
import type { TagSubject } from '../../protocol/messages/common.ts';
import type { DesiredConfig, NodeConfig, ReportedConfig } from '../../protocol/messages/config.ts';
import { type EpochMs, epochMs } from '../../protocol/units.ts';
import type { Act } from '../core/access.ts';
import type { Mint } from '../core/ids.ts';
import { type AskedCommand, batchesOf, ERASURE_LIVES_MS, makeCommand } from '../core/node-command.ts';
import type { KnownCommand, NodeShadowPort } from '../core/node-shadow.ts';

/**
 * What headquarters wants of its nodes. Everything is a row first and a message afterwards: a node that is away gets it
 * when it connects, and one that is told twice does it once.
 */
export interface FleetControl {
  /** A new configuration, published at once. Throws {@link Problem}. */
  desire(nodeId: string, config: NodeConfig, ifVersion?: number, act?: Act): Promise<DesiredConfig>;
  /** Throws {@link Problem} where the node does not exist or an erasure is not confirmed. */
  command(nodeId: string, asked: AskedCommand, act?: Act): Promise<KnownCommand>;
  /**
   * Has every one of `nodeIds` forget these tags; returns the ids of the commands, which live for 30 days: a node in a
   * drawer forgets when it is switched on again.
   */
  eraseSubjects(nodeIds: readonly string[], subjects: readonly TagSubject[]): Promise<string[]>;
  /** How far an erasure is: confirmed when every command is done. */
  confirmed(commandIds: readonly string[]): Promise<{ readonly confirmed: boolean; readonly open: KnownCommand[] }>;
  /** Says again to a node what it was commanded and has not answered. */
  remind(nodeId: string): Promise<void>;
  /** A node came on line, in the topics of `topicStore`: says again what it may have missed. */
  connected(nodeId: NodeId, topicStore: StoreId): Promise<void>;
  /** We came on line ourselves: says again to every node what it may have missed meanwhile. */
  catchUp(): Promise<void>;
  recordReported(nodeId: NodeId, reported: ReportedConfig, at: EpochMs): Promise<void>;
  recordResult(nodeId: NodeId, result: CommandResult, at: EpochMs): Promise<void>;
}

export interface FleetControlDeps {
  readonly rows: NodeShadowPort;
  readonly mint: Mint;
  readonly now: () => EpochMs;
  /** `config/desired` is retained. */
  readonly publish: (
    storeId: StoreId,
    nodeId: NodeId,
    channel: 'config/desired' | 'command',
    payload: string,
  ) => Promise<void>;
  /** A message could not leave; the node gets it when it connects. */
  readonly onUnpublished: (nodeId: string, error: unknown) => void;
}

export function createFleetControl({ rows, mint, now, publish, onUnpublished }: FleetControlDeps): FleetControl {
  async function send(nodeId: string, channel: 'config/desired' | 'command', message: object): Promise<void> {
    try {
      const storeId = await rows.topicStore(nodeId);
      if (storeId !== undefined) await publish(storeId, nodeId as NodeId, channel, JSON.stringify(message));
    } catch (error) {
      onUnpublished(nodeId, error);
    }
  }

  async function give(nodeId: string, asked: AskedCommand, act?: Act): Promise<string> {
    const made = makeCommand(nodeId, asked, { id: mint.id('command'), now: now() });
    await rows.addCommand(nodeId, made, now(), act);
    await send(nodeId, 'command', made);
    return made.id;
  }

  async function remind(nodeId: string): Promise<void> {
    for (const command of await rows.pendingCommands(nodeId, now())) await send(nodeId, 'command', command);
  }

  async function sayAgain(nodeId: string): Promise<void> {
    const desired = await rows.desired(nodeId);
    if (desired !== undefined) await send(nodeId, 'config/desired', desired);
    await remind(nodeId);
  }

  return {
    remind,
    async catchUp() {
      for (const nodeId of await rows.behind(now())) await sayAgain(nodeId);
    },
    async desire(nodeId, config, ifVersion, act) {
      const desired = await rows.desire(nodeId, config, ifVersion, now(), act);
      await send(nodeId, 'config/desired', desired);
      return desired;
    },

    command: async (nodeId, asked, act) => await rows.command(await give(nodeId, asked, act), now()),

    async eraseSubjects(nodeIds, subjects) {
      const ids: string[] = [];
      for (const nodeId of nodeIds) {
        for (const some of batchesOf(subjects)) {
          ids.push(
            await give(nodeId, { command: 'erase', scope: 'subjects', subjects: some, expiresInMs: ERASURE_LIVES_MS }),
          );
        }
      }
      return ids;
    },

    async confirmed(commandIds) {
      const known = await rows.commands(commandIds, now());
      const open = known.filter(({ state }) => state !== 'done');
      return { confirmed: open.length === 0 && known.length === new Set(commandIds).size, open };
    },

    async connected(nodeId, topicStore) {
      await rows.noteTopicStore(nodeId, topicStore);
      await sayAgain(nodeId);
    },

    recordReported: (nodeId, reported, at) => rows.recordReported(nodeId, reported, epochMs(at)),
    async recordResult(nodeId, result, at) {
      await rows.recordResult(nodeId, result, at);
    },
  };
}
