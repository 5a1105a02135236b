import { monoMs, rssiDbm } from '../../../protocol/units.ts';
import { ABSENT, type PresencePolicy, type PresenceState, step } from '../../core/presence.ts';
import type { PeerRule } from '../presence-peers/rule.ts';

/** Our presence machine as one more rule, ticked whenever it is asked. */
export const ourRule = (policy: PresencePolicy): PeerRule => ({
  name: 'pharos',
  create(limitDbm = policy.enterDbm) {
    const own = { ...policy, enterDbm: limitDbm };
    let state: PresenceState = ABSENT;
    return {
      hear(atMs, dbm) {
        const rssi = rssiDbm(dbm);
        if (rssi !== undefined) state = step(state, { type: 'sighting', at: monoMs(atMs), rssi }, own).state;
      },
      present(atMs) {
        state = step(state, { type: 'tick', at: monoMs(atMs) }, own).state;
        return state.at === 'present';
      },
    };
  },
});
