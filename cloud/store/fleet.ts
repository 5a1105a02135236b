import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { sql } from 'kysely';
import { toHex } from '../../protocol/bytes.ts';
import type { NodeId } from '../../protocol/ids.ts';
import type { NodeHealth, NodeStatus } from '../../protocol/messages/status.ts';
import type { Act } from '../core/access.ts';
import { type BrokerUser, mosquittoHash } from '../core/broker-files.ts';
import type { NodeManifest } from '../core/manifest/node.ts';
import type { NodeCredentials } from '../core/ports.ts';
import { auditRows } from './audit.ts';
import type { StoreContext } from './context.ts';
import { rowsTable } from './many.ts';
import { holdRegistry } from './registry.ts';
import { transact } from './transact.ts';

/** What a node said of its health, and when we heard it. */
export interface HeardHealth {
  readonly nodeId: NodeId;
  readonly health: NodeHealth;
  readonly at: number;
}

/** How every birth begins that we wrote. */
const BIRTH = JSON.stringify({ v: 1, online: true } satisfies Pick<NodeStatus, 'v' | 'online'>).slice(0, -1);

/** As many as a bundle takes. */
const MOST_NEIGHBOURS = 16;

const hashPassword = (password: string): string => createHash('sha256').update(password).digest('hex');

/**
 * Nodes as machines: their credentials, and what they last said of themselves. `broker` names the one they say it
 * through, the same after a restart: several may share the database, and none knows who is on the line of another.
 */
export function fleetRows({ db, vault }: StoreContext, broker = 'embedded') {
  return {
    /** Whether the node exists and the password is right. */
    async login(nodeId: NodeId, password: string): Promise<boolean> {
      const row = await db.selectFrom('node').select('mqtt_password_hash').where('id', '=', nodeId).executeTakeFirst();
      if (row?.mqtt_password_hash == null) return false;
      return timingSafeEqual(Buffer.from(hashPassword(password)), Buffer.from(row.mqtt_password_hash));
    },

    /**
     * New MQTT password and device-message key for a registered node. Without `rotate` a node that already has them
     * keeps them, since its bundle would stop working: then `has_credentials`.
     */
    async makeCredentials(
      nodeId: string,
      rotate: boolean,
      done?: { readonly act: Act; readonly at: number },
    ): Promise<NodeCredentials | 'unknown_node' | 'has_credentials'> {
      return await transact(db, async (tx) => {
        await holdRegistry(tx);
        const row = await tx
          .selectFrom('node')
          .selectAll()
          .where('id', '=', nodeId)
          .forNoKeyUpdate()
          .executeTakeFirst();
        if (row === undefined) return 'unknown_node';
        if (row.mqtt_password_hash !== null && !rotate) return 'has_credentials';
        const dmKeyHex = toHex(randomBytes(32));
        const mqttPassword = randomBytes(32).toString('base64url');
        await tx
          .updateTable('node')
          .set({
            mqtt_password_hash: hashPassword(mqttPassword),
            mosquitto_hash: mosquittoHash(mqttPassword, randomBytes(12)),
            dm_key_sealed: vault.seal(dmKeyHex),
          })
          .where('id', '=', nodeId)
          .execute();
        if (done !== undefined) {
          const entry = { act: done.act, action: 'node.bundle', subject: { kind: 'Node', id: nodeId } } as const;
          await auditRows(tx).write({ ...entry, detail: { rotate } }, done.at);
        }
        const neighbours = await tx
          .selectFrom('node')
          .select('hwid')
          .distinct()
          .where('store_id', '=', row.store_id)
          .where('hwid', '!=', row.hwid)
          .orderBy('hwid')
          .limit(MOST_NEIGHBOURS)
          .execute();
        return {
          neighbours: neighbours.map(({ hwid }) => hwid),
          node: { id: row.id as NodeId, storeId: row.store_id, zone: row.zone, index: row.node_index },
          spec: JSON.parse(row.spec) as NodeManifest['spec'],
          dmKeyHex,
          mqttPassword,
        };
      });
    },

    /**
     * Nobody is on the line of a broker that has just begun. One that died was not there to hear the wills: without
     * this, nodes that went meanwhile would count as online for ever.
     */
    async forgetOnline(): Promise<void> {
      await db
        .updateTable('node_state')
        .set({ online: 0 })
        .where('online', '=', 1)
        .where((row) => row.or([row('broker', '=', broker), row('broker', 'is', null)]))
        .execute();
    },

    /**
     * Returns whether it was news: what the broker retains, or several dispatchers hear, changes a row once. A node that
     * went over to another broker is not gone when the one before notices that its line is dead.
     */
    async recordStatus(nodeId: NodeId, status: NodeStatus, at: number): Promise<boolean> {
      const online = status.online ? 1 : 0;
      const text = JSON.stringify(status);
      const written = await db
        .insertInto('node_state')
        .values({ node_id: nodeId, online, status: text, health: null, seen_at: at, broker })
        .onConflict((conflict) => {
          const told = conflict
            .column('node_id')
            .doUpdateSet({ online, status: text, seen_at: at, broker })
            .where((row) =>
              row.or([
                row('node_state.status', 'is distinct from', text),
                row('node_state.broker', 'is distinct from', broker),
              ]),
            );
          if (status.online) return told;
          return told.where((row) =>
            row.or([
              row('node_state.online', '=', 0),
              row('node_state.broker', '=', broker),
              row('node_state.broker', 'is', null),
            ]),
          );
        })
        .executeTakeFirst();
      return (written.numInsertedOrUpdatedRows ?? 0n) > 0n;
    },

    /**
     * Signs of life, many in one statement; of several of one node the last counts, and those of nodes nobody knows do
     * not. A node counted as gone for its silence alone is back.
     */
    async recordHealths(heard: readonly HeardHealth[]): Promise<void> {
      const last = new Map(heard.map(({ nodeId, health, at }) => [nodeId, { health: JSON.stringify(health), at }]));
      const rows = [...last].map(([node_id, { health, at }]) => ({ node_id, health, seen_at: at }));
      // In the order of their ids, so that two who do the same never wait for each other.
      await sql`
        INSERT INTO node_state (node_id, online, status, health, seen_at, broker)
        SELECT node.id, 1, NULL, heard.health, heard.seen_at, CAST(${broker} AS text)
        FROM ${rowsTable(db, { node_id: 'text', health: 'text', seen_at: 'int' }, rows)} AS heard
        JOIN node ON node.id = heard.node_id
        WHERE true
        ORDER BY node.id
        ON CONFLICT (node_id) DO UPDATE SET
          health = excluded.health,
          seen_at = excluded.seen_at,
          online = CASE WHEN node_state.status LIKE ${`${BIRTH}%`} THEN 1 ELSE node_state.online END
      `.execute(db);
    },

    /** Nodes not heard of since then are gone, whatever they said last: a broker that died told no wills. */
    async forgetSilent(since: number): Promise<void> {
      await db
        .updateTable('node_state')
        .set({ online: 0 })
        .where('online', '=', 1)
        .where('seen_at', '<', since)
        .execute();
    },

    /** Nodes that have credentials, as another broker is told of them. */
    async brokerUsers(): Promise<BrokerUser[]> {
      const rows = await db
        .selectFrom('node')
        .select(['id', 'mqtt_password_hash', 'mosquitto_hash'])
        .where('mqtt_password_hash', 'is not', null)
        .orderBy('id')
        .execute();
      return rows.map(({ id, mqtt_password_hash, mosquitto_hash }) => ({
        name: id,
        sha256: mqtt_password_hash ?? '',
        ...(mosquitto_hash !== null && { mosquittoHash: mosquitto_hash }),
      }));
    },

    async list() {
      const rows = await db
        .selectFrom('node')
        .leftJoin('node_state', 'node_state.node_id', 'node.id')
        .select(['node.id', 'node.store_id', 'node.zone', 'node.hwid', 'node.node_index', 'node.mqtt_password_hash'])
        .select(['node_state.online', 'node_state.status', 'node_state.health', 'node_state.seen_at'])
        .orderBy('node.id')
        .execute();
      return rows.map((row) => ({
        id: row.id,
        store: row.store_id,
        zone: row.zone,
        hwid: row.hwid,
        index: row.node_index,
        enrolled: row.mqtt_password_hash !== null,
        online: row.online === 1,
        ...(row.seen_at !== null && { seenAt: row.seen_at }),
        ...(row.status !== null && { status: JSON.parse(row.status) as NodeStatus }),
        ...(row.health !== null && { health: JSON.parse(row.health) as NodeHealth }),
      }));
    },
  };
}

export type FleetRows = ReturnType<typeof fleetRows>;
