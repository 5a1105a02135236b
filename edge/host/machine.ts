import { readFileSync, statSync } from 'node:fs';
import { BootId } from '../../protocol/ids.ts';
import type { ClockState } from '../../protocol/messages/common.ts';
import { type EpochMs, epochMs, type MonoMs, monoMs } from '../../protocol/units.ts';
import { clockStateOf } from '../core/clock-state.ts';
import type { Moment } from '../core/event-draft.ts';

/** The only place that reads the machine's clocks and boot id. */
export interface Machine {
  readonly boot: BootId;
  mono(): MonoMs;
  wall(): EpochMs;
  clockState(): ClockState;
  moment(): Moment;
}

/** `clockOverride` (PHAROS_CLOCK) replaces the judgement about the wall clock, for tests and for hosts that know better. */
export function createMachine(options: { readonly clockOverride?: ClockState | undefined } = {}): Machine {
  const boot = readBootId();
  // CLOCK_MONOTONIC: the same count for every process of a boot, so radio and uplink can compare their times.
  const mono = (): MonoMs => monoMs(Number(process.hrtime.bigint() / 1_000_000n));
  const wall = (): EpochMs => epochMs(Date.now());
  const clockState = (): ClockState => options.clockOverride ?? clockStateOf({ now: wall(), lastSync: lastTimeSync() });
  return {
    boot,
    mono,
    wall,
    clockState,
    moment: () => ({ mono: mono(), wall: wall(), clock: clockState(), boot }),
  };
}

/**
 * systemd-timesyncd touches this file at every answer from a time server. The kernel's own flag (adjtimex) would cover
 * chrony as well but is out of reach for Node; such hosts are `holdover`, which is trusted all the same.
 */
const TIMESYNC_MARK = '/run/systemd/timesync/synchronized';

function lastTimeSync(): EpochMs | undefined {
  const mark = statSync(TIMESYNC_MARK, { throwIfNoEntry: false });
  return mark === undefined ? undefined : epochMs(mark.mtimeMs);
}

function readBootId(): BootId {
  return BootId.parse(readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
}
