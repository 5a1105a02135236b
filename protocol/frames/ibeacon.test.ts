import { describe, expect, it } from 'vitest';
import type { ProximityUuid } from '../ids.ts';
import { measuredPowerDbm } from '../units.ts';
import { encodeIBeacon } from './ibeacon.ts';
import { LINE_UUID } from './vectors.fixture.ts';

describe('encodeIBeacon', () => {
  const identity = { uuid: LINE_UUID, major: 0, minor: 0xffff, measuredPower: measuredPowerDbm(-59) };

  it.each([
    ['major', { ...identity, major: 0x10000 }],
    ['major', { ...identity, major: -1 }],
    ['minor', { ...identity, minor: 1.5 }],
    ['measured power', { ...identity, measuredPower: measuredPowerDbm(128) }],
    ['UUID', { ...identity, uuid: 'd0d2ce24' as ProximityUuid }],
  ])('refuses a %s that does not fit', (field, wrong) => {
    expect(() => encodeIBeacon(identity)).not.toThrow();
    expect(() => encodeIBeacon(wrong)).toThrow(RangeError);
    expect(() => encodeIBeacon(wrong)).toThrow(field);
  });
});
