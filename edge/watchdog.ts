import type { Logger } from 'pino';
import type { MonoMs } from '../protocol/units.ts';
import { WATCHDOG_BEAT_MS } from './core/thresholds.ts';
import { judgeVitals, stepFeeding, UNFED, type Vitals } from './core/watchdog.ts';
import { type ServiceManager, serviceManager } from './host/service-manager.ts';

/** Keeps the service manager informed about the daemons of this process. */
export interface Watchdog {
  /** What is being waited for before there are daemons. */
  waiting(sentence: string): void;
  /** From now on the daemons speak for themselves. */
  watch(daemons: readonly { readonly vitals?: () => Vitals }[]): void;
  stop(): void;
}

/** A third of the limit: two notices may be late before a healthy process is killed. */
const FEEDS_PER_LIMIT = 3;

/** The watchdog of this process; without a service manager it does nothing at all. */
export function startWatchdog(parts: { readonly mono: () => MonoMs; readonly log: Logger }): Watchdog {
  let isFaultTold = false;
  const manager = serviceManager({
    env: process.env,
    pid: process.pid,
    onFault(error) {
      if (!isFaultTold) parts.log.error({ err: error }, 'the service manager cannot be told anything');
      isFaultTold = true;
    },
  });
  return manager === undefined ? { waiting() {}, watch() {}, stop() {} } : feeding(manager, parts);
}

export function feeding(
  manager: ServiceManager,
  { mono, log }: { readonly mono: () => MonoMs; readonly log: Logger },
): Watchdog {
  const feedEveryMs = manager.watchdogMs === undefined ? undefined : manager.watchdogMs / FEEDS_PER_LIMIT;
  let timer: NodeJS.Timeout | undefined;
  let state = UNFED;
  let toldStuck: string | undefined;

  function look(daemons: readonly { readonly vitals?: () => Vitals }[]): void {
    const now = mono();
    const verdicts = daemons.flatMap(({ vitals }) => (vitals === undefined ? [] : [judgeVitals(vitals(), now)]));
    const stuck = verdicts.find((one) => one.stuck !== undefined)?.stuck;
    if (stuck !== undefined && toldStuck === undefined) log.error({ why: stuck }, 'the watchdog is not fed any more');
    if (stuck === undefined && toldStuck !== undefined) log.info('the watchdog is fed again');
    toldStuck = stuck;
    const step = stepFeeding(state, verdicts, now, feedEveryMs);
    state = step.state;
    if (step.notice !== undefined) void manager.tell(step.notice);
  }

  return {
    waiting: (sentence) => void manager.tell({ sentence }),
    watch(daemons) {
      look(daemons);
      timer = setInterval(() => look(daemons), WATCHDOG_BEAT_MS);
    },
    stop() {
      clearInterval(timer);
      void manager.tell({ isStopping: true, sentence: 'stopping' });
    },
  };
}
