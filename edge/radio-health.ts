import type { NodeHealth } from '../protocol/messages/status.ts';
import type { MonoMs } from '../protocol/units.ts';
import type { RadioSnapshot } from './store/radio-snapshot.ts';

/** What a fresh snapshot of the radio process says, as ages at `mono` of the same boot. */
export function radioHealth(snapshot: RadioSnapshot, mono: MonoMs): NodeHealth['radio'] {
  const { name, state, onAir, lastAdvertMono, profile, silentUntilMs, hears, recovery } = snapshot;
  const ago = (at: MonoMs): number => Math.max(0, mono - at);
  return {
    name,
    state,
    ...(lastAdvertMono === undefined ? {} : { lastAdvertAgoMs: ago(lastAdvertMono) }),
    ...(onAir === undefined ? {} : { onAir }),
    ...(profile === undefined ? {} : { profile: shortName(profile) }),
    ...(silentUntilMs === undefined ? {} : { silentUntilMs }),
    ...(hears === undefined ? {} : { hears: hears.map(({ hwid, heardMono }) => ({ hwid, agoMs: ago(heardMono) })) }),
    ...(recovery === undefined ? {} : { recovery }),
  };
}

/** As long as the message may carry; of the path of a file the end says which it is. */
const shortName = (profile: string): string => (profile.length <= 64 ? profile : `…${profile.slice(-63)}`);

/** A radio process that says nothing any more; why it was last recovered is wanted most then. */
export function silentRadioHealth(snapshot: RadioSnapshot | undefined): NodeHealth['radio'] {
  const { name = 'none', recovery } = snapshot ?? {};
  return { name, state: 'unknown', ...(recovery === undefined ? {} : { recovery }) };
}
