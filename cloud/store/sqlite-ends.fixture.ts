import { parentPort } from 'node:worker_threads';
import type { Reply } from './sqlite-thread.ts';

/** A thread that opens its file and ends at the first thing it is asked. */
parentPort?.postMessage({ is: 'answer', answer: { rows: [] }, hasBytes: false } satisfies Reply);
parentPort?.once('message', () => {
  throw new Error('out of luck');
});
