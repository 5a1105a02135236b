import fc from 'fast-check';
import { DeviceMessageHex, Hwid, ProximityUuid } from '../ids.ts';
import { measuredPowerDbm } from '../units.ts';

const hexOf = (minBytes: number, maxBytes = minBytes) =>
  fc
    .uint8Array({ minLength: minBytes, maxLength: maxBytes })
    .map((bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(''));

const uint16 = fc.integer({ min: 0, max: 0xffff });
const int8 = fc.integer({ min: -128, max: 127 });

export const arbitraryHwid = hexOf(5).map((text) => Hwid.parse(text));
export const arbitraryDm = hexOf(1, 13).map((text) => DeviceMessageHex.parse(text));

const lineSimple = fc.record({
  kind: fc.constant('line-simple-beacon' as const),
  hwid: arbitraryHwid,
  dm: arbitraryDm,
});

const iBeacon = fc.record({
  kind: fc.constant('ibeacon' as const),
  uuid: fc.uuid().map((text) => ProximityUuid.parse(text)),
  major: uint16,
  minor: uint16,
  measuredPower: int8.map(measuredPowerDbm),
});

const eddystoneUid = fc.record({
  kind: fc.constant('eddystone-uid' as const),
  namespace: hexOf(10),
  instance: hexOf(6),
  txPower0m: int8,
});

const altBeacon = fc.record({
  kind: fc.constant('altbeacon' as const),
  companyId: uint16,
  beaconId: hexOf(20),
  referenceRssi: int8,
  reserved: fc.integer({ min: 0, max: 0xff }),
});

/** Every frame our encoders make without a secret. */
export const arbitraryFrame = fc.oneof(lineSimple, iBeacon, eddystoneUid, altBeacon);
