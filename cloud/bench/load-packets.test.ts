import fc from 'fast-check';
import { expect, it } from 'vitest';
import { connectPacket, packetsOf, publishPacket, subscribePacket } from './load-packets.ts';

const hex = (bytes: Buffer): string => bytes.toString('hex');

it('writes packets as MQTT 3.1.1 lays them out', () => {
  expect(hex(connectPacket('d1', 'pw'))).toBe(
    '1016' + '00044d515454' + '04c20000' + '00026431' + '00026431' + '00027077',
  );
  expect(hex(subscribePacket('a/b'))).toBe('8208' + '0001' + '0003612f62' + '00');
  expect(hex(publishPacket('a/b', 513, 'hi'))).toBe('3209' + '0003612f62' + '0201' + '6869');
  expect(hex(publishPacket('a', 1, 'x'.repeat(195))).slice(0, 6)).toBe('32c801');
});

it('counts every packet, however the stream is cut', () => {
  const packet = fc.oneof(
    fc.constant({ type: 'puback', bytes: Buffer.from('40020007', 'hex') }),
    fc.constant({ type: 'other', bytes: Buffer.from('d000', 'hex') }),
    fc
      .integer({ min: 0, max: 400 })
      .map((size) => ({ type: 'publish', bytes: publishPacket('a/b', 1, 'y'.repeat(size)) })),
  );
  const cuts = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 });
  fc.assert(
    fc.property(fc.array(packet, { maxLength: 20 }), cuts, (packets, sizes) => {
      const stream = Buffer.concat(packets.map(({ bytes }) => bytes));
      const told: string[] = [];
      const onBytes = packetsOf((type) => told.push(type));
      for (let at = 0, turn = 0; at < stream.length; turn++) {
        const size = sizes[turn % sizes.length] ?? 1;
        onBytes(stream.subarray(at, at + size));
        at += size;
      }
      expect(told).toEqual(packets.map(({ type }) => type));
    }),
  );
});
