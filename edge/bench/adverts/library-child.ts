import { setImmediate, setTimeout } from 'node:timers/promises';
import { type LibraryRun, openLibrary } from './library-runs.ts';
import { createStreet } from './street.ts';

/**
 * One way through noble, in a process of its own: `library-child <run> <addresses>`. Every message `{reports}` is one
 * round; the answer holds its rate and how much the process has grown since the first one.
 */
export interface ChildRound {
  readonly reportsPerSecond: number;
  readonly cpuMicrosPerReport: number;
  /** Resident memory after a collection. */
  readonly rssMiB: number;
}

const [, , kind, addresses] = process.argv;
const feed = await openLibrary(kind as LibraryRun);
const street = createStreet({ packets: 4_096, addresses: Number(addresses) });

async function round(reports: number): Promise<ChildRound> {
  let wallMs = 0;
  const cpu = process.cpuUsage();
  for (let fed = 0; fed < reports; fed += street.packets.length) {
    street.moveOn();
    const from = performance.now();
    // The addon gives a new buffer for every packet.
    for (const packet of street.packets.slice(0, reports - fed)) feed(Buffer.from(packet));
    wallMs += performance.now() - from;
    await setImmediate();
  }
  const { user, system } = process.cpuUsage(cpu);
  // Pages that a collection frees go back to the system a moment later.
  globalThis.gc?.();
  await setTimeout(200);
  globalThis.gc?.();
  return {
    reportsPerSecond: (reports / wallMs) * 1_000,
    cpuMicrosPerReport: (user + system) / reports,
    rssMiB: process.memoryUsage.rss() / 2 ** 20,
  };
}

process.on('message', (message: { readonly reports: number }) => {
  void round(message.reports).then((result) => process.send?.(result));
});
process.on('disconnect', () => process.exit(0));
process.send?.('ready');
