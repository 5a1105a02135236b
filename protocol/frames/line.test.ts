import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, hex, toHex } from '../bytes.ts';
import type { DeviceMessageHex, Hwid } from '../ids.ts';
import { measuredPowerDbm } from '../units.ts';
import { arbitraryHwid } from './arbitrary.fixture.ts';
import { decodeFrame } from './frame.ts';
import { encodeLineSecure, secureMessage } from './line-secure.ts';
import { encodeLineSimple } from './line-simple.ts';
import { HWID, SECURE_ADVERT, SECURE_KEYS, SECURE_MESSAGES } from './vectors.fixture.ts';

const secure = { isSecureHwid: () => true };

describe('secure LINE Beacon', () => {
  it.each(SECURE_MESSAGES)('message of timestamp $timestamp is $message', ({ timestamp, message }) => {
    expect(toHex(secureMessage({ ...SECURE_KEYS, hwid: HWID, timestamp }))).toBe(message);
  });

  it('makes the whole advert', () => {
    expect(toHex(encodeLineSecure({ ...SECURE_KEYS, hwid: HWID, timestamp: 1n }))).toBe(toHex(SECURE_ADVERT));
  });

  it('may be padded to 31 bytes on the air', () => {
    const padded = concatBytes(SECURE_ADVERT, new Uint8Array(6));
    expect(decodeFrame(padded, secure)).toEqual(decodeFrame(SECURE_ADVERT, secure));
  });

  it('comes back with its power, battery and the low half of its clock', () => {
    fc.assert(
      fc.property(
        arbitraryHwid,
        fc.bigInt({ min: 0n, max: 0xffff_ffff_ffff_ffffn }),
        fc.integer({ min: 0, max: 255 }),
        fc.integer({ min: -128, max: 126 }),
        (hwid, timestamp, battery, power) => {
          const measuredPower = measuredPowerDbm(power);
          const input = { ...SECURE_KEYS, hwid, timestamp, battery };
          expect(decodeFrame(encodeLineSecure({ ...input, measuredPower }), secure)).toEqual({
            ok: true,
            value: {
              kind: 'line-secure-beacon',
              hwid,
              measuredPower,
              mac: toHex(secureMessage(input).subarray(0, 4)),
              timestampLow16: Number(timestamp & 0xffffn),
              battery,
            },
          });
        },
      ),
    );
  });

  it('refuses to be built from fields that do not fit', () => {
    const input = { ...SECURE_KEYS, hwid: HWID, timestamp: 1n };
    expect(() => secureMessage({ ...input, timestamp: -1n })).toThrow(RangeError);
    expect(() => secureMessage({ ...input, timestamp: 1n << 64n })).toThrow(RangeError);
    expect(() => secureMessage({ ...input, vendorKey: hex`a1b2c3` })).toThrow(RangeError);
    expect(() => secureMessage({ ...input, lotKey: hex`00` })).toThrow(RangeError);
    expect(() => secureMessage({ ...input, battery: 256 })).toThrow(RangeError);
    expect(() => encodeLineSecure({ ...input, measuredPower: measuredPowerDbm(-129) })).toThrow(RangeError);
  });
});

describe('LINE Simple Beacon', () => {
  it('refuses to be built from fields that do not fit', () => {
    const make = (hwid: string, dm: string) => encodeLineSimple({ hwid: hwid as Hwid, dm: dm as DeviceMessageHex });
    expect(() => make('0a1b2c3d', '00')).toThrow(RangeError);
    expect(() => make(HWID, '')).toThrow(RangeError);
    expect(() => make(HWID, '0')).toThrow(RangeError);
    expect(() => make(HWID, '00'.repeat(14))).toThrow(RangeError);
    expect(make(HWID, '00'.repeat(13))).toHaveLength(31);
  });
});
