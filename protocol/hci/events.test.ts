import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hex, toHex } from '../bytes.ts';
import { RSSI_MAX, RSSI_MIN, rssiDbm } from '../units.ts';
import { OPCODE } from './commands.ts';
import {
  type AdvertisingReport,
  createReportWalk,
  decodeEvent,
  encodeAdvertisingReports,
  encodeCommandComplete,
} from './events.ts';

const byte = fc.integer({ min: 0, max: 255 });
const report: fc.Arbitrary<AdvertisingReport> = fc.record({
  pduType: fc.integer({ min: 0, max: 4 }),
  addressType: fc.integer({ min: 0, max: 3 }),
  address: fc
    .array(byte, { minLength: 6, maxLength: 6 })
    .map((bytes) => bytes.map((value) => value.toString(16).padStart(2, '0')).join(':')),
  data: fc.uint8Array({ maxLength: 31 }),
  rssi: fc.option(fc.integer({ min: RSSI_MIN, max: RSSI_MAX }).map(rssiDbm), { nil: undefined }),
});
const reports = fc.array(report, { maxLength: 6 });

const HEARD = hex`04 3e 0f 02 01 03 01 05 04 03 02 01 c0 03 02 01 06 bb`;
const heard: AdvertisingReport = {
  pduType: 3,
  addressType: 1,
  address: 'c0:01:02:03:04:05',
  data: hex`02 01 06`,
  rssi: rssiDbm(-69),
};

describe('advertising reports', () => {
  it('are read and written as controllers send them', () => {
    expect(decodeEvent(HEARD)).toEqual({ kind: 'advertising-reports', reports: [heard] });
    expect(toHex(encodeAdvertisingReports([heard]))).toBe(toHex(HEARD));
  });

  it('come back as they were sent, several to an event', () => {
    fc.assert(
      fc.property(reports, (list) => {
        expect(decodeEvent(encodeAdvertisingReports(list))).toEqual({ kind: 'advertising-reports', reports: list });
      }),
    );
  });

  it.each([
    [0x7f, 'not available'],
    [0x1d, '+29 dBm'],
    [0x00, '0 dBm'],
    [0x80, '-128 dBm'],
  ])('have no RSSI where the byte is %i: %s', (rssi) => {
    const packet = HEARD.with(HEARD.length - 1, rssi);
    expect(decodeEvent(packet)).toMatchObject({ reports: [{ address: heard.address, rssi: undefined }] });
  });

  it('lose only the one that is cut short', () => {
    fc.assert(
      fc.property(reports, fc.nat(250), (list, cut) => {
        const packet = encodeAdvertisingReports(list);
        const event = decodeEvent(packet.subarray(0, 5 + cut));
        let room = Math.min(cut, packet.length - 5);
        const whole = list.filter(({ data }) => {
          room -= 10 + data.length;
          return room >= 0;
        });
        expect(event).toEqual({ kind: 'advertising-reports', reports: whole });
      }),
    );
  });

  it('can be walked one packet after the other, also after one that was cut short', () => {
    const walk = createReportWalk();
    const rssiOf = (packet: Uint8Array): (number | undefined)[] => {
      const seen: (number | undefined)[] = [];
      walk.begin(packet);
      while (walk.next(packet)) seen.push(walk.rssi);
      expect(walk.next(packet)).toBe(false);
      return seen;
    };
    const two = encodeAdvertisingReports([heard, { ...heard, rssi: undefined }]);
    expect(rssiOf(two)).toEqual([-69, undefined]);
    expect(rssiOf(two.subarray(0, two.length - 1))).toEqual([-69]);
    expect(rssiOf(two.subarray(0, 5))).toEqual([]);
    expect(rssiOf(HEARD)).toEqual([-69]);
  });

  it('refuse to be built beyond one event', () => {
    expect(() => encodeAdvertisingReports([{ ...heard, data: new Uint8Array(32) }])).toThrow(RangeError);
    const full = { ...heard, data: new Uint8Array(31) };
    expect(() => encodeAdvertisingReports(Array.from({ length: 6 }, () => full))).not.toThrow();
    expect(() => encodeAdvertisingReports(Array.from({ length: 7 }, () => full))).toThrow(RangeError);
  });
});

describe('other events', () => {
  it('command complete', () => {
    const packet = encodeCommandComplete(OPCODE.readBdAddr, 0, hex`05 04 03 02 01 c0`);
    expect(toHex(packet)).toBe('040e0a010910000504030201c0');
    expect(decodeEvent(packet)).toEqual({
      kind: 'command-complete',
      opcode: OPCODE.readBdAddr,
      status: 0,
      returnParams: hex`05 04 03 02 01 c0`,
    });
    expect(decodeEvent(encodeCommandComplete(OPCODE.leSetAdvertiseEnable, 0x0c))).toMatchObject({ status: 0x0c });
  });

  it('command status', () => {
    const opcode = OPCODE.leSetScanEnable;
    expect(decodeEvent(hex`04 0f 04 0c 01 0c 20`)).toEqual({ kind: 'command-status', opcode, status: 0x0c });
  });

  it('any other by its code, cut answers included', () => {
    expect(decodeEvent(hex`04 05 04 00 40 00 13`)).toEqual({ kind: 'other', code: 0x05 });
    expect(decodeEvent(hex`04 3e 01 01`)).toEqual({ kind: 'other', code: 0x3e });
    expect(decodeEvent(hex`04 0e 03 01 00 00`)).toEqual({ kind: 'other', code: 0x0e });
    expect(decodeEvent(hex`01 03 0c 00`)).toBeUndefined();
    expect(decodeEvent(hex`04 3e`)).toBeUndefined();
  });

  it('never throw, whatever the bytes', () => {
    const headed = fc
      .tuple(fc.constantFrom(0x0e, 0x0f, 0x3e), byte, fc.uint8Array({ maxLength: 60 }))
      .map(([code, length, rest]) => Uint8Array.of(4, code, length, 2, ...rest));
    fc.assert(fc.property(fc.oneof(fc.uint8Array({ maxLength: 60 }), headed), (packet) => void decodeEvent(packet)));
  });
});
