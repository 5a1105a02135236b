import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, hex } from '../bytes.ts';
import { createH4Framer, H4_ACL, H4_COMMAND, H4_EVENT, H4_SCO } from './h4.ts';

const body = (maxLength: number) => fc.uint8Array({ maxLength });
const packet = fc.oneof(
  body(255).map((data) => concatBytes(Uint8Array.of(H4_COMMAND, 0x03, 0x0c, data.length), data)),
  body(600).map((data) => concatBytes(Uint8Array.of(H4_ACL, 0x40, 0x00, data.length & 0xff, data.length >> 8), data)),
  body(255).map((data) => concatBytes(Uint8Array.of(H4_SCO, 0x40, 0x00, data.length), data)),
  body(255).map((data) => concatBytes(Uint8Array.of(H4_EVENT, 0x3e, data.length), data)),
);

function* chunksOf(stream: Uint8Array, sizes: readonly number[]): Generator<Uint8Array> {
  for (let start = 0, turn = 0; start < stream.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    yield stream.subarray(start, start + size);
    start += size;
  }
}

describe('createH4Framer', () => {
  it('gives the same packets however the stream is cut', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(fc.array(packet, { maxLength: 8 }), sizes, (packets, cuts) => {
        const framer = createH4Framer();
        const seen: Uint8Array[] = [];
        for (const chunk of chunksOf(concatBytes(...packets), cuts)) {
          const result = framer(chunk);
          if (!result.ok) throw new Error(result.reject.detail);
          seen.push(...result.value);
        }
        expect(seen).toEqual(packets);
      }),
    );
  });

  it('says when it lost its place, and stays lost', () => {
    const framer = createH4Framer();
    expect(framer(hex`04 0e 01 00 09`)).toMatchObject({ ok: false, reject: { code: 'framing-lost' } });
    expect(framer(hex`04 0e 00`)).toMatchObject({ ok: false, reject: { code: 'framing-lost' } });
  });

  it('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 10 }), (chunks) => {
        const framer = createH4Framer();
        for (const chunk of chunks) framer(chunk);
      }),
    );
  });
});
