import { sql } from 'kysely';
import { parseHex } from '../../protocol/bytes.ts';
import type { Hwid, NodeId } from '../../protocol/ids.ts';
import { durationMs } from '../core/calendar.ts';
import type { Matchable } from '../core/decide/match.ts';
import type { Place } from '../core/decide/types.ts';
import type { PolicySpec } from '../core/manifest/policy.ts';
import type { StoreManifest } from '../core/manifest/store.ts';
import { indexOffers, type OfferIndex } from '../core/offers.ts';
import type { RegisteredNode, Registry } from '../core/ports.ts';
import { readOffers } from './campaigns.ts';
import type { StoreContext } from './context.ts';
import type { Db } from './database.ts';
import { isPostgres } from './dialect.ts';
import { homeOf } from './home.ts';

/**
 * Which nodes exist, where they hang, the keys their device messages are checked with, and which campaigns wait for
 * what: all that seldom changes, kept in memory by each process for as long as the database counts no change of it.
 * The count is read, and held, in every transaction, so that nothing is ever decided by what somebody has changed.
 */
export interface RegistryMemory {
  /** For one transaction. */
  open(context: StoreContext): Promise<Registry>;
}

export function registryMemory(): RegistryMemory {
  let version = -1;
  let kept = emptyMemory();
  return {
    async open(context) {
      const row = await context.db
        .selectFrom('registry_version')
        .select('version')
        .forShare()
        .executeTakeFirstOrThrow();
      if (row.version !== version) {
        kept = emptyMemory();
        version = row.version;
      }
      return registry(context, kept);
    },
  };
}

/**
 * Begins a change of what every batch relies on: waits for those that are under way, and lets no further one begin
 * before this transaction ends. By the table, whose waiters have their turn in the order they came: of a row that is
 * always shared by somebody an update would never get hold. Before anything else is locked, as batches do.
 */
export async function holdRegistry(tx: Db): Promise<void> {
  if (isPostgres(tx)) await sql`LOCK TABLE registry_version IN EXCLUSIVE MODE`.execute(tx);
}

interface Kept {
  readonly nodes: Map<NodeId, RegisteredNode | undefined>;
  readonly byHwid: Map<string, RegisteredNode[]>;
  index?: OfferIndex;
  policy?: PolicySpec | 'none';
}

const emptyMemory = (): Kept => ({ nodes: new Map(), byHwid: new Map() });

const registry = (context: StoreContext, kept: Kept): Registry => {
  const { db } = context;
  return {
    async node(id) {
      if (!kept.nodes.has(id)) kept.nodes.set(id, (await readNodes(context, 'node.id', id))[0]);
      return kept.nodes.get(id);
    },

    async nodesByHwid(hwid) {
      const known = kept.byHwid.get(hwid);
      if (known !== undefined) return known;
      const nodes = await readNodes(context, 'node.hwid', hwid);
      // What a stranger's beacon says is not worth remembering.
      if (nodes.length > 0) kept.byHwid.set(hwid, nodes);
      return nodes;
    },

    async offers(event: Matchable, place: Place | undefined) {
      if (event.trigger === undefined) return [];
      kept.index ??= indexOffers(await readOffers(db));
      return kept.index(event, place);
    },

    async policy() {
      kept.policy ??= (await readPolicy(db)) ?? 'none';
      return kept.policy === 'none' ? undefined : kept.policy;
    },
  };
};

async function readPolicy(db: Db): Promise<PolicySpec | undefined> {
  const row = await db
    .selectFrom('document')
    .select('spec')
    .where('kind', '=', 'Policy')
    .where('id', '=', 'house')
    .executeTakeFirst();
  return row === undefined ? undefined : (JSON.parse(row.spec) as PolicySpec);
}

async function readNodes(
  { db, vault }: StoreContext,
  column: 'node.id' | 'node.hwid',
  value: string,
): Promise<RegisteredNode[]> {
  const rows = await db
    .selectFrom('node')
    .innerJoin('store', 'store.id', 'node.store_id')
    .select([
      'node.id as id',
      'node.hwid as hwid',
      'node.node_index as node_index',
      'node.slot_seconds as slot_seconds',
      'node.zone as zone',
      'node.dm_key_sealed as dm_key_sealed',
      'store.id as store_id',
      'store.name as store_name',
      'store.spec as store_spec',
    ])
    .where(column, '=', value)
    .orderBy('node.node_index')
    .execute();
  return rows.map((row) => {
    const spec = JSON.parse(row.store_spec) as StoreManifest['spec'];
    const dmKey = row.dm_key_sealed === null ? undefined : parseHex(vault.open(row.dm_key_sealed).toString('utf8'));
    return {
      id: row.id as NodeId,
      hwid: row.hwid as Hwid,
      index: row.node_index,
      slotSeconds: row.slot_seconds,
      ...(dmKey !== undefined && { dmKey }),
      place: { ...homeOf(row.store_id, spec), zone: row.zone },
      closeAfterMs: durationMs(spec.visit.closeAfter),
      locale: spec.locale,
      storeName: row.store_name,
    };
  });
}

/** Nodes and offers outside of a batch, always as the database has them. */
export const registryRows = (context: StoreContext): Registry => registry(context, emptyMemory());
