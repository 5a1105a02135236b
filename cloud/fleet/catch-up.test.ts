import { expect, it } from 'vitest';
import { StoreId } from '../../protocol/ids.ts';
import { epochMs } from '../../protocol/units.ts';
import type { NodeShadowPort } from '../core/node-shadow.ts';
import { createFleetControl } from './shadow.ts';

it('says again what nodes missed while we were off the line, to them alone and to all of them', async () => {
  const told: string[] = [];
  const unpublished: string[] = [];
  const rows = {
    behind: async () => ['door-1', 'door-2', 'door-3'],
    topicStore: async () => StoreId.parse('taipei-1'),
    desired: async (node: string) => (node === 'door-1' ? { v: 1, version: 4, config: {} } : undefined),
    pendingCommands: async (node: string) => (node === 'door-1' ? [] : [{ id: `cmd-of-${node}` }]),
  } as unknown as NodeShadowPort;
  const control = createFleetControl({
    rows,
    mint: { id: () => 'cmd_1' } as never,
    now: () => epochMs(7),
    async publish(_store, node, channel, payload) {
      if (node === 'door-2') throw new Error('the line is down again');
      told.push(`${node} ${channel} ${payload}`);
    },
    onUnpublished: (node) => void unpublished.push(node),
  });
  await control.catchUp();
  expect(told).toEqual([
    'door-1 config/desired {"v":1,"version":4,"config":{}}',
    'door-3 command {"id":"cmd-of-door-3"}',
  ]);
  expect(unpublished).toEqual(['door-2']);
});
