import type { ClockState } from '../../protocol/messages/common.ts';
import { type EpochMs, epochMs } from '../../protocol/units.ts';

/**
 * When a node's event happened, in our time, and how old it is. A Pi has no clock battery, so its wall clock is
 * believed last:
 *
 *   same boot as the batch   monotonic time tells the age exactly, whatever the wall clock says
 *   else synced or holdover  the wall clock
 *   else                     nobody knows: no age, which the gates read as late
 */
export function eventTime(
  event: { readonly at: EpochMs; readonly monoMs: number; readonly boot: string; readonly clock: ClockState },
  batch: { readonly boot: string; readonly sentMonoMs: number },
  receivedAt: EpochMs,
): { readonly at: EpochMs; readonly ageMs?: number } {
  const ageMs = batch.sentMonoMs - event.monoMs;
  // Before 1970 there were no nodes: who counts further back than that counts wrong.
  if (event.boot === batch.boot && ageMs >= 0 && ageMs <= receivedAt) {
    return { at: epochMs(Math.round(receivedAt - ageMs)), ageMs: Math.round(ageMs) };
  }
  if (event.clock === 'unsynced') return { at: receivedAt };
  // A clock that runs ahead must not stretch a visit into the future.
  const at = epochMs(Math.min(event.at, receivedAt));
  return { at, ageMs: receivedAt - at };
}
