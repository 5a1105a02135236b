import type { EpochMs } from '../protocol/units.ts';
import type { ReportApi } from './http/reports.ts';
import { type Db, isPostgresUrl, openDatabase } from './store/database.ts';
import { reports } from './store/report.ts';

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
}): ReportApi & { stop(): Promise<void> } {
  let own: Promise<Db> | undefined;
  const desk = async (): Promise<ReturnType<typeof reports>> => {
    if (isPostgresUrl(target)) return reports(db);
    own ??= openDatabase(target, 'service');
    return reports(await own);
  };
  return {
    report: async (asked) => (await desk()).report(asked, now()),
    reconcile: async (asked) => (await desk()).reconcile(asked, now()),
    async stop() {
      await (await own)?.destroy();
    },
  };
}
