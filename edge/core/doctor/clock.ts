import type { ClockState } from '../../../protocol/messages/common.ts';
import { type Fact, fail, ok, type Rule, seen, warn } from './check.ts';

/** Time decides what a device message is worth and whether an event is late. The time zone plays no part. */
export interface ClockFacts {
  readonly clock: ClockState;
  /** Wall clock as ISO text. */
  readonly wallText: string;
  /** The time daemon that runs. */
  readonly timeDaemon: Fact<string | undefined>;
}

const GET_A_DAEMON = 'apt-get install systemd-timesyncd && timedatectl set-ntp true';

export const CLOCK_RULES: readonly Rule<ClockFacts>[] = [
  {
    name: 'time-daemon',
    group: 'clock',
    judge: ({ timeDaemon }) =>
      seen(timeDaemon, (name) =>
        name === undefined ? warn('nothing sets this machine’s clock', GET_A_DAEMON) : ok(`${name} sets the clock`),
      ),
  },
  {
    name: 'clock',
    group: 'clock',
    judge({ clock, wallText }) {
      switch (clock) {
        case 'synced':
          return ok(`synchronised, ${wallText}`);
        case 'holdover':
          // As chrony is never seen to synchronise, this alone is no reason to worry; time-daemon says the rest.
          return ok(`plausible, ${wallText}; not confirmed lately`);
        case 'unsynced':
          return fail(
            `the clock says ${wallText}, which cannot be: device messages are unsigned and events count as late`,
            'let the node reach a time server (UDP port 123 to the internet), see time-daemon, or: date -s "2026-01-31 12:00"',
          );
      }
    },
  },
];
