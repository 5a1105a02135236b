import type { ClockState } from '../../protocol/messages/common.ts';
import type { EpochMs } from '../../protocol/units.ts';
import { CLOCK_SYNC_MAX_AGE_MS, EARLIEST_PLAUSIBLE_MS } from './thresholds.ts';

/**
 * How far the wall clock deserves trust.
 * `synced`: an NTP answer not long ago. `holdover`: a plausible time nobody confirmed recently; a laptop without a time
 * daemon lands here, and so does a Pi that lost its network. `unsynced`: a date this software cannot have run on.
 */
export function clockStateOf(reading: { readonly now: EpochMs; readonly lastSync?: EpochMs | undefined }): ClockState {
  if (reading.now < EARLIEST_PLAUSIBLE_MS) return 'unsynced';
  if (reading.lastSync === undefined) return 'holdover';
  return reading.now - reading.lastSync <= CLOCK_SYNC_MAX_AGE_MS ? 'synced' : 'holdover';
}
