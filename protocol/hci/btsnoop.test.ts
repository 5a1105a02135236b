import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, hex, toHex } from '../bytes.ts';
import { type BtsnoopRecord, btsnoopHeader, decodeBtsnoop, encodeBtsnoopRecord } from './btsnoop.ts';
import { encodeCommand, OPCODE } from './commands.ts';
import { H4_ACL, H4_COMMAND, H4_EVENT, H4_SCO } from './h4.ts';

const record: fc.Arbitrary<BtsnoopRecord> = fc
  .record({
    adapter: fc.integer({ min: 0, max: 0xffff }),
    atMs: fc.integer({ min: 0, max: 4_000_000_000_000 }),
    type: fc.constantFrom(H4_COMMAND, H4_ACL, H4_SCO, H4_EVENT),
    body: fc.uint8Array({ maxLength: 60 }),
    sent: fc.boolean(),
  })
  .map(({ adapter, atMs, type, body, sent }) => ({
    adapter,
    atMs,
    packet: concatBytes(Uint8Array.of(type), body),
    direction: type === H4_COMMAND || (sent && type !== H4_EVENT) ? 'sent' : 'received',
  }));

const traceOf = (records: readonly BtsnoopRecord[]) =>
  concatBytes(btsnoopHeader(), ...records.map(encodeBtsnoopRecord));

describe('btsnoop', () => {
  it('writes a record as the Linux monitor does', () => {
    const packet = encodeCommand(OPCODE.reset);
    const trace = traceOf([{ adapter: 1, atMs: 1_767_225_600_000, packet }]);
    expect(toHex(trace)).toBe(
      toHex(hex`62 74 73 6e 6f 6f 70 00 00 00 00 01 00 00 07 d1
        00 00 00 03 00 00 00 03 00 01 00 02 00 00 00 00 00 e3 24 fb 55 4f c0 00 03 0c 00`),
    );
  });

  it('reads back what it wrote', () => {
    fc.assert(
      fc.property(fc.array(record, { maxLength: 6 }), (records) => {
        expect(decodeBtsnoop(traceOf(records))).toEqual({ ok: true, value: records });
      }),
    );
  });

  it('keeps microseconds', () => {
    const packet = hex`04 0e 00`;
    const result = decodeBtsnoop(traceOf([{ adapter: 0, atMs: 1_767_225_600_000.125, packet }]));
    expect(result).toMatchObject({ value: [{ atMs: 1_767_225_600_000.125 }] });
  });

  it('passes over records that are no packets', () => {
    const note = encodeBtsnoopRecord({ adapter: 0, atMs: 0, packet: hex`04 00` }).with(11, 12);
    expect(decodeBtsnoop(concatBytes(btsnoopHeader(), note))).toEqual({ ok: true, value: [] });
  });

  it.each([
    ['not-btsnoop', hex`62 74 73`],
    ['not-btsnoop', new Uint8Array(16)],
    ['btsnoop-version', btsnoopHeader().with(11, 2)],
    ['btsnoop-datalink', btsnoopHeader().with(15, 0xea)],
    ['btsnoop-truncated', traceOf([{ adapter: 0, atMs: 0, packet: hex`04 0e 00` }]).subarray(0, -1)],
    ['btsnoop-truncated', concatBytes(btsnoopHeader(), hex`00`)],
  ])('refuses by name: %s', (code, file) => {
    expect(decodeBtsnoop(file)).toMatchObject({ ok: false, reject: { code } });
  });

  it('refuses to write what is no packet', () => {
    expect(() => encodeBtsnoopRecord({ adapter: 0, atMs: 0, packet: hex`09` })).toThrow(RangeError);
    expect(() => encodeBtsnoopRecord({ adapter: 0, atMs: 0, packet: hex`` })).toThrow(RangeError);
  });
});
