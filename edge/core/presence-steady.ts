import type { MonoMs, RssiDbm } from '../../protocol/units.ts';
import { deadline, exitDbm, type PresencePolicy, type PresentState } from './presence.ts';
import { type OwnedSignal, takeReading } from './smoothing.ts';

/** The state of a present tag where it has one owner, who lets it be changed in place. */
export interface OwnedPresent extends PresentState {
  lastNear: MonoMs;
  farSightings: number;
  readonly signal: OwnedSignal;
}

export const ownedCopy = (state: PresentState): OwnedPresent => ({ ...state, signal: { ...state.signal } });

/**
 * Does what `step` does with a sighting of a present tag, in place, where nobody needs to hear of it: no deadline has
 * come, and it was near so lately that one sighting cannot end its presence. Otherwise touches nothing and returns
 * `false`: then `step` decides.
 *
 * In a shop nearly every sighting is such a one, and a new state, event list and result for each took a quarter of the
 * whole way from HCI bytes to presence.
 */
export function hearSteady(state: OwnedPresent, at: MonoMs, rssi: RssiDbm, policy: PresencePolicy): boolean {
  const due = deadline(state, policy);
  if (at - state.lastNear >= policy.farAfterMs || (due !== undefined && due <= at)) return false;
  takeReading(state.signal, rssi, at, policy);
  if (state.signal.dbm >= exitDbm(policy)) {
    state.lastNear = at;
    state.farSightings = 0;
  } else {
    state.farSightings += 1;
  }
  return true;
}
