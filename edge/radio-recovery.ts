import type { Logger } from 'pino';
import { describeReason, describeRecovery, type RecoveryRecord, recoveryAtStart } from './core/recovery-record.ts';
import { SUPERVISION_POLICY } from './core/thresholds.ts';
import type { Machine } from './host/machine.ts';
import { type Radio, RadioUnavailable } from './radio/ports.ts';
import { superviseRadio } from './radio/supervise.ts';
import type { RadioSnapshot } from './store/radio-snapshot.ts';

/** What the daemon tells about recoveries, in the words of its snapshot. */
export interface RadioRecovery {
  heard(neighbour: boolean): void;
  counters(): Readonly<Record<string, number>>;
  told(): { readonly running: boolean; readonly recovery?: RecoveryRecord };
  /** The process is about to end: from now on the snapshot does not claim to run. */
  stop(): void;
}

/**
 * Supervision of the daemon's radio, with a memory that outlasts the process: `previous` is what the process before this
 * one wrote last. `fail` is called at most once, when only a new process can help.
 */
export function startRecovery(parts: {
  readonly radio: Radio;
  readonly machine: Machine;
  readonly log: Logger;
  readonly previous: RadioSnapshot | undefined;
  readonly onChange: () => void;
  readonly fail: (error: Error) => void;
}): RadioRecovery {
  const { radio, machine, log, previous } = parts;
  let running = true;
  let record = recoveryAtStart(previous, { boot: machine.boot, wall: machine.wall() });
  if (record?.stage === 'exit') log.warn({ recovery: describeRecovery(record) }, 'radio started again');

  const supervisor =
    radio.control &&
    superviseRadio({
      control: radio.control,
      mono: machine.mono,
      policy: SUPERVISION_POLICY,
      countedBefore: previous?.counters ?? {},
      onStage(stage, reason) {
        record = { stage, reason, at: machine.wall() };
        log.warn({ radio: radio.name, stage, reason: describeReason(reason) }, 'recovering the radio');
        if (stage === 'exit') running = false;
        parts.onChange();
        if (stage === 'exit') parts.fail(new RadioUnavailable(`${radio.name}: ${describeReason(reason)}`));
      },
    });

  return {
    heard: (neighbour) => supervisor?.heard(neighbour),
    counters: () => supervisor?.counters() ?? {},
    told: () => ({ running, ...(record === undefined ? {} : { recovery: record }) }),
    stop() {
      running = false;
      supervisor?.stop();
    },
  };
}
