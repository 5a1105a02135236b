import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { epochMs } from '../protocol/units.ts';
import { addPushes } from './bench/line-pushes.ts';
import { LINE_RATES } from './core/deliver/line-budget.ts';
import { type TokenBucket, takeToken } from './sandbox/platform/token-bucket.ts';
import { runRivals } from './store/rivals.fixture.ts';
import { openStore } from './store/testing.fixture.ts';

/** Everybody's clock goes this much slower, so that what is measured is the rate and not a machine with other work. */
const SLOWNESS = 4;
const LINE_ALLOWS = { requests: 2_000, perMs: 1_000 * SLOWNESS };
const SENDING_MS = 3_500;
/** The first calls come from a full bucket. */
const SKIPPED_MS = 1_000;
const WINDOW_MS = 1_000;

/** LINE, as far as its rate goes, by the sandbox's own bucket; the rest of the sandbox would take a core for itself. */
async function openLine() {
  const calls: number[] = [];
  const keys = new Set<string>();
  let limited = 0;
  let bucket: TokenBucket | undefined;
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      const now = performance.now();
      const taken = takeToken(bucket, LINE_ALLOWS, now);
      bucket = taken.bucket;
      if (!taken.allowed) {
        limited += 1;
        response.writeHead(429).end('{"message":"The API rate limit has been exceeded. Try again later."}');
        return;
      }
      calls.push(now);
      keys.add(String(request.headers['x-line-retry-key']));
      response.end('{"sentMessages":[]}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { origin, calls, keys, limited: () => limited };
}

/** Calls in the busiest second once the first is over: another program may hold this machine up for a while. */
function bestRate(calls: readonly number[]): number {
  const begin = (calls[0] ?? 0) + SKIPPED_MS;
  let best = 0;
  let first = calls.findIndex((at) => at >= begin);
  if (first < 0) return 0;
  for (let last = first; last < calls.length; last++) {
    while ((calls[first] ?? 0) <= (calls[last] ?? 0) - WINDOW_MS) first += 1;
    best = Math.max(best, last - first + 1);
  }
  return best;
}

it('two senders together use what LINE allows, and never more', { timeout: 30_000 }, async () => {
  const store = await openStore();
  const line = await openLine();
  const perSecond = LINE_RATES.push.perSecond / SLOWNESS;
  const since = Date.now();
  await addPushes(store, 4_000, epochMs(since));
  const given = [store.target, store.vaultKey.toString('hex'), line.origin, SENDING_MS, since, SLOWNESS].map(String);
  const settled = (await runRivals(new URL('./senders-rival.fixture.ts', import.meta.url), ...given)) as number[];

  expect(line.limited()).toBe(0);
  expect(line.keys.size).toBe(line.calls.length);
  expect(settled.reduce((sum, each) => sum + each, 0)).toBe(line.calls.length);
  expect(Math.min(...settled)).toBeGreaterThan(0);
  expect(bestRate(line.calls)).toBeGreaterThanOrEqual(0.9 * perSecond);
});
