import { fixedDm, signDm, slotAt } from '../../protocol/device-message.ts';
import { encodeLineSecure } from '../../protocol/frames/line-secure.ts';
import { encodeLineSimple } from '../../protocol/frames/line-simple.ts';
import { DeviceMessageHex, type Hwid } from '../../protocol/ids.ts';
import type { ClockState } from '../../protocol/messages/common.ts';
import type { EpochMs, MonoMs } from '../../protocol/units.ts';
import type { BroadcastPlan, MessagePlan, PlannedFrame } from './broadcast-plan.ts';
import { SILENCE_CHECK_MS } from './thresholds.ts';

/** What is to be on air now. */
export type Advert = AdvertOnAir | PlannedSilence;

/** One advertising payload; the LINE kinds also tell what they claim. */
export type AdvertOnAir = {
  readonly payload: Uint8Array;
  /** Milliseconds until the next advert takes over. */
  readonly holdMs: number;
} & (
  | { readonly kind: 'line'; readonly hwid: Hwid; readonly dm: DeviceMessageHex; readonly dmMode: DmMode }
  | { readonly kind: 'line-secure'; readonly hwid: Hwid }
  | { readonly kind: 'ibeacon' }
);

export type DmMode = 'signed' | 'fixed' | 'none';

/** Outside the opening hours. `holdMs` may end earlier than the silence. */
export interface PlannedSilence {
  readonly kind: 'silence';
  readonly holdMs: number;
  readonly untilMs: EpochMs;
}

export interface AdvertClock {
  readonly mono: MonoMs;
  readonly wall: EpochMs;
  readonly state: ClockState;
  /** Counter of the secure frame; absent where the plan has none, or where no step can be vouched for. */
  readonly secureStep?: bigint | undefined;
}

/**
 * The advert for this instant. Slices follow monotonic time, so the schedule keeps no state and a late timer never repeats
 * a kind. A node that does not know the time cannot know the hours either, and is rather on air than silent.
 */
export function advertAt(plan: BroadcastPlan, clock: AdvertClock): Advert {
  const opening = clock.state === 'unsynced' ? undefined : plan.hours?.stateAt(clock.wall);
  if (opening?.at === 'closed') {
    const holdMs = Math.min(Math.max(1, opening.opensMs - clock.wall), SILENCE_CHECK_MS);
    return { kind: 'silence', holdMs, untilMs: opening.opensMs };
  }
  const slice = Math.floor(clock.mono / plan.sliceMs);
  const frame = plan.cycle[slice % plan.cycle.length];
  if (frame === undefined) throw new Error('a plan has at least one frame');
  return advertOf(plan, frame, clock, (slice + 1) * plan.sliceMs - clock.mono);
}

function advertOf(plan: BroadcastPlan, frame: PlannedFrame, clock: AdvertClock, holdMs: number): AdvertOnAir {
  switch (frame.kind) {
    case 'line': {
      const { hwid } = frame;
      const message = deviceMessage(plan.message, hwid, clock);
      return { kind: 'line', holdMs, hwid, ...message, payload: encodeLineSimple({ hwid, dm: message.dm }) };
    }
    case 'line-secure':
      if (clock.secureStep === undefined) return { kind: 'ibeacon', holdMs, payload: besides(plan) };
      return {
        kind: 'line-secure',
        holdMs,
        hwid: frame.hwid,
        payload: encodeLineSecure({ hwid: frame.hwid, timestamp: clock.secureStep, ...frame.keys }),
      };
    case 'ibeacon':
      return { kind: 'ibeacon', holdMs, payload: frame.payload };
  }
}

const NO_MESSAGE = DeviceMessageHex.parse('00');

/** Signed for the slot of the wall clock; without a trusted clock or a key the fixed fallback, which the cloud limits. */
function deviceMessage(
  { mode, key, nodeIndex, slotSeconds }: MessagePlan,
  hwid: Hwid,
  clock: AdvertClock,
): { dm: DeviceMessageHex; dmMode: DmMode } {
  if (mode === 'none') return { dm: NO_MESSAGE, dmMode: 'none' };
  if (mode === 'fixed' || key === undefined || clock.state === 'unsynced') {
    return { dm: fixedDm(nodeIndex), dmMode: 'fixed' };
  }
  return { dm: signDm({ key, hwid, nodeIndex, slot: slotAt(clock.wall, slotSeconds) }), dmMode: 'signed' };
}

/** The iBeacon that a profile must have beside a secure frame: better the region alone than a step used twice. */
function besides({ cycle }: BroadcastPlan): Uint8Array {
  const beacon = cycle.find((frame) => frame.kind === 'ibeacon');
  if (beacon?.kind !== 'ibeacon') throw new Error('a secure frame has an iBeacon beside it');
  return beacon.payload;
}
