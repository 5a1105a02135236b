import { execFile } from 'node:child_process';

/** What systemd (or another service manager that speaks sd_notify) is told. */
export interface Notice {
  readonly isReady?: boolean;
  readonly isStopping?: boolean;
  /** One sentence, shown by "systemctl status". */
  readonly sentence?: string;
  readonly feed?: boolean;
}

export interface ServiceManager {
  /** How long it waits for food before it kills this process; absent when it does not watch. */
  readonly watchdogMs: number | undefined;
  /** Never rejects: whoever cannot be told has its own time-outs. Notices leave in order. */
  tell(notice: Notice): Promise<void>;
}

/** A helper that hangs must not pile up others behind it. */
const TELL_TIMEOUT_MS = 5_000;

/**
 * The service manager that started this process, or nothing where a person did. Node opens no datagram sockets on Unix
 * paths, so systemd-notify carries each notice: a child of ours, hence `NotifyAccess=all` in the units.
 */
export function serviceManager(parts: {
  readonly env: NodeJS.ProcessEnv;
  readonly pid: number;
  readonly onFault: (error: Error) => void;
  readonly command?: string;
}): ServiceManager | undefined {
  const { env, pid, onFault, command = 'systemd-notify' } = parts;
  if (env['NOTIFY_SOCKET'] === undefined || env['NOTIFY_SOCKET'] === '') return undefined;
  // An inherited variable may mean the process above.
  const isWatched = env['WATCHDOG_PID'] === undefined || Number(env['WATCHDOG_PID']) === pid;
  const watchdogMs = Number(env['WATCHDOG_USEC']) / 1_000;
  let last = Promise.resolve();

  const send = (assignments: readonly string[]): Promise<void> =>
    new Promise((resolve) => {
      execFile(command, assignments, { env, timeout: TELL_TIMEOUT_MS }, (error) => {
        if (error !== null) onFault(error);
        resolve();
      });
    });

  return {
    watchdogMs: isWatched && watchdogMs > 0 ? watchdogMs : undefined,
    tell(notice) {
      const assignments = assignmentsOf(notice);
      if (assignments.length === 0) return last;
      last = last.then(() => send(assignments));
      return last;
    },
  };
}

const assignmentsOf = ({ isReady, isStopping, sentence, feed }: Notice): string[] => [
  ...(isReady === true ? ['READY=1'] : []),
  ...(isStopping === true ? ['STOPPING=1'] : []),
  // A line break would begin an assignment of its own.
  ...(sentence === undefined ? [] : [`STATUS=${sentence.replaceAll(/\s+/g, ' ')}`]),
  ...(feed === true ? ['WATCHDOG=1'] : []),
];
