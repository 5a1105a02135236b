import { hex } from '../../../protocol/bytes.ts';
import { encodeAltBeacon } from '../../../protocol/frames/altbeacon.ts';
import { encodeEddystoneUid } from '../../../protocol/frames/eddystone.ts';
import { encodeIBeacon } from '../../../protocol/frames/ibeacon.ts';
import { encodeLineSimple } from '../../../protocol/frames/line-simple.ts';
import { encodeAdvertisingReports } from '../../../protocol/hci/events.ts';
import { DeviceMessageHex, Hwid, ProximityUuid } from '../../../protocol/ids.ts';
import { measuredPowerDbm, rssiDbm } from '../../../protocol/units.ts';

export const TAG_NAMESPACE = ProximityUuid.parse('f7826da6-4fa2-4e98-8024-bc5b71e0893e');
const FOREIGN_NAMESPACE = ProximityUuid.parse('b9407f30-f5f8-466e-aff9-25556b57fe6d');
const TAGS = 100;

/** Of every hundred adverts. */
export const MIX = { tags: 25, foreignIBeacons: 4, lineBeacons: 3, eddystone: 2, altBeacons: 1, others: 65 } as const;

export const describeMix = (): string =>
  `of 100 adverts ${MIX.tags} are of ${TAGS} registered iBeacon tags, ${MIX.foreignIBeacons} foreign iBeacons, ` +
  `${MIX.lineBeacons} LINE, ${MIX.eddystone} Eddystone, ${MIX.altBeacons} AltBeacon and ${MIX.others} no beacons; ` +
  'all but the tags from random addresses';

/** Adverts as phones, earphones, watches and laptops send them. */
const OTHERS: readonly Uint8Array[] = [
  hex`02 01 1a 02 0a 0c 0b ff 4c 00 10 06 13 1e 5a 2f 8c 31`,
  hex`02 01 1a 1a ff 4c 00 0c 0e 00 91 57 a3 2b 44 0d 8f 10 c2 77 39 e4 58 10 05 0a 98 1b 4d 22`,
  hex`1e ff 06 00 01 09 20 02 3c 5d 11 e0 a7 42 8b 90 1f 63 d5 7e 08 b1 c9 24 6a f3 57 ee 0b 12 84`,
  hex`02 01 02 03 03 2c fe 06 16 2c fe 00 b7 27 02 0a eb`,
  hex`02 01 06 11 07 9e ca dc 24 0e e5 a9 e0 93 f3 a3 b5 01 00 40 6e`,
  hex`0f 09 4c 69 76 69 6e 67 20 72 6f 6f 6d 20 54 56`,
  new Uint8Array(0),
];

/** A repeatable run of packets, as the HCI socket of a scanning adapter gives them: one report each. */
export interface Street {
  readonly packets: readonly Buffer[];
  /** Gives everyone but the tags a new random address. */
  moveOn(): void;
}

/** `only: 'tags'` leaves out everybody else; `addresses` is how many different random ones there are. */
export function createStreet(options: {
  readonly packets: number;
  readonly addresses: number;
  readonly only?: 'tags';
}): Street {
  const random = createRandom();
  const strangers: Buffer[] = [];
  const packets = Array.from({ length: options.packets }, () => {
    const draw = options.only === 'tags' ? 0 : random() % 100;
    const tag = random() % TAGS;
    const isTag = draw < MIX.tags;
    const data = isTag ? tagAdvert(tag) : strangerAdvert(draw, random());
    const packet = packetOf(data, isTag ? tag : 0, isTag ? -55 - (tag % 20) - (random() % 6) : -50 - (random() % 50));
    if (!isTag) strangers.push(packet);
    return packet;
  });
  const moveOn = (): void => {
    // Multiplying by an odd number only shuffles the 32-bit numbers, so there are exactly as many addresses as asked for.
    for (const packet of strangers) packet.writeUInt32LE(Math.imul(random() % options.addresses, 0x9e3779b1) >>> 0, 7);
  };
  moveOn();
  return { packets, moveOn };
}

const tagAdvert = (minor: number): Uint8Array =>
  encodeIBeacon({ uuid: TAG_NAMESPACE, major: 1, minor, measuredPower: measuredPowerDbm(-59) });

function strangerAdvert(draw: number, number: number): Uint8Array {
  let left = draw - MIX.tags;
  left -= MIX.foreignIBeacons;
  if (left < 0) {
    const identity = { uuid: FOREIGN_NAMESPACE, major: number & 0xff, minor: number & 0xffff };
    return encodeIBeacon({ ...identity, measuredPower: measuredPowerDbm(-59) });
  }
  left -= MIX.lineBeacons;
  if (left < 0) return encodeLineSimple({ hwid: Hwid.parse('0a1b2c3d4e'), dm: DeviceMessageHex.parse('200007') });
  left -= MIX.eddystone;
  if (left < 0) {
    return encodeEddystoneUid({ namespace: '00112233445566778899', instance: '010203040506', txPower0m: -18 });
  }
  left -= MIX.altBeacons;
  if (left < 0) {
    return encodeAltBeacon({ companyId: 0x118, beaconId: '0011223344'.repeat(4), referenceRssi: -59, reserved: 0 });
  }
  return OTHERS[number % OTHERS.length] ?? new Uint8Array(0);
}

const packetOf = (data: Uint8Array, addressLow: number, rssi: number): Buffer =>
  Buffer.from(
    encodeAdvertisingReports([
      {
        pduType: 3,
        addressType: 1,
        address: `c0:00:00:00:00:${addressLow.toString(16).padStart(2, '0')}`,
        data,
        rssi: rssiDbm(rssi),
      },
    ]),
  );

/** Numbers that scatter well enough and are the same in every run (xorshift). */
function createRandom(): () => number {
  let state = 0x2545f491;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}
