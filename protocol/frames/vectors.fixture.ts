import { hex } from '../bytes.ts';
import { DeviceMessageHex, Hwid, ProximityUuid } from '../ids.ts';
import { measuredPowerDbm } from '../units.ts';
import type { Frame, FrameRejectCode } from './frame.ts';

/**
 * Adverts as the specifications of LINE, Apple, Radius and Google lay them out, with a HWID of nobody. One table for
 * decoders, encoders and whoever needs an advert that is known to be right.
 */
export interface AdvertVector {
  readonly name: string;
  readonly payload: Uint8Array;
  readonly frame: Frame;
}

export const HWID = Hwid.parse('0a1b2c3d4e');
/** The proximity UUID secure LINE Beacon devices must send. */
export const LINE_UUID = ProximityUuid.parse('d0d2ce24-9efc-11e5-82c4-1c6a7a17ef38');

const simple = (dm: string): Frame => ({ kind: 'line-simple-beacon', hwid: HWID, dm: DeviceMessageHex.parse(dm) });

/** What our encoders make, byte for byte. */
export const CANONICAL: readonly AdvertVector[] = [
  {
    name: 'LINE simple, nothing to say',
    payload: hex`02 01 06 03 03 6f fe 0b 16 6f fe 02 0a 1b 2c 3d 4e 7f 00`,
    frame: simple('00'),
  },
  {
    name: 'LINE simple, two bytes',
    payload: hex`02 01 06 03 03 6f fe 0c 16 6f fe 02 0a 1b 2c 3d 4e 7f be ef`,
    frame: simple('beef'),
  },
  {
    name: 'LINE simple, full',
    payload: hex`02 01 06 03 03 6f fe 17 16 6f fe 02 0a 1b 2c 3d 4e 7f 00 01 02 03 04 05 06 07 08 09 0a 0b 0c`,
    frame: simple('000102030405060708090a0b0c'),
  },
  {
    name: 'iBeacon of LINE',
    payload: hex`02 01 06 1a ff 4c 00 02 15 d0 d2 ce 24 9e fc 11 e5 82 c4 1c 6a 7a 17 ef 38 4c 49 4e 45 c5`,
    frame: { kind: 'ibeacon', uuid: LINE_UUID, major: 0x4c49, minor: 0x4e45, measuredPower: measuredPowerDbm(-59) },
  },
  {
    name: 'AltBeacon',
    payload: hex`02 01 06 1b ff 18 01 be ac 00 11 22 33 44 55 66 77 88 99 aa bb cc dd ee ff 00 01 00 02 c5 07`,
    frame: {
      kind: 'altbeacon',
      companyId: 0x0118,
      beaconId: '00112233445566778899aabbccddeeff00010002',
      referenceRssi: -59,
      reserved: 7,
    },
  },
  {
    name: 'Eddystone UID',
    payload: hex`02 01 06 03 03 aa fe 17 16 aa fe 00 ee 00 11 22 33 44 55 66 77 88 99 aa bb cc dd ee ff 00 00`,
    frame: { kind: 'eddystone-uid', namespace: '00112233445566778899', instance: 'aabbccddeeff', txPower0m: -18 },
  },
];

/** What others send and we read, though we would send it otherwise. */
export const TOLERATED: readonly AdvertVector[] = [
  {
    name: 'iBeacon of an ESP32, flags 04',
    payload: hex`02 01 04 1a ff 4c 00 02 15 d0 d2 ce 24 9e fc 11 e5 82 c4 1c 6a 7a 17 ef 38 4c 49 4e 45 c5`,
    frame: { kind: 'ibeacon', uuid: LINE_UUID, major: 0x4c49, minor: 0x4e45, measuredPower: measuredPowerDbm(-59) },
  },
  {
    name: 'iBeacon without flags',
    payload: hex`1a ff 4c 00 02 15 d0 d2 ce 24 9e fc 11 e5 82 c4 1c 6a 7a 17 ef 38 4c 49 4e 45 c5`,
    frame: { kind: 'ibeacon', uuid: LINE_UUID, major: 0x4c49, minor: 0x4e45, measuredPower: measuredPowerDbm(-59) },
  },
  {
    name: 'LINE simple, flags 1a behind the frame',
    payload: hex`0c 16 6f fe 02 0a 1b 2c 3d 4e 7f be ef 02 01 1a`,
    frame: simple('beef'),
  },
  {
    name: 'LINE simple, padded',
    payload: hex`02 01 06 03 03 6f fe 0c 16 6f fe 02 0a 1b 2c 3d 4e 7f be ef 00 00 00 00 00 00 00 00 00 00 00`,
    frame: simple('beef'),
  },
  {
    name: 'Eddystone UID of an older sender, nothing reserved',
    payload: hex`02 01 06 03 03 aa fe 15 16 aa fe 00 ee 00 11 22 33 44 55 66 77 88 99 aa bb cc dd ee ff`,
    frame: { kind: 'eddystone-uid', namespace: '00112233445566778899', instance: 'aabbccddeeff', txPower0m: -18 },
  },
];

/** Adverts that are no frame, each with the reason. */
export const REFUSED: ReadonlyArray<{ name: string; payload: Uint8Array; code: FrameRejectCode }> = [
  { name: 'empty', payload: hex``, code: 'not-a-beacon' },
  { name: 'flags only', payload: hex`02 01 06`, code: 'not-a-beacon' },
  { name: 'Apple, another type', payload: hex`02 01 06 07 ff 4c 00 10 02 0b 00`, code: 'not-a-beacon' },
  { name: 'service data of another UUID', payload: hex`05 16 0f 18 64 00`, code: 'not-a-beacon' },
  { name: '32 bytes', payload: new Uint8Array(32), code: 'too-long' },
  { name: 'length beyond the end', payload: hex`02 01 06 09 ff 4c`, code: 'ad-length-overrun' },
  { name: 'LINE without data', payload: hex`03 16 6f fe`, code: 'line-too-short' },
  { name: 'LINE cut inside the HWID', payload: hex`07 16 6f fe 02 0a 1b 2c`, code: 'line-too-short' },
  { name: 'LINE frame type 01', payload: hex`0b 16 6f fe 01 0a 1b 2c 3d 4e 7f 00`, code: 'line-frame-type' },
  { name: 'LINE flags 00', payload: hex`02 01 00 0b 16 6f fe 02 0a 1b 2c 3d 4e 7f 00`, code: 'flags-zero' },
  { name: 'LINE without message', payload: hex`02 01 06 0a 16 6f fe 02 0a 1b 2c 3d 4e 7f`, code: 'line-dm-missing' },
  { name: 'LINE measured power', payload: hex`0b 16 6f fe 02 0a 1b 2c 3d 4e c5 00`, code: 'line-measured-power' },
  {
    name: 'LINE message of 14 bytes',
    payload: hex`18 16 6f fe 02 0a 1b 2c 3d 4e 7f 00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d`,
    code: 'line-dm-too-long',
  },
  { name: 'iBeacon cut short', payload: hex`02 01 06 06 ff 4c 00 02 15 d0`, code: 'ibeacon-length' },
  {
    name: 'iBeacon with a wrong inner length',
    payload: hex`1a ff 4c 00 02 14 d0 d2 ce 24 9e fc 11 e5 82 c4 1c 6a 7a 17 ef 38 4c 49 4e 45 c5`,
    code: 'ibeacon-length',
  },
  { name: 'AltBeacon cut short', payload: hex`06 ff 18 01 be ac 00`, code: 'altbeacon-length' },
  { name: 'Eddystone without data', payload: hex`03 16 aa fe`, code: 'eddystone-length' },
  { name: 'Eddystone UID cut short', payload: hex`06 16 aa fe 00 ee 00`, code: 'eddystone-length' },
  { name: 'Eddystone URL', payload: hex`03 03 aa fe 08 16 aa fe 10 ee 03 61 07`, code: 'eddystone-url' },
  {
    name: 'Eddystone TLM',
    payload: hex`03 03 aa fe 11 16 aa fe 20 00 0b b8 80 00 00 00 00 01 00 00 00 0a`,
    code: 'eddystone-tlm',
  },
  { name: 'Eddystone EID', payload: hex`0d 16 aa fe 30 ee 01 02 03 04 05 06 07 08`, code: 'eddystone-eid' },
  { name: 'Eddystone kind 40', payload: hex`04 16 aa fe 40`, code: 'eddystone-unknown-kind' },
];

/** Secure messages of {@link HWID} without a measured power. */
export const SECURE_KEYS = { vendorKey: hex`a1b2c3d4`, lotKey: hex`0011223344556677`, battery: 0 } as const;

export const SECURE_MESSAGES: ReadonlyArray<{ timestamp: bigint; message: string }> = [
  { timestamp: 0n, message: '074d3d78000000' },
  { timestamp: 1n, message: '1186ae35000100' },
  { timestamp: 65_535n, message: 'f4f06f55ffff00' },
  { timestamp: 65_536n, message: 'f3bf3da2000000' },
  { timestamp: 18_446_744_073_709_551_615n, message: '4602c1afffff00' },
];

/** The whole advert of timestamp 1. */
export const SECURE_ADVERT = hex`02 01 06 03 03 6f fe 11 16 6f fe 02 0a 1b 2c 3d 4e 7f 11 86 ae 35 00 01 00`;
