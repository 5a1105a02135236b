import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hex } from '../bytes.ts';
import { type AdStructure, encodeAd, parseAd } from './ad.ts';

const structure: fc.Arbitrary<AdStructure> = fc.record({
  type: fc.integer({ min: 0, max: 255 }),
  data: fc.uint8Array({ maxLength: 12 }),
});
const structures = fc
  .array(structure, { maxLength: 5 })
  .filter((list) => list.reduce((sum, { data }) => sum + data.length + 2, 0) <= 31);

describe('AD structures', () => {
  it('come back as they were sent', () => {
    fc.assert(
      fc.property(structures, (list) => {
        expect(parseAd(encodeAd(list))).toEqual({ ok: true, value: list });
      }),
    );
  });

  it('end early at a zero length; what follows is padding, even garbage', () => {
    expect(parseAd(hex`02 01 06 00 ff ff`)).toEqual({ ok: true, value: [{ type: 1, data: hex`06` }] });
  });

  it('may be a type without data', () => {
    expect(parseAd(hex`01 09`)).toEqual({ ok: true, value: [{ type: 9, data: hex`` }] });
  });

  it('must not claim more than there is', () => {
    expect(parseAd(hex`02 01 06 03 ff 4c`)).toMatchObject({ reject: { code: 'ad-length-overrun' } });
    expect(parseAd(hex`ff`)).toMatchObject({ reject: { code: 'ad-length-overrun' } });
  });

  it('fit into 31 bytes', () => {
    expect(parseAd(new Uint8Array(32))).toMatchObject({ reject: { code: 'too-long' } });
    expect(encodeAd([{ type: 0xff, data: new Uint8Array(29) }])).toHaveLength(31);
    expect(() => encodeAd([{ type: 0xff, data: new Uint8Array(30) }])).toThrow(RangeError);
  });

  it('never throw, whatever the bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => void parseAd(bytes)));
  });
});
