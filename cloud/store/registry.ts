import { parseHex } from '../../protocol/bytes.ts';
import type { Hwid, NodeId, StoreId } from '../../protocol/ids.ts';
import { durationMs } from '../core/calendar.ts';
import type { StoreManifest } from '../core/manifest/store.ts';
import type { RegisteredNode, RegistryPort } from '../core/ports.ts';
import type { StoreContext } from './context.ts';

/** Which nodes exist, where they hang, and the keys their device messages are checked with. */
export const registryRows = ({ db, vault }: StoreContext): RegistryPort => {
  const joined = () =>
    db
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
      ]);
  type Row = Awaited<ReturnType<ReturnType<typeof joined>['execute']>>[number];

  const toNode = (row: Row): RegisteredNode => {
    const spec = JSON.parse(row.store_spec) as StoreManifest['spec'];
    const dmKey = row.dm_key_sealed === null ? undefined : parseHex(vault.open(row.dm_key_sealed).toString('utf8'));
    return {
      id: row.id as NodeId,
      hwid: row.hwid as Hwid,
      index: row.node_index,
      slotSeconds: row.slot_seconds,
      ...(dmKey !== undefined && { dmKey }),
      place: { storeId: row.store_id as StoreId, zone: row.zone, timeZone: spec.timeZone, hours: spec.hours },
      closeAfterMs: durationMs(spec.visit.closeAfter),
      locale: spec.locale,
      storeName: row.store_name,
    };
  };

  return {
    async node(id) {
      const row = await joined().where('node.id', '=', id).executeTakeFirst();
      return row === undefined ? undefined : toNode(row);
    },
    async nodesByHwid(hwid) {
      const rows = await joined().where('node.hwid', '=', hwid).orderBy('node.node_index').execute();
      return rows.map(toNode);
    },
  };
};
