import { setTimeout as wait } from 'node:timers/promises';
import type { EpochMs } from '../protocol/units.ts';
import type { ReportApi } from './http/reports.ts';
import { type Db, isPostgresUrl, openDatabase } from './store/database.ts';
import { firstIdAt } from './store/mint.ts';
import { reports } from './store/report.ts';
import { decidedSince } from './store/tail.ts';

/** How often somebody who follows decisions looks for new ones. */
const LOOK_EVERY_MS = 300;

/**
 * Reports, on a connection of their own where there is only one for the service: a question about a million rows takes
 * a second, and whoever stands at a door is not to wait for it. Opened when somebody first asks.
 */
export function composeReports({
  target,
  db,
  now,
}: {
  readonly target: string;
  readonly db: Db;
  readonly now: () => EpochMs;
}): ReportApi & { endWaits(): void; stop(): Promise<void> } {
  let own: Promise<Db> | undefined;
  const stopping = new AbortController();
  const read = async (): Promise<Db> => {
    if (isPostgresUrl(target)) return db;
    own ??= openDatabase(target, 'service');
    return await own;
  };
  const desk = async (): Promise<ReturnType<typeof reports>> => reports(await read());
  return {
    report: async (asked) => (await desk()).report(asked, now()),
    reconcile: async (asked) => (await desk()).reconcile(asked, now()),
    async tail({ waitMs, ...asked }, gone) {
      const over = AbortSignal.any([gone, stopping.signal]);
      const until = performance.now() + waitMs;
      const from = { ...asked, after: asked.after ?? firstIdAt('decision', Date.now()) };
      for (;;) {
        // Ids are made by the clock of the machine, whatever the service takes for now.
        const { isNew, ...answer } = await decidedSince(await read(), from, Date.now());
        if (isNew || over.aborted || performance.now() >= until) return answer;
        await wait(LOOK_EVERY_MS, undefined, { signal: over }).catch(() => undefined);
      }
    },
    /** Answers whoever waits for decisions, so that no request is in hand. */
    endWaits: () => stopping.abort(),
    async stop() {
      await (await own)?.destroy();
    },
  };
}
