import { parentPort, workerData } from 'node:worker_threads';
import SQLite from 'better-sqlite3';
import { type Answer, connectHere } from './sqlite-connection.ts';
import { hasBytes, type Parcel, unpack } from './sqlite-parcel.ts';

/**
 * A thread that owns one connection to a SQLite file (its path is the worker's data): takes steps one after the other
 * and answers each, in their order. The first reply says that the file is open.
 */
export type Reply =
  | { readonly is: 'answer'; readonly answer: Answer; readonly hasBytes: boolean }
  /** SQLite's own trouble, by its code; an error of that kind would lose both on its way between threads. */
  | { readonly is: 'refusal'; readonly message: string; readonly code: string }
  | { readonly is: 'error'; readonly error: unknown };

/** What a thread is asked: a step, or to close the file and end. */
export type Request = Parcel | { readonly do: 'close' };

function attempt(work: () => Answer): Reply {
  try {
    const answer = work();
    return { is: 'answer', answer, hasBytes: hasBytes(answer) };
  } catch (error) {
    if (error instanceof SQLite.SqliteError) return { is: 'refusal', message: error.message, code: error.code };
    return { is: 'error', error };
  }
}

const port = parentPort;
if (port === null) throw new Error('sqlite-thread is started as a worker');
let connection: ReturnType<typeof connectHere> | undefined;
const opened = attempt(() => {
  connection = connectHere(String(workerData));
  return { rows: [] };
});
port.postMessage(opened);
port.on('message', (request: Request) => {
  port.postMessage(
    attempt(() => {
      if (connection === undefined) throw new Error('the file could not be opened');
      if (request.do !== 'close') return connection.take(unpack(request));
      connection.close();
      return { rows: [] };
    }),
  );
  if (request.do === 'close') port.close();
});
