import fc from 'fast-check';
import { expect, it } from 'vitest';
import { toHex } from '../bytes.ts';
import { hexAt } from './text-memory.ts';

it('is the text of just these bytes, however long and whatever was asked before', () => {
  // Few different bytes, so that slots are shared and taken over all the time.
  const field = fc.array(fc.constantFrom(0x00, 0x40, 0x80), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(fc.array(fc.tuple(field, fc.nat(8)), { maxLength: 40 }), (asked) => {
      for (const [bytes, start] of asked) {
        const within = Uint8Array.from([...new Array<number>(start).fill(0x11), ...bytes, 0xff]);
        expect(hexAt(within, start, start + bytes.length)).toBe(toHex(Uint8Array.from(bytes)));
        // What is kept must not be a view of bytes that change.
        within.fill(0xee);
      }
    }),
  );
});
