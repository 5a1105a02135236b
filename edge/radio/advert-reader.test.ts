import { expect, it } from 'vitest';
import { hex } from '../../protocol/bytes.ts';
import { encodeIBeacon } from '../../protocol/frames/ibeacon.ts';
import { encodeLineSimple } from '../../protocol/frames/line-simple.ts';
import { encodeAdvertisingReports, encodeCommandComplete } from '../../protocol/hci/events.ts';
import { DeviceMessageHex, Hwid, ProximityUuid } from '../../protocol/ids.ts';
import { measuredPowerDbm, monoMs, rssiDbm } from '../../protocol/units.ts';
import { createAdvertiserTokens } from '../core/advertiser-token.ts';
import { createAdvertReader } from './advert-reader.ts';
import type { HeardAdvert, Sighting } from './ports.ts';

const TAG = {
  uuid: ProximityUuid.parse('f7826da6-4fa2-4e98-8024-bc5b71e0893e'),
  major: 1,
  minor: 2,
  measuredPower: measuredPowerDbm(-59),
};
const report = (address: string, data: Uint8Array) => ({
  pduType: 3,
  addressType: 1,
  address,
  data,
  rssi: rssiDbm(-60),
});
const EVENT = encodeAdvertisingReports([
  report('c0:01:02:03:04:05', encodeIBeacon(TAG)),
  report('c0:01:02:03:04:06', hex`02 01 06`),
  report('c0:01:02:03:04:05', encodeIBeacon(TAG)),
]);

function read(packets: readonly Uint8Array[]) {
  const sightings: Sighting[] = [];
  const adverts: HeardAdvert[] = [];
  const tokens = createAdvertiserTokens({ newKey: () => new Uint8Array(32), keyLifeMs: 1_000 });
  const reader = createAdvertReader({ mono: () => monoMs(7), tokens });
  const handlers = {
    onSighting: (sighting: Sighting) => void sightings.push(sighting),
    onAdvert: (advert: HeardAdvert) => void adverts.push(advert),
  };
  for (const packet of packets) reader.receive(packet, handlers);
  return { sightings, adverts, counters: reader.counters() };
}

it('tells every advert, and the frames among them', () => {
  const { sightings, adverts, counters } = read([EVENT]);
  expect(adverts.map(({ frame }) => frame?.kind)).toEqual(['ibeacon', undefined, 'ibeacon']);
  expect(sightings).toMatchObject([
    { frame: { kind: 'ibeacon', ...TAG }, rssi: -60, at: 7 },
    { frame: { kind: 'ibeacon', ...TAG }, rssi: -60, at: 7 },
  ]);
  expect(counters).toEqual({ adverts: 3, rejects: { 'not-a-beacon': 1 } });
});

it('names an advertiser by the same token each time, and by nothing that holds its address', () => {
  const { sightings, adverts } = read([EVENT]);
  const [first, other, again] = adverts.map(({ advertiser }) => advertiser);
  expect(again).toBe(first);
  expect(other).not.toBe(first);
  expect(sightings.map(({ advertiser }) => advertiser)).toEqual([first, first]);
  expect(JSON.stringify([sightings, adverts])).not.toMatch(/c0:?01:?02:?03|211114713351173/i);
});

it('leaves everything else on the socket alone', () => {
  const others = [
    encodeCommandComplete(0x200c, 0),
    hex`04 3e 01 01`,
    hex`01 03 0c 00`,
    new Uint8Array(0),
    EVENT.subarray(0, 20),
  ];
  expect(read(others)).toMatchObject({ sightings: [], adverts: [], counters: { adverts: 0, rejects: {} } });
});

it('never mixes the frames of an advertiser that alternates them', () => {
  const line = encodeLineSimple({ hwid: Hwid.parse('0a1b2c3d4e'), dm: DeviceMessageHex.parse('beef') });
  const from = 'c0:01:02:03:04:05';
  const heard = (data: Uint8Array, rssi: number) =>
    encodeAdvertisingReports([{ ...report(from, data), rssi: rssiDbm(rssi) }]);
  const { sightings } = read([heard(encodeIBeacon(TAG), -50), heard(line, -80), heard(encodeIBeacon(TAG), -51)]);
  expect(sightings.map(({ frame, rssi }) => [frame.kind, rssi])).toEqual([
    ['ibeacon', -50],
    ['line-simple-beacon', -80],
    ['ibeacon', -51],
  ]);
});

it('goes on hearing a connectable beacon after it has answered a scan once', () => {
  const advert = encodeAdvertisingReports([{ ...report('c0:01:02:03:04:05', encodeIBeacon(TAG)), pduType: 0 }]);
  const response = encodeAdvertisingReports([{ ...report('c0:01:02:03:04:05', new Uint8Array()), pduType: 4 }]);
  const { sightings } = read([advert, response, ...Array.from({ length: 100 }, () => advert)]);
  expect(sightings).toHaveLength(101);
});

it('answers a storm of random addresses with a counter and nothing else', () => {
  const storm = Array.from({ length: 5_000 }, (_, i) =>
    encodeAdvertisingReports([report(`c0:00:00:00:${hexByte(i >> 8)}:${hexByte(i)}`, hex`02 01 06`)]),
  );
  const { sightings, counters } = read([EVENT, ...storm, EVENT]);
  expect(sightings).toHaveLength(4);
  expect(counters).toEqual({ adverts: 5_006, rejects: { 'not-a-beacon': 5_002 } });
});

const hexByte = (value: number): string => (value & 0xff).toString(16).padStart(2, '0');
