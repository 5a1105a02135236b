import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseHex } from './bytes.ts';
import { fixedDm, parseDm, signDm, slotAt, verifyDm } from './device-message.ts';
import { arbitraryHwid } from './frames/arbitrary.fixture.ts';
import { DeviceMessageHex, Hwid } from './ids.ts';
import { epochMs } from './units.ts';

const key = Uint8Array.from({ length: 32 }, (_, index) => index);
const hwid = Hwid.parse('0a1b2c3d4e');
const at = epochMs(1_767_225_600_000);
const slotSeconds = 300;
const slot = slotAt(at, slotSeconds);
const vector = '1000070059e2c070003f0e6cdc';

const keyOf = (nodeIndex: number) => (nodeIndex === 7 ? key : undefined);
const verify = (dm: string | undefined, atMs = at) => verifyDm({ dm, hwid, at: atMs, slotSeconds, keyOf });

describe('a signed device message', () => {
  it('is the agreed vector', () => {
    expect(signDm({ key, hwid, nodeIndex: 7, slot })).toBe(vector);
    expect(parseDm(vector)).toEqual({ mode: 'signed', flags: 0, nodeIndex: 7, slot, mac: '70003f0e6cdc' });
  });

  it('is believed in its slot and one to either side, and not beyond', () => {
    const verdictAfter = (slots: number) => verify(vector, epochMs(at + slots * slotSeconds * 1000)).verdict;
    expect([-2, -1, 0, 1, 2].map(verdictAfter)).toEqual(['bad', 'signed', 'signed', 'signed', 'bad']);
    expect(verify(vector, epochMs(at - 1)).verdict).toBe('signed');
    const dayLater = epochMs(at + 86_400_000);
    expect(verify(vector, dayLater).fault).toEqual({ kind: 'stale', slotsOff: -86_400 / slotSeconds });
    expect(verify(vector, epochMs(at + 2 * slotSeconds * 1000 - 1)).verdict).toBe('signed');
  });

  it('is bad from a node nobody knows, under another HWID or another key', () => {
    expect(verify(signDm({ key, hwid, nodeIndex: 8, slot }))).toEqual({
      verdict: 'bad',
      nodeIndex: 8,
      fault: { kind: 'unknown-key' },
    });
    const stolen = signDm({ key, hwid: Hwid.parse('ffffffffff'), nodeIndex: 7, slot });
    const isForged = { verdict: 'bad', nodeIndex: 7, fault: { kind: 'forged' } };
    expect(verify(stolen)).toEqual(isForged);
    const forged = signDm({ key: key.map((byte) => byte ^ 1), hwid, nodeIndex: 7, slot });
    expect(verify(forged)).toEqual(isForged);
  });

  it('is bad with any one bit changed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 13 * 8 - 1 }), (bit) => {
        const bytes = Buffer.from(vector, 'hex');
        const index = bit >> 3;
        bytes[index] = (bytes[index] ?? 0) ^ (1 << (bit & 7));
        const everyKey = () => key;
        const { verdict } = verifyDm({ dm: bytes.toString('hex'), hwid, at, slotSeconds, keyOf: everyKey });
        expect(verdict).toBe('bad');
      }),
    );
  });

  it('verifies for any node, slot and flags', () => {
    fc.assert(
      fc.property(
        arbitraryHwid,
        fc.integer({ min: 0, max: 0xffff }),
        fc.integer({ min: 0, max: 15 }),
        fc.integer({ min: 0, max: 4_000_000_000 }),
        fc.integer({ min: 15, max: 86_400 }),
        (anyHwid, nodeIndex, flags, seconds, anySlotSeconds) => {
          const heardAt = epochMs(seconds * 1000);
          const dm = signDm({ key, hwid: anyHwid, nodeIndex, flags, slot: slotAt(heardAt, anySlotSeconds) });
          expect(DeviceMessageHex.parse(dm)).toBe(dm);
          expect(parseDm(dm)).toMatchObject({ mode: 'signed', flags, nodeIndex });
          const input = { dm: dm.toUpperCase(), hwid: anyHwid, at: heardAt, slotSeconds: anySlotSeconds };
          expect(verifyDm({ ...input, keyOf: () => key })).toEqual({ verdict: 'signed', nodeIndex });
        },
      ),
    );
  });

  it('refuses to be built from fields that do not fit', () => {
    const input = { key, hwid, nodeIndex: 7, slot };
    expect(() => signDm({ ...input, nodeIndex: 0x10000 })).toThrow(RangeError);
    expect(() => signDm({ ...input, slot: 2 ** 32 })).toThrow(RangeError);
    expect(() => signDm({ ...input, flags: 16 })).toThrow(RangeError);
    expect(() => signDm({ ...input, key: new Uint8Array(0) })).toThrow(RangeError);
  });
});

describe('other device messages', () => {
  it('fixed: three bytes that name the node and prove nothing', () => {
    expect(fixedDm(7)).toBe('200007');
    expect(parseDm('200007')).toEqual({ mode: 'fixed', nodeIndex: 7 });
    expect(verify('200007')).toEqual({ verdict: 'fixed', nodeIndex: 7 });
    expect(() => fixedDm(-1)).toThrow(RangeError);
  });

  it.each([undefined, '', '00'])('none: %j', (dm) => {
    expect(verify(dm)).toEqual({ verdict: 'none' });
  });

  it.each(['beef', '0000', '210007', '20000700', `20${vector.slice(2)}`, vector.slice(2), 'not hex'])(
    'foreign, so bad: %j',
    (dm) => {
      expect(parseDm(dm)).toEqual({ mode: 'foreign' });
      expect(verify(dm)).toEqual({ verdict: 'bad', fault: { kind: 'foreign' } });
    },
  );

  it('never throw, whatever the text', () => {
    const anyHex = fc.uint8Array({ maxLength: 14 }).map((bytes) => Buffer.from(bytes).toString('hex'));
    fc.assert(
      fc.property(fc.oneof(fc.string(), anyHex), (dm) => {
        const { verdict } = verify(dm);
        expect(verdict).toBeOneOf(['fixed', 'bad', 'none']);
        if (parseHex(dm) === undefined && dm !== '') expect(verdict).toBe('bad');
      }),
    );
  });
});
