import fc from 'fast-check';
import { expect, it } from 'vitest';
import { pack, unpack } from './sqlite-parcel.ts';

const bytes = fc.option(
  // Small buffers are windows of a memory they share.
  fc.uint8Array({ maxLength: 40 }).map((values) => Buffer.from(values)),
  { nil: null },
);
const row = fc.tuple(fc.string({ unit: 'binary' }), bytes, fc.option(fc.maxSafeInteger(), { nil: null }), bytes);

it('carries rows and their bytes to another thread as they are', () => {
  fc.assert(
    fc.property(fc.array(row, { maxLength: 8 }), fc.boolean(), (rows, alone) => {
      const { parcel, gone } = pack({ do: 'each', text: 'INSERT …', rows, bytesAt: [1, 3], alone });
      const arrived = unpack(structuredClone(parcel, { transfer: [...gone] }));
      const plain = (given: readonly (readonly unknown[])[]) =>
        given.map((values) => values.map((value) => (value instanceof Uint8Array ? [...value] : value)));
      if (arrived.do !== 'each') throw new Error(arrived.do);
      expect(plain(arrived.rows)).toEqual(plain(rows));
      expect(arrived).toMatchObject({ text: 'INSERT …', bytesAt: [1, 3], alone });
    }),
  );
});
