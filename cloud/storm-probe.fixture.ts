import { closeSync, openSync, writeSync } from 'node:fs';
import { BroadcastChannel } from 'node:worker_threads';
import SQLite from 'better-sqlite3';
import { Client } from 'pg';
import { type Dispatcher, Pool } from 'undici';

/**
 * Sees, from outside of the service's own code, when it has a transaction or a call to LINE open, on whatever thread, and
 * ends the process as `kill -9` would at a moment that was asked for.
 */
export const POINTS = ['statement', 'commit', 'committed', 'call', 'answered'] as const;
/**
 * `statement`: after one within a transaction; `commit`: it is being committed, and nobody has been told; `committed`: it
 * is, and nothing was made of it yet; `call`: LINE has the request, or is about to; `answered`: nothing of it is written.
 */
export type Point = (typeof POINTS)[number];

/** By which the probes of all threads of a process are told: the process ends at the `nth` such point from now on. */
export const ORDERS = 'storm';
export interface Order {
  readonly at: Point;
  readonly nth: number;
}

/** Where a thread was when its process ended, as the file says that it kept up to date. */
export interface Whereabouts {
  readonly transactions: number;
  readonly calls: number;
  readonly at?: Point;
}

/** What else is broken on purpose, to see that it is noticed: each attempt has a key of its own, or no answer is heard. */
export type Sabotage = 'new-keys' | 'forgets-answers';

/** Watches this thread; `file` is its own. */
export function installProbe(file: string, sabotage: Sabotage | undefined): void {
  const fd = openSync(file, 'w');
  process.on('exit', () => closeSync(fd));
  let transactions = 0;
  let calls = 0;
  let armed: { readonly at: Point; left: number } | undefined;

  const tell = (at?: Point): void => {
    const line: Whereabouts = { transactions, calls, ...(at !== undefined && { at }) };
    writeSync(fd, `${JSON.stringify(line).padEnd(80)}\n`, 0);
  };
  const die = (at: Point): never => {
    tell(at);
    process.kill(process.pid, 'SIGKILL');
    // The signal may take a moment to come round to this thread; nothing more happens on it.
    for (;;);
  };
  const pass = (at: Point): void => {
    if (armed === undefined || armed.at !== at) return;
    armed.left -= 1;
    if (armed.left <= 0) die(at);
  };
  const changed = (what: 'transactions' | 'calls', by: 1 | -1): void => {
    if (what === 'transactions') transactions += by;
    else calls += by;
    tell();
  };
  tell();

  watchSqlite(pass, changed);
  watchPostgres(pass, changed);
  watchCalls(pass, changed, sabotage);
  const orders = new BroadcastChannel(ORDERS);
  orders.unref();
  orders.onmessage = ({ data }) => {
    const { at, nth } = data as Order;
    armed = { at, left: nth };
  };
}

type Pass = (at: Point) => void;
type Changed = (what: 'transactions' | 'calls', by: 1 | -1) => void;

const BEGIN = /^\s*(begin|start transaction)/i;
const COMMIT = /^\s*commit/i;
const ROLLBACK = /^\s*rollback/i;

function watchSqlite(pass: Pass, changed: Changed): void {
  const prepare = SQLite.prototype.prepare;
  let open = false;
  const set = (now: boolean): void => {
    if (open !== now) changed('transactions', now ? 1 : -1);
    open = now;
  };
  SQLite.prototype.prepare = function prepareSeen(this: SQLite.Database, text: string) {
    const statement = prepare.call(this, text);
    const seen =
      <Args extends unknown[], T>(run: (...args: Args) => T) =>
      (...args: Args): T => {
        if (COMMIT.test(text)) pass('commit');
        const result = run.apply(statement, args);
        if (BEGIN.test(text)) set(true);
        if (COMMIT.test(text) || ROLLBACK.test(text)) set(false);
        if (COMMIT.test(text)) pass('committed');
        else if (this.inTransaction && open) pass('statement');
        return result;
      };
    return Object.assign(statement, { run: seen(statement.run), all: seen(statement.all), get: seen(statement.get) });
  } as typeof prepare;
}

function watchPostgres(pass: Pass, changed: Changed): void {
  const query = Client.prototype.query as (...args: unknown[]) => unknown;
  const open = new WeakSet<Client>();
  const end = (client: Client): void => {
    if (open.delete(client)) changed('transactions', -1);
  };
  Client.prototype.query = function querySeen(this: Client, ...args: unknown[]) {
    const [asked] = args;
    const text = typeof asked === 'string' ? asked : String((asked as { text?: unknown } | undefined)?.text ?? '');
    const answer = query.apply(this, args);
    if (!(answer instanceof Promise)) return answer;
    if (BEGIN.test(text) && !open.has(this)) {
      open.add(this);
      changed('transactions', 1);
      // Whoever loses the connection has lost the transaction too.
      this.once('end', () => end(this));
    }
    // Once the bytes have left: the server may or may not have heard them.
    if (COMMIT.test(text)) setImmediate(() => pass('commit'));
    return answer.finally(() => {
      if (COMMIT.test(text) || ROLLBACK.test(text)) end(this);
      if (COMMIT.test(text)) pass('committed');
      else if (open.has(this)) pass('statement');
    });
  } as typeof Client.prototype.query;
}

function watchCalls(pass: Pass, changed: Changed, sabotage: Sabotage | undefined): void {
  const dispatch = Pool.prototype.dispatch;
  Pool.prototype.dispatch = function dispatchSeen(this: Pool, options, handler) {
    if (!/\/message\/(reply|push|multicast)$/.test(options.path)) return dispatch.call(this, options, handler);
    if (sabotage === 'new-keys') renewKey(options);
    let calling = true;
    changed('calls', 1);
    const end = (): void => {
      calling = false;
      changed('calls', -1);
      pass('answered');
    };
    // A little later, so that LINE has it at times and at times has not.
    for (const wait of [0, 30, 120]) setTimeout(() => calling && pass('call'), wait);
    return dispatch.call(this, options, {
      onRequestStart: (...given) => handler.onRequestStart?.(...given),
      onResponseStart: (...given) => handler.onResponseStart?.(...given),
      onResponseData: (...given) => handler.onResponseData?.(...given),
      onResponseEnd(controller, trailers) {
        end();
        if (sabotage === 'forgets-answers') handler.onResponseError?.(controller, new Error('forgotten'));
        else handler.onResponseEnd?.(controller, trailers);
      },
      onResponseError(controller, error) {
        end();
        handler.onResponseError?.(controller, error);
      },
    });
  };
}

function renewKey(options: Dispatcher.DispatchOptions): void {
  const headers = options.headers as Record<string, string>;
  if ('x-line-retry-key' in headers) headers['x-line-retry-key'] = crypto.randomUUID();
}
