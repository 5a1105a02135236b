import { sampleBundle } from '../../protocol/lab/sample-bundle.ts';

/** A node that exists only in benches; its broker is on this machine. */
export const BENCH_BUNDLE = sampleBundle({ nodeId: 'bench', storeId: 'bench-store', zone: 'bench' });

/**
 * What a node's Node.js is started with. V8 enlarges its nursery by tens of MiB under load, and on a machine with much
 * memory lets garbage of the old generation grow to a hundred: with these limits a process holds what it needs.
 */
export const NODE_FLAGS = ['--max-semi-space-size=4', '--max-old-space-size=64'] as const;
