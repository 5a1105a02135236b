import { expect, it } from 'vitest';
import type { Frame } from '../../protocol/frames/frame.ts';
import { DeviceMessageHex, Hwid, ProximityUuid } from '../../protocol/ids.ts';
import { measuredPowerDbm } from '../../protocol/units.ts';
import { createIsNeighbour } from './neighbour.ts';

const [OWN, NEXT_DOOR, STRANGER] = ['0a1b2c3d4e', '0a1b2c3d4f', 'ffffffffff'].map((text) => Hwid.parse(text)) as [
  Hwid,
  Hwid,
  Hwid,
];
const FLEET = ProximityUuid.parse('d0d2ce24-9efc-11e5-82c4-1c6a7a17ef38');
const TAGS = ProximityUuid.parse('f7826da6-4fa2-4e98-8024-bc5b71e0893e');

const line = (hwid: Hwid): Frame => ({ kind: 'line-simple-beacon', hwid, dm: DeviceMessageHex.parse('20000a') });
const ibeacon = (uuid: ProximityUuid): Frame => ({
  kind: 'ibeacon',
  uuid,
  major: 1,
  minor: 2,
  measuredPower: measuredPowerDbm(-59),
});

it.each([
  [line(OWN), true],
  [line(NEXT_DOOR), true],
  [line(STRANGER), false],
  [ibeacon(FLEET), true],
  [ibeacon(TAGS), false],
])('%j is from a node of our own: %s', (frame, expected) => {
  const isNeighbour = createIsNeighbour({
    hwid: OWN,
    neighbours: [NEXT_DOOR],
    ibeacon: { uuid: FLEET, major: 1, minor: 1, measuredPower: -59 },
  });
  expect(isNeighbour(frame)).toBe(expected);
});
