import { Worker } from 'node:worker_threads';
import SQLite from 'better-sqlite3';
import { errorMessage } from '../../protocol/error-message.ts';
import type { Answer, SqliteConnection, Step } from './sqlite-connection.ts';
import { pack, withBuffers } from './sqlite-parcel.ts';
import type { Reply, Request } from './sqlite-thread.ts';

/**
 * A connection on a thread of its own.
 *
 *   opening ─► open ─(close)─► closed
 *      └─────────┴──(the thread ends by itself)──► lost
 *
 * Answers come in the order of the questions. While any is awaited the process stays alive; else it may end. Lost, every
 * question is refused as a fault of the disk would be, and the process is told by an error nobody catches: it can do
 * nothing without its database, and whoever watches over it starts it anew.
 */
export async function connectApart(
  path: string,
  { thread = THREAD, onLost = throwIt }: { readonly thread?: URL; readonly onLost?: (error: Error) => void } = {},
): Promise<SqliteConnection> {
  const worker = new Worker(thread, { workerData: path });
  const waiting: { readonly resolve: (answer: Answer) => void; readonly reject: (error: unknown) => void }[] = [];
  let at: 'opening' | 'open' | 'closed' | 'lost' = 'opening';

  /** Resolves with the next reply; what is to be asked for it goes with it. */
  const ask = (request?: Request, gone: readonly ArrayBuffer[] = []): Promise<Answer> =>
    new Promise((resolve, reject) => {
      if (at === 'closed' || at === 'lost') {
        reject(at === 'lost' ? lost('before') : new Error('the database was closed'));
        return;
      }
      // Throws for a value that cannot travel; then no reply may be awaited.
      if (request !== undefined) worker.postMessage(request, gone);
      if (waiting.push({ resolve, reject }) === 1) worker.ref();
    });

  worker.on('message', (reply: Reply) => {
    const first = waiting.shift();
    if (waiting.length === 0) worker.unref();
    if (reply.is === 'answer') first?.resolve(reply.hasBytes ? withBuffers(reply.answer) : reply.answer);
    else first?.reject(reply.is === 'refusal' ? new SQLite.SqliteError(reply.message, reply.code) : reply.error);
  });

  const lose = (why: string): void => {
    const was = at;
    if (was !== 'closed') at = 'lost';
    const error = lost(why);
    for (const { reject } of waiting.splice(0)) reject(error);
    if (was === 'open') onLost(error);
  };
  worker.on('error', (error) => lose(error instanceof Error ? (error.stack ?? error.message) : errorMessage(error)));
  worker.on('exit', (code) => lose(`exit ${code}`));

  try {
    await ask();
  } catch (error) {
    at = 'closed';
    await worker.terminate();
    throw error;
  }
  at = 'open';
  return {
    apart: true,
    async take(step: Step) {
      // A busy loop hears an answer a turn later at best: what follows goes without waiting for this one.
      if (step.do === 'begin') {
        ask({ ...step, ahead: true }).catch(() => undefined);
        return { rows: [] };
      }
      const { parcel, gone } = pack(step);
      return await ask(parcel, gone);
    },
    async close() {
      const exited = new Promise((resolve) => worker.once('exit', resolve));
      const closed = ask({ do: 'close' });
      at = 'closed';
      await closed;
      worker.ref();
      await exited;
    },
  };
}

/** A code of the disk's family: whoever hears it tries again later, as after a failed write. */
const lost = (why: string): Error =>
  new SQLite.SqliteError(`the thread of the database ended: ${why}`, 'SQLITE_IOERR_THREAD');

const throwIt = (error: Error): void => {
  throw error;
};

/** As source and as built. */
const THREAD = new URL(import.meta.url.endsWith('.ts') ? './sqlite-thread.ts' : './sqlite-thread.js', import.meta.url);
