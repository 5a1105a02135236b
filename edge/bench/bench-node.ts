import { NodeBundle } from '../../protocol/messages/bundle.ts';

/** A node that exists only in benches; its broker is on this machine. */
export const BENCH_BUNDLE = NodeBundle.parse({
  v: 1,
  nodeId: 'bench',
  storeId: 'bench-store',
  zone: 'bench',
  hwid: '0a1b2c3d4e',
  nodeIndex: 7,
  dmKey: 'ab'.repeat(32),
  slotSeconds: 300,
  ibeacon: { uuid: 'd0d2ce24-9efc-11e5-82c4-1c6a7a17ef38', major: 1, minor: 7, measuredPower: -59 },
  tagNamespaces: ['f7826da6-4fa2-4e98-8024-bc5b71e0893e'],
  mqtt: { url: 'mqtt://127.0.0.1:1', username: 'bench', password: 'no-secret-of-anyone' },
});

/**
 * What a node's Node.js is started with. V8 enlarges its nursery by tens of MiB under load, and on a machine with much
 * memory lets garbage of the old generation grow to a hundred: with these limits a process holds what it needs.
 */
export const NODE_FLAGS = ['--max-semi-space-size=4', '--max-old-space-size=64'] as const;
