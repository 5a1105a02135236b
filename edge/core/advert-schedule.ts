import { fixedDm, signDm, slotAt } from '../../protocol/device-message.ts';
import { encodeIBeacon } from '../../protocol/frames/ibeacon.ts';
import { encodeLineSimple } from '../../protocol/frames/line-simple.ts';
import type { DeviceMessageHex, Hwid } from '../../protocol/ids.ts';
import type { NodeBundle } from '../../protocol/messages/bundle.ts';
import type { ClockState } from '../../protocol/messages/common.ts';
import { type EpochMs, type MonoMs, measuredPowerDbm } from '../../protocol/units.ts';
import { FRAME_SLICE_MS } from './thresholds.ts';

/** What a node says on air, in the form the schedule needs. */
export interface AdvertIdentity {
  readonly hwid: Hwid;
  readonly nodeIndex: number;
  /** 32 bytes; without it the device message is the fixed fallback. */
  readonly dmKey?: Uint8Array;
  readonly slotSeconds: number;
  readonly ibeacon: NodeBundle['ibeacon'];
}

/** One advertising payload and how long it stays; `line` also tells what the device message claims. */
export type Advert = {
  readonly payload: Uint8Array;
  /** Milliseconds until the next advert takes over. */
  readonly holdMs: number;
} & (
  | { readonly kind: 'line'; readonly hwid: Hwid; readonly dm: DeviceMessageHex; readonly dmMode: 'signed' | 'fixed' }
  | { readonly kind: 'ibeacon' }
);

export interface AdvertClock {
  readonly mono: MonoMs;
  readonly wall: EpochMs;
  readonly state: ClockState;
}

/**
 * The advert for this instant. Slices alternate by monotonic time, so the schedule keeps no state and a late timer never
 * repeats a kind. The device message is signed for the slot of the wall clock; without a trusted clock or a key it is the
 * fixed fallback, which the cloud recognises and limits.
 */
export function advertAt(identity: AdvertIdentity, clock: AdvertClock): Advert {
  const slice = Math.floor(clock.mono / FRAME_SLICE_MS);
  const holdMs = (slice + 1) * FRAME_SLICE_MS - clock.mono;
  if (slice % 2 === 1) return { kind: 'ibeacon', holdMs, payload: ibeaconPayload(identity.ibeacon) };
  const message = deviceMessage(identity, clock);
  return {
    kind: 'line',
    holdMs,
    hwid: identity.hwid,
    ...message,
    payload: encodeLineSimple({ hwid: identity.hwid, dm: message.dm }),
  };
}

function deviceMessage(
  { hwid, nodeIndex, dmKey: key, slotSeconds }: AdvertIdentity,
  clock: AdvertClock,
): { dm: DeviceMessageHex; dmMode: 'signed' | 'fixed' } {
  if (key === undefined || clock.state === 'unsynced') return { dm: fixedDm(nodeIndex), dmMode: 'fixed' };
  return { dm: signDm({ key, hwid, nodeIndex, slot: slotAt(clock.wall, slotSeconds) }), dmMode: 'signed' };
}

const ibeaconPayload = (ibeacon: NodeBundle['ibeacon']): Uint8Array =>
  encodeIBeacon({ ...ibeacon, measuredPower: measuredPowerDbm(ibeacon.measuredPower) });
