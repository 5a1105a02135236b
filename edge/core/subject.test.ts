import { expect, it } from 'vitest';
import { DeviceMessageHex, Hwid, ProximityUuid } from '../../protocol/ids.ts';
import { measuredPowerDbm } from '../../protocol/units.ts';
import { createIsStranger, createSubjectOf } from './subject.ts';

const OURS = ProximityUuid.parse('f7826da6-4fa2-4e98-8024-bc5b71e0893e');
const OTHER = ProximityUuid.parse('e2c56db5-dffb-48d2-b060-d0f5a71096e0');
const ibeacon = (uuid: ProximityUuid, minor: number) =>
  ({ kind: 'ibeacon', uuid, major: 1, minor, measuredPower: measuredPowerDbm(-59) }) as const;
const subjectOf = createSubjectOf({
  tagNamespaces: [OURS],
  ibeacon: { uuid: OURS, major: 1, minor: 7, measuredPower: -59 },
});

it('a registered tag is a subject', () => {
  expect(subjectOf(ibeacon(OURS, 8))).toEqual({ kind: 'ibeacon', uuid: OURS, major: 1, minor: 8 });
});

it.each([
  ['a tag of somebody else', ibeacon(OTHER, 8)],
  ["the node's own frame", ibeacon(OURS, 7)],
  [
    'a LINE beacon',
    { kind: 'line-simple-beacon', hwid: Hwid.parse('0a1b2c3d4e'), dm: DeviceMessageHex.parse('00') } as const,
  ],
])('%s is not', (_name, frame) => {
  expect(subjectOf(frame)).toBeUndefined();
});

const isStranger = createIsStranger({
  tagNamespaces: [OURS],
  ibeacon: { uuid: OURS, major: 1, minor: 7, measuredPower: -59 },
});

it.each([
  ['what is no beacon', undefined, true],
  ["somebody else's iBeacon", ibeacon(OTHER, 8), true],
  ['a tag of ours', ibeacon(OURS, 8), false],
  [
    'a LINE beacon',
    { kind: 'line-simple-beacon', hwid: Hwid.parse('0a1b2c3d4e'), dm: DeviceMessageHex.parse('00') } as const,
    false,
  ],
])('for a count of strangers %s counts: %s', (_name, frame, counts) => {
  expect(isStranger(frame)).toBe(counts);
});
