import type { NodeId, StoreId } from '../../protocol/ids.ts';
import type { CommandResult, NodeCommand } from '../../protocol/messages/command.ts';
import type { DesiredConfig, NodeConfig, ReportedConfig } from '../../protocol/messages/config.ts';
import type { Act } from '../core/access.ts';
import type { KnownCommand, NodeShadowPort } from '../core/node-shadow.ts';
import { Problem } from '../core/problem.ts';
import { auditRows } from './audit.ts';
import { present, type StoreContext } from './context.ts';
import { transact } from './transact.ts';

/** Commands shown with a node, newest first. */
const RECENT_COMMANDS = 10;
/** Republished at one connection at most; more than a node was ever given at once. */
const MOST_PENDING = 100;

/** What is desired of each node and what it reports; the commands it was given and what came of them. */
export function nodeShadowRows({ db }: StoreContext) {
  const ensure = async (nodeId: string, into = db): Promise<void> => {
    const node = await into.selectFrom('node').select('id').where('id', '=', nodeId).executeTakeFirst();
    if (node === undefined) {
      throw new Problem('not_found', 'unknown_node', `no node "${nodeId}"`, { remedy: 'see pharos node list' });
    }
    await into
      .insertInto('node_shadow')
      .values({
        node_id: nodeId,
        topic_store: null,
        desired_version: 0,
        desired: null,
        desired_at: null,
        reported_version: 0,
        reported: null,
        reported_at: null,
      })
      .onConflict((conflict) => conflict.column('node_id').doNothing())
      .execute();
  };

  const add = async (into: typeof db, nodeId: string, command: NodeCommand, at: number): Promise<void> => {
    await ensure(nodeId, into);
    await into
      .insertInto('node_command')
      .values({
        id: command.id,
        node_id: nodeId,
        command: command.command,
        body: JSON.stringify(command),
        state: 'pending',
        created_at: at,
        expires_at: command.expiresAt,
        result: null,
        answered_at: null,
      })
      .execute();
  };

  const port: NodeShadowPort = {
    async topicStore(nodeId: string): Promise<StoreId | undefined> {
      const row = await db
        .selectFrom('node')
        .leftJoin('node_shadow', 'node_shadow.node_id', 'node.id')
        .select(['node.store_id', 'node_shadow.topic_store'])
        .where('node.id', '=', nodeId)
        .executeTakeFirst();
      return (row?.topic_store ?? row?.store_id) as StoreId | undefined;
    },

    async noteTopicStore(nodeId: NodeId, storeId: StoreId): Promise<void> {
      await ensure(nodeId);
      await db.updateTable('node_shadow').set({ topic_store: storeId }).where('node_id', '=', nodeId).execute();
    },

    async desired(nodeId: string): Promise<DesiredConfig | undefined> {
      const row = await db
        .selectFrom('node_shadow')
        .select(['desired_version', 'desired'])
        .where('node_id', '=', nodeId)
        .executeTakeFirst();
      if (row?.desired == null) return undefined;
      return { v: 1, version: row.desired_version, config: JSON.parse(row.desired) as NodeConfig };
    },

    async desire(
      nodeId: string,
      config: NodeConfig,
      ifVersion: number | undefined,
      at: number,
      act?: Act,
    ): Promise<DesiredConfig> {
      return await transact(db, async (tx) => {
        await ensure(nodeId, tx);
        const row = await tx
          .selectFrom('node_shadow')
          .select(['desired_version', 'reported_version'])
          .where('node_id', '=', nodeId)
          .executeTakeFirstOrThrow();
        const changed = (): Problem =>
          new Problem(
            'conflict',
            'config_changed',
            `the configuration of node "${nodeId}" is at version ${row.desired_version}, not ${ifVersion}`,
            { remedy: 'look at it again and decide anew: somebody else changed it meanwhile' },
          );
        if (ifVersion !== undefined && ifVersion !== row.desired_version) throw changed();
        const version = Math.max(row.desired_version, row.reported_version) + 1;
        const updated = await tx
          .updateTable('node_shadow')
          .set({ desired_version: version, desired: JSON.stringify(config), desired_at: at })
          .where('node_id', '=', nodeId)
          .where('desired_version', '=', row.desired_version)
          .executeTakeFirst();
        if (updated.numUpdatedRows === 0n) throw changed();
        const subject = { kind: 'Node', id: nodeId };
        await auditRows(tx).write({ act, action: 'node.config', subject, detail: { version, config } }, at);
        return { v: 1, version, config };
      });
    },

    async behind(now: number): Promise<string[]> {
      const configured = await db
        .selectFrom('node_shadow')
        .select('node_id')
        .whereRef('desired_version', '>', 'reported_version')
        .execute();
      const commanded = await db
        .selectFrom('node_command')
        .select('node_id')
        .distinct()
        .where('state', '=', 'pending')
        .where('expires_at', '>', now)
        .execute();
      return [...new Set([...configured, ...commanded].map(({ node_id }) => node_id))];
    },

    async recordReported(nodeId: NodeId, reported: ReportedConfig, at: number): Promise<void> {
      await ensure(nodeId);
      // A message of before, repeated late by a broker, does not take back what was reported since.
      await db
        .updateTable('node_shadow')
        .set({ reported_version: reported.version, reported: JSON.stringify(reported), reported_at: at })
        .where('node_id', '=', nodeId)
        .where('reported_version', '<=', reported.version)
        .execute();
    },

    async addCommand(nodeId: string, command: NodeCommand, at: number, act?: Act): Promise<void> {
      // Who gives a command of their own is written down with it; one that belongs to a greater change has its transaction.
      if (act === undefined) await add(db, nodeId, command, at);
      else
        await transact(db, async (tx) => {
          await add(tx, nodeId, command, at);
          const subject = { kind: 'Node', id: nodeId };
          const detail = { id: command.id, command: command.command };
          await auditRows(tx).write({ act, action: 'node.command', subject, detail }, at);
        });
    },

    async pendingCommands(nodeId: string, now: number): Promise<NodeCommand[]> {
      const rows = await db
        .selectFrom('node_command')
        .select('body')
        .where('node_id', '=', nodeId)
        .where('state', '=', 'pending')
        .where('expires_at', '>', now)
        .orderBy('created_at')
        .orderBy('id')
        .limit(MOST_PENDING)
        .execute();
      return rows.map(({ body }) => JSON.parse(body) as NodeCommand);
    },

    async recordResult(nodeId: NodeId, result: CommandResult, at: number): Promise<boolean> {
      const row = await db
        .selectFrom('node_command')
        .select('body')
        .where('id', '=', result.id)
        .where('node_id', '=', nodeId)
        .executeTakeFirst();
      if (row === undefined) return false;
      const { subjects, ...body } = JSON.parse(row.body) as { subjects?: unknown };
      const updated = await db
        .updateTable('node_command')
        .set({
          state: result.state,
          result: JSON.stringify(result),
          answered_at: at,
          ...(subjects !== undefined && { body: JSON.stringify(body) }),
        })
        .where('id', '=', result.id)
        .where('state', '=', 'pending')
        .executeTakeFirst();
      return updated.numUpdatedRows > 0n;
    },

    async command(id: string, now: number): Promise<KnownCommand> {
      const row = await db.selectFrom('node_command').selectAll().where('id', '=', id).executeTakeFirst();
      if (row === undefined) throw new Problem('not_found', 'unknown_command', `no command "${id}"`);
      return toCommand(row, now);
    },

    async commands(ids: readonly string[], now: number): Promise<KnownCommand[]> {
      if (ids.length === 0) return [];
      const rows = await db.selectFrom('node_command').selectAll().where('id', 'in', ids).execute();
      return rows.map((row) => toCommand(row, now));
    },
  };

  return {
    ...port,
    /** Desired, reported and the newest commands of one node. Throws {@link Problem} when there is none. */
    async show(nodeId: string, now: number) {
      const row = await db
        .selectFrom('node')
        .leftJoin('node_shadow', 'node_shadow.node_id', 'node.id')
        .select(['node.id', 'desired_version', 'desired', 'desired_at', 'reported', 'reported_at'])
        .where('node.id', '=', nodeId)
        .executeTakeFirst();
      if (row === undefined) {
        throw new Problem('not_found', 'unknown_node', `no node "${nodeId}"`, { remedy: 'see pharos node list' });
      }
      const commands = await db
        .selectFrom('node_command')
        .selectAll()
        .where('node_id', '=', nodeId)
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc')
        .limit(RECENT_COMMANDS)
        .execute();
      return {
        desired: {
          version: row.desired_version ?? 0,
          config: row.desired === null ? {} : (JSON.parse(row.desired) as NodeConfig),
          ...present({ at: row.desired_at }),
        },
        ...(row.reported !== null && {
          reported: { ...(JSON.parse(row.reported) as ReportedConfig), ...present({ receivedAt: row.reported_at }) },
        }),
        commands: commands.map((command) => toCommand(command, now)),
      };
    },
  };
}

export type NodeShadowRows = ReturnType<typeof nodeShadowRows>;

interface CommandRow {
  readonly id: string;
  readonly node_id: string;
  readonly command: string;
  readonly state: Exclude<KnownCommand['state'], 'expired'>;
  readonly created_at: number;
  readonly expires_at: number;
  readonly result: string | null;
  readonly answered_at: number | null;
}

function toCommand(row: CommandRow, now: number): KnownCommand {
  const result = row.result === null ? undefined : (JSON.parse(row.result) as CommandResult);
  return {
    id: row.id,
    node: row.node_id,
    command: row.command,
    state: row.state === 'pending' && row.expires_at <= now ? 'expired' : row.state,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    ...(row.answered_at !== null && { answeredAt: row.answered_at }),
    ...(result?.detail !== undefined && { detail: result.detail }),
    ...(result?.data !== undefined && { data: result.data }),
  };
}
