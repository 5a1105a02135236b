import { type Fact, fail, ok, type Rule, seen, warn } from './check.ts';

/** The data folder and what waits in it. */
export interface StoreFacts {
  readonly dataDir: Fact<{ readonly path: string; readonly isThere: boolean; readonly isWritable: boolean }>;
  readonly database: Fact<DatabaseState>;
  readonly outbox: Fact<OutboxState>;
}

export type DatabaseState =
  /** The daemons make it when they first start. */
  | { readonly at: 'missing'; readonly path: string }
  | { readonly at: 'unreadable'; readonly path: string; readonly why: string }
  | { readonly at: 'damaged'; readonly path: string; readonly faults: string }
  | { readonly at: 'newer'; readonly path: string }
  | { readonly at: 'good'; readonly path: string };

export interface OutboxState {
  readonly waiting: number;
  readonly parked: number;
  /** Since the database was made. */
  readonly dropped: number;
  /** By the age of what waits longest; absent when nothing waits, or the clock was set back meanwhile. */
  readonly oldestAgeMs?: number;
  /** Why a daemon keeps events in memory, where they are gone with the power; absent: they are on disk. */
  readonly trouble?: string;
  /** The cloud's reasons for parked rows, the most frequent first. */
  readonly parkedCodes: readonly string[];
}

/** An acknowledged batch takes a second; a mobile line may be away for minutes without anyone having to act. */
const WAITED_LONG_MS = 15 * 60_000;

export const minutes = (ms: number): string => {
  if (ms < 120_000) return `${Math.round(ms / 1_000)} s`;
  return ms < 7_200_000 ? `${Math.round(ms / 60_000)} min` : `${Math.round(ms / 3_600_000)} h`;
};

const databaseRule = (
  name: string,
  broken: DatabaseState['at'],
  told: (state: DatabaseState) => readonly [finding: string, remedy: string],
  fine: string,
  needs: readonly string[],
): Rule<StoreFacts> => ({
  name,
  group: 'store',
  needs,
  judge: ({ database }) =>
    seen(database, (state) => {
      if (state.at === broken) return fail(...told(state));
      return ok(state.at === 'missing' ? 'not made yet: the daemons make it when they first start' : fine);
    }),
});

export const STORE_RULES: readonly Rule<StoreFacts>[] = [
  {
    name: 'data-dir',
    group: 'store',
    needs: ['enrolled'],
    judge: ({ dataDir }) =>
      seen(dataDir, ({ path, isThere, isWritable }) => {
        if (!isThere) return fail(`the data folder ${path} is not there`, `mkdir -p ${path}, or set PHAROS_DATA_DIR`);
        if (isWritable) return ok(path);
        return fail(
          `the daemons may not write into ${path}`,
          `let the user they run as own it (chown -R pharos ${path}; chmod 700 ${path}), or set PHAROS_DATA_DIR`,
        );
      }),
  },
  databaseRule(
    'database',
    'unreadable',
    (state) => [
      `${state.path} cannot be opened: ${'why' in state ? state.why : ''}`,
      `if it is another file, move it away (mv ${state.path} ${state.path}.old): the daemons make a new one`,
    ],
    'opens',
    ['data-dir'],
  ),
  databaseRule(
    'database-integrity',
    'damaged',
    (state) => [
      `the database is damaged: ${'faults' in state ? state.faults : ''}`,
      `stop the daemons, move it away (mv ${state.path} ${state.path}.damaged) and start them: a new one is made; then see disk-health`,
    ],
    'no damage found',
    ['database'],
  ),
  databaseRule(
    'database-version',
    'newer',
    () => ['the database was written by a newer version of Pharos', 'install that version again, or a newer one'],
    'of this version',
    ['database-integrity'],
  ),
  {
    name: 'outbox-mode',
    group: 'store',
    needs: ['database-version'],
    judge: ({ outbox }) =>
      seen(outbox, ({ trouble }) =>
        trouble === undefined
          ? ok('events are written to disk before they are sent')
          : fail(
              `events are kept in memory only, and a power cut loses them: ${trouble}`,
              'see disk-mount, disk-space and disk-health; the daemons go back to the disk by themselves once it works',
            ),
      ),
  },
  {
    name: 'outbox-dropped',
    group: 'store',
    needs: ['database-version'],
    judge: ({ outbox }) =>
      seen(outbox, ({ dropped }) =>
        dropped === 0
          ? ok('no event was ever dropped')
          : warn(
              `${dropped} events were dropped because the outbox was full or the disk damaged it`,
              'they are gone, and the cloud knows how many; look for the long outage in the broker group or the log',
            ),
      ),
  },
  {
    name: 'outbox-parked',
    group: 'store',
    needs: ['database-version'],
    judge: ({ outbox }) =>
      seen(outbox, ({ parked, parkedCodes }) =>
        parked === 0
          ? ok('the cloud accepted every event')
          : warn(
              `${parked} events will not be sent (${parkedCodes.join(', ') || 'no code'})`,
              'they are kept here for you to see; "other-node": this machine was another node then, else the cloud refused them: bring node and cloud to the same version',
            ),
      ),
  },
];

/** Belongs behind everything that may hold events up, so it stands at the end of the table. */
export const OUTBOX_AGE_RULE: Rule<StoreFacts> = {
  name: 'outbox-age',
  group: 'daemons',
  needs: ['uplink-connected', 'acks'],
  judge: ({ outbox }) =>
    seen(outbox, ({ waiting, oldestAgeMs = 0 }) => {
      if (waiting === 0) return ok('nothing waits to be sent');
      if (oldestAgeMs < WAITED_LONG_MS) return ok(`${waiting} events wait, the oldest for ${minutes(oldestAgeMs)}`);
      return warn(
        `${waiting} events wait, the oldest for ${minutes(oldestAgeMs)}`,
        'nothing is lost; mend what stands above about broker and uplink, and they are sent',
      );
    }),
};
