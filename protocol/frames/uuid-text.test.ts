import fc from 'fast-check';
import { expect, it } from 'vitest';
import { toHex } from '../bytes.ts';
import { uuidAt } from './uuid-text.ts';

it('is the canonical text of just these bytes, whatever was asked before', () => {
  // Few different bytes, so that slots are shared and taken over all the time.
  const uuid = fc.array(fc.constantFrom(0x00, 0x40, 0x80), { minLength: 16, maxLength: 16 });
  fc.assert(
    fc.property(fc.array(fc.tuple(uuid, fc.nat(8)), { maxLength: 40 }), (asked) => {
      for (const [bytes, start] of asked) {
        const within = Uint8Array.from([...new Array<number>(start).fill(0x11), ...bytes, 0xff]);
        const text = uuidAt(within, start);
        expect(text).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
        expect(text.replaceAll('-', '')).toBe(toHex(Uint8Array.from(bytes)));
        // What is kept must not be a view of bytes that change.
        within.fill(0xee);
      }
    }),
  );
});
