import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hex, toHex } from '../bytes.ts';
import {
  ADV_NONCONN_IND,
  decodeCommand,
  encodeCommand,
  leSetAdvertiseEnable,
  leSetAdvertisingData,
  leSetAdvertisingParameters,
  leSetRandomAddress,
  leSetScanEnable,
  leSetScanParameters,
  OPCODE,
} from './commands.ts';

describe('HCI commands', () => {
  it.each([
    ['reset', encodeCommand(OPCODE.reset), hex`01 03 0c 00`],
    [
      'advertise every 152.5 ms, not connectable',
      leSetAdvertisingParameters({ intervalUnits: 244, type: ADV_NONCONN_IND }),
      hex`01 06 20 0f f4 00 f4 00 03 00 00 00 00 00 00 00 00 07 00`,
    ],
    [
      'advertise from a random address',
      leSetAdvertisingParameters({ intervalUnits: 0x0800, type: 0, ownAddress: 'random' }),
      hex`01 06 20 0f 00 08 00 08 00 01 00 00 00 00 00 00 00 07 00`,
    ],
    ['advertising data', leSetAdvertisingData(hex`02 01 06`), hex`01 08 20 20 03 02 01 06 ${'00'.repeat(28)}`],
    ['advertise on', leSetAdvertiseEnable(true), hex`01 0a 20 01 01`],
    ['advertise off', leSetAdvertiseEnable(false), hex`01 0a 20 01 00`],
    [
      'scan',
      leSetScanParameters({ active: true, intervalUnits: 0x60, windowUnits: 0x30 }),
      hex`01 0b 20 07 01 60 00 30 00 00 00`,
    ],
    ['scan on', leSetScanEnable({ enabled: true, filterDuplicates: false }), hex`01 0c 20 02 01 00`],
    ['random address', leSetRandomAddress('c0:01:02:03:04:05'), hex`01 05 20 06 05 04 03 02 01 c0`],
  ])('%s', (_, packet, expected) => {
    expect(toHex(packet)).toBe(toHex(expected));
  });

  it('come back as they were sent', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffff }), fc.uint8Array({ maxLength: 255 }), (opcode, params) => {
        expect(decodeCommand(encodeCommand(opcode, params))).toEqual({ opcode, params });
      }),
    );
  });

  it('are nothing when cut short or of another kind', () => {
    const packet = leSetAdvertiseEnable(true);
    for (let length = 0; length < packet.length; length += 1) {
      expect(decodeCommand(packet.subarray(0, length))).toBeUndefined();
    }
    expect(decodeCommand(hex`04 0a 20 01 01`)).toBeUndefined();
  });

  it('refuse to be built from fields that do not fit', () => {
    expect(() => leSetAdvertisingParameters({ intervalUnits: 0x1f, type: 0 })).toThrow(RangeError);
    expect(() => leSetAdvertisingData(new Uint8Array(32))).toThrow(RangeError);
    expect(() => leSetScanParameters({ active: false, intervalUnits: 16, windowUnits: 17 })).toThrow(RangeError);
    expect(() => leSetRandomAddress('c0:01:02:03:04')).toThrow(RangeError);
    expect(() => encodeCommand(0x10000)).toThrow(RangeError);
  });
});
