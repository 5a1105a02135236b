import { parseHex } from '../../protocol/bytes.ts';
import { encodeIBeacon } from '../../protocol/frames/ibeacon.ts';
import { type Hwid, ProximityUuid } from '../../protocol/ids.ts';
import type { NodeBundle } from '../../protocol/messages/bundle.ts';
import { accept, type Result, reject } from '../../protocol/result.ts';
import { type MeasuredPowerDbm, measuredPowerDbm } from '../../protocol/units.ts';
import { createOpeningClock, type OpeningClock } from './broadcast-hours.ts';
import type { BroadcastProfile, ProfileFrame } from './broadcast-profile.ts';
import { ADVERTISING_UNIT_MS, frameSliceMs } from './thresholds.ts';

/** A profile and a bundle put together: everything the schedule needs, checked once. */
export interface BroadcastPlan {
  /** Name of the profile, for health and status. */
  readonly profile: string;
  readonly intervalUnits: number;
  readonly sliceMs: number;
  /** One round of slices; the schedule goes round and round. */
  readonly cycle: readonly PlannedFrame[];
  readonly message: MessagePlan;
  /** Absent: on air always. */
  readonly hours?: OpeningClock;
}

export type PlannedFrame =
  | { readonly kind: 'line'; readonly hwid: Hwid }
  | { readonly kind: 'line-secure'; readonly hwid: Hwid; readonly keys: SecureKeys }
  | { readonly kind: 'ibeacon'; readonly payload: Uint8Array };

export interface SecureKeys {
  readonly vendorKey: Uint8Array;
  readonly lotKey: Uint8Array;
  readonly battery: number;
  readonly measuredPower?: MeasuredPowerDbm;
}

export interface MessagePlan {
  readonly mode: BroadcastProfile['deviceMessage'];
  readonly nodeIndex: number;
  readonly slotSeconds: number;
  /** 32 bytes; without it a signed message becomes the fixed fallback. */
  readonly key?: Uint8Array;
}

/** By this identity iOS knows that some LINE Beacon is near and wakes the app. */
const LINE_REGION = {
  uuid: ProximityUuid.parse('d0d2ce24-9efc-11e5-82c4-1c6a7a17ef38'),
  major: 0x4c49,
  minor: 0x4e45,
} as const;

/** What this node broadcasts. The reject says what its bundle lacks for the profile. */
export function planBroadcast(
  name: string,
  profile: BroadcastProfile,
  bundle: NodeBundle,
): Result<BroadcastPlan, 'profile-unfit'> {
  const { nodeIndex, slotSeconds, lineSecure } = bundle;
  if (profile.frames.some(({ frame }) => frame === 'line-secure') && lineSecure === undefined) {
    return reject(
      'profile-unfit',
      `the profile "${name}" sends the secure LINE frame, but the node bundle has no lineSecure keys; put in the vendor key and lot key that LINE issued with HWID ${bundle.hwid}, or choose another profile`,
    );
  }
  const key = parseHex(bundle.dmKey);
  return accept({
    profile: name,
    intervalUnits: profile.intervalMs / ADVERTISING_UNIT_MS,
    sliceMs: profile.sliceMs ?? frameSliceMs(profile.intervalMs),
    cycle: cycleOf(profile, bundle),
    message: { mode: profile.deviceMessage, nodeIndex, slotSeconds, ...(key === undefined ? {} : { key }) },
    ...(profile.hours === 'always' ? {} : { hours: createOpeningClock(profile.hours) }),
  });
}

/** The frames by weight, as often over as there are HWIDs, so that each HWID has its turn in every LINE slice. */
function cycleOf(profile: BroadcastProfile, bundle: NodeBundle): PlannedFrame[] {
  const hwids = hwidsOf(profile, bundle);
  const round = interleave(profile.frames);
  const lineSlices = round.filter(({ frame }) => frame === 'line-simple').length;
  const rounds = lineSlices === 0 ? 1 : hwids.length;
  let turn = 0;
  const nextHwid = (): Hwid => {
    const hwid = hwids[turn % hwids.length] ?? bundle.hwid;
    turn += 1;
    return hwid;
  };
  return Array.from({ length: rounds }, () => round)
    .flat()
    .map((entry) => plannedFrame(entry, bundle, nextHwid));
}

function plannedFrame(entry: ProfileFrame, bundle: NodeBundle, nextHwid: () => Hwid): PlannedFrame {
  switch (entry.frame) {
    case 'line-simple':
      return { kind: 'line', hwid: nextHwid() };
    case 'line-secure':
      return { kind: 'line-secure', hwid: bundle.hwid, keys: secureKeys(bundle) };
    case 'ibeacon': {
      const measuredPower = measuredPowerDbm(bundle.ibeacon.measuredPower);
      const identity = entry.identity === 'node' ? bundle.ibeacon : LINE_REGION;
      return { kind: 'ibeacon', payload: encodeIBeacon({ ...identity, measuredPower }) };
    }
  }
}

function hwidsOf({ hwids }: BroadcastProfile, { hwid, furtherHwids = [] }: NodeBundle): readonly Hwid[] {
  if (hwids === 'own') return [hwid];
  return [...new Set(hwids === 'all' ? [hwid, ...furtherHwids] : hwids)];
}

function secureKeys({ lineSecure }: NodeBundle): SecureKeys {
  const vendorKey = parseHex(lineSecure?.vendorKey ?? '');
  const lotKey = parseHex(lineSecure?.lotKey ?? '');
  if (vendorKey === undefined || lotKey === undefined) throw new Error('a bundle without keys was let through');
  const { battery = 0, measuredPower } = lineSecure ?? {};
  return {
    vendorKey,
    lotKey,
    battery,
    ...(measuredPower === undefined ? {} : { measuredPower: measuredPowerDbm(measuredPower) }),
  };
}

/** Each frame as often as its weight, spread evenly: weights 3 and 1 give A A B A, never A A A B with B at the seam. */
export function interleave(frames: readonly ProfileFrame[]): ProfileFrame[] {
  const total = frames.reduce((sum, { weight }) => sum + weight, 0);
  const credit = frames.map(() => 0);
  return Array.from({ length: total }, () => {
    let best = 0;
    for (const [index, { weight }] of frames.entries()) {
      credit[index] = (credit[index] ?? 0) + weight;
      if ((credit[index] ?? 0) > (credit[best] ?? 0)) best = index;
    }
    credit[best] = (credit[best] ?? 0) - total;
    return frames[best];
  }).filter((frame) => frame !== undefined);
}
