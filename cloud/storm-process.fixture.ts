import { BroadcastChannel } from 'node:worker_threads';
import { pino } from 'pino';
import { errorMessage } from '../protocol/error-message.ts';
import { epochMs } from '../protocol/units.ts';
import { ORDERS, type Order } from './storm-probe.fixture.ts';

/**
 * A dispatcher as the storm has it: the whole service in a process of its own, which is ended again and again. It loads
 * beforehand and starts when told, so that an heir is quick. Its time runs faster than ours, timers included, so that
 * leases and back-offs of half a minute are lived through.
 */
export interface Orders {
  readonly settings: Readonly<Record<string, string>>;
  /** Now it is `at`, and what passes from `since` on passes `speed` times as fast. */
  readonly clock: { readonly at: number; readonly since: number; readonly speed: number };
}

export type Told = { readonly is: 'start' } | ({ readonly is: 'arm' } & Order);

export type Tells =
  | { readonly is: 'loaded' }
  | { readonly is: 'ready'; readonly httpUrl: string; readonly mqttUrl: string; readonly adminToken: string }
  | { readonly is: 'wrong'; readonly message: string };

const orders = JSON.parse(process.argv[2] ?? '') as Orders;
const { at, since, speed } = orders.clock;
const now = () => epochMs(Math.round(at + (Date.now() - since) * speed));

const { setTimeout: timeout, setInterval: interval } = globalThis;
const faster = <T extends typeof setTimeout | typeof setInterval>(set: T): T =>
  Object.assign(
    (work: () => void, ms = 0, ...args: unknown[]) => (set as typeof setTimeout)(work, ms / speed, ...(args as [])),
    set,
  ) as unknown as T;
globalThis.setTimeout = faster(timeout);
globalThis.setInterval = faster(interval);

const tell = (message: Tells): void => void process.send?.(message);
const probes = new BroadcastChannel(ORDERS);
const [{ startCloud }, { readSettings }] = await Promise.all([import('./app.ts'), import('./settings.ts')]);

process.on('message', async (message: Told) => {
  if (message.is === 'arm') return probes.postMessage({ at: message.at, nth: message.nth } satisfies Order);
  try {
    const quiet = pino({ level: 'error' }, { write: (line: string) => tell({ is: 'wrong', message: line }) });
    const { httpUrl, mqttUrl, adminToken } = await startCloud(readSettings(orders.settings), quiet, now);
    tell({ is: 'ready', httpUrl, mqttUrl, adminToken });
  } catch (error) {
    tell({ is: 'wrong', message: errorMessage(error) });
  }
});
// Whoever started it is gone: nobody would end it otherwise.
process.on('disconnect', () => process.exit(1));
tell({ is: 'loaded' });
