import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventAck, EventBatchEnvelope, NodeEvent, toRanges } from './events.ts';

describe('toRanges', () => {
  it('covers exactly the given numbers with sorted ranges that cannot be joined', () => {
    const seqs = fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 40 });
    fc.assert(
      fc.property(seqs, (given) => {
        const ranges = toRanges(given);
        const covered = ranges.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, step) => from + step));
        expect(covered).toEqual([...new Set(given)].sort((a, b) => a - b));
        for (const [index, [from]] of ranges.entries()) {
          const previous = ranges[index - 1];
          if (previous !== undefined) expect(from).toBeGreaterThan(previous[1] + 1);
        }
      }),
    );
  });

  it('by example', () => {
    expect(toRanges([5, 1, 2, 3, 9, 5])).toEqual([
      [1, 3],
      [5, 5],
      [9, 9],
    ]);
    expect(toRanges([])).toEqual([]);
  });

  it('makes what an ack carries', () => {
    const ack = { v: 1, epoch: '0123456789abcdef', done: toRanges([1, 2, 4]), rejected: [] };
    expect(EventAck.parse(ack)).toEqual(ack);
  });
});

describe('a batch', () => {
  const stamp = { at: 1_767_225_600_000, monoMs: 12.5, boot: '01234567-89ab', clock: 'synced' };
  const subject = { kind: 'ibeacon', uuid: 'd0d2ce24-9efc-11e5-82c4-1c6a7a17ef38', major: 1, minor: 2 };
  const enter = { ...stamp, seq: 1, type: 'enter', subject, rssiDbm: -60, reason: 'near for 3 s' };
  const batch = { v: 1, epoch: '0123456789abcdef', boot: stamp.boot, sentMonoMs: 20, events: [enter] };

  it('is read event by event, so that an unknown one does not spoil the rest', () => {
    const strange = { seq: 2, type: 'from-the-future' };
    const envelope = EventBatchEnvelope.parse({ ...batch, events: [enter, strange] });
    expect(envelope.events.map((event) => NodeEvent.safeParse(event).success)).toEqual([true, false]);
  });

  it('has at least one event and numbers each', () => {
    expect(EventBatchEnvelope.safeParse({ ...batch, events: [] }).success).toBe(false);
    expect(EventBatchEnvelope.safeParse({ ...batch, events: [{ ...enter, seq: 0 }] }).success).toBe(false);
  });

  it('knows no impossible RSSI', () => {
    expect(NodeEvent.safeParse(enter).success).toBe(true);
    expect(NodeEvent.safeParse({ ...enter, rssiDbm: 127 }).success).toBe(false);
  });
});
