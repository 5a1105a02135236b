import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BootId, newOutboxEpoch } from '../../protocol/ids.ts';
import { NodeEvent } from '../../protocol/messages/events.ts';
import { epochMs, monoMs } from '../../protocol/units.ts';
import type { EventDraft, Moment } from '../core/event-draft.ts';
import { ackOf, enter, enters, footfall, NOW, reasonsOf, rowsOf } from './outbox.fixture.ts';
import type { Outbox } from './outbox.ts';

/** What every outbox does, wherever its rows lie. `make` gives an empty one of that size. */
export function describeOutbox(name: string, make: (maxBytes: number) => Outbox): void {
  const ample = (): Outbox => make(1e9);
  const first = (outbox: Outbox) => rowsOf(outbox)[0] ?? expect.fail('no row');

  describe(`${name} is an outbox`, () => {
    it('hands rows out oldest first, as the events the protocol knows', () => {
      const outbox = ample();
      outbox.append([enter('first'), enter('second')], NOW);
      const events = rowsOf(outbox).map(({ event }) => NodeEvent.parse(event));
      expect(events).toMatchObject([
        { seq: 1, reason: 'first' },
        { seq: 2, reason: 'second' },
      ]);
      expect(outbox.waiting(1)).toHaveLength(1);
    });

    it('takes out exactly what an ack lists', () => {
      fc.assert(
        fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 12 })), (listed) => {
          const outbox = ample();
          outbox.append(enters(10), NOW);
          const { epoch } = first(outbox);
          const before = rowsOf(outbox).map(({ seq }) => seq);
          const { done } = outbox.settle(ackOf(epoch, listed));
          const left = rowsOf(outbox).map(({ seq }) => seq);
          expect(left).toEqual(before.filter((seq) => !listed.includes(seq)));
          expect(done).toBe(before.length - left.length);
          expect(outbox.depth().waiting).toBe(left.length);
        }),
        { numRuns: 20 },
      );
    });

    it('ignores an ack of another epoch and a repeated ack', () => {
      const outbox = ample();
      outbox.append(enters(3), NOW);
      const good = ackOf(first(outbox).epoch, [1, 2]);
      expect(outbox.settle({ ...good, epoch: newOutboxEpoch() })).toEqual({ done: 0, parked: 0 });
      expect(outbox.settle(good)).toEqual({ done: 2, parked: 0 });
      expect(outbox.settle(good)).toEqual({ done: 0, parked: 0 });
      expect(reasonsOf(outbox)).toEqual(['event 2']);
    });

    it('parks a rejected row: kept and counted, never sent again', () => {
      const outbox = ample();
      outbox.append(enters(3), NOW);
      const { epoch } = first(outbox);
      expect(outbox.settle(ackOf(epoch, [1], [{ seq: 2, code: 'malformed' }]))).toEqual({ done: 1, parked: 1 });
      expect(reasonsOf(outbox)).toEqual(['event 2']);
      expect(outbox.depth()).toMatchObject({ waiting: 1, parked: 1, dropped: 0, droppedByKind: {} });
    });

    it('keeps only so many parked rows, and counts those that had to go', () => {
      const outbox = make(100_000);
      outbox.append(enters(60), NOW);
      const { epoch } = first(outbox);
      for (let seq = 1; seq <= 60; seq += 1) outbox.settle(ackOf(epoch, [], [{ seq, code: 'malformed' }]));
      const { waiting, parked, dropped, droppedByKind } = outbox.depth();
      expect(waiting).toBe(0);
      expect(parked).toBeGreaterThan(0);
      expect(dropped).toBeGreaterThan(0);
      expect(parked + dropped).toBe(60);
      expect(droppedByKind).toEqual({ enter: dropped });
    });

    it('when full gives up telemetry first, then the oldest, and names what has gone', () => {
      const outbox = make(60_000);
      outbox.append([...Array.from({ length: 20 }, (_, index) => footfall(index)), ...enters(20)], NOW);
      let told = 0;
      for (let index = 0; index < 400; index += 1) {
        outbox.append([enter(`later ${index}`)], NOW);
        const { droppedByKind, dropped } = outbox.depth();
        if ((droppedByKind['enter'] ?? 0) > 0) expect(droppedByKind['footfall']).toBe(20);
        const losses = rowsOf(outbox).flatMap(({ event }) => (event.type === 'loss' ? [event] : []));
        told = losses.reduce((sum, event) => sum + event.dropped, 0);
        expect(told).toBe(dropped);
        const rows = rowsOf(outbox);
        expect(rows.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(61_000);
        expect(outbox.depth().waiting).toBe(rows.length);
      }
      expect(told).toBeGreaterThan(20);
      expect(reasonsOf(outbox)).toContain('later 399');
      const enterCount = rowsOf(outbox).filter(({ event }) => event.type === 'enter').length;
      expect(enterCount + told - 20).toBe(420);
      expect(rowsOf(outbox).find(({ event }) => event.type === 'loss')?.event).toMatchObject({
        reason: expect.stringContaining('the outbox was full'),
        fromMs: NOW.wall,
        untilMs: NOW.wall,
      });
    });

    it('no loss is ever forgotten, even where only losses have room', () => {
      const outbox = make(3_000);
      for (let index = 0; index < 200; index += 1) outbox.append([enter('x'.repeat(180)), footfall(1)], NOW);
      const rows = rowsOf(outbox).map(({ event }) => event);
      const told = rows.reduce((sum, event) => sum + (event.type === 'loss' ? event.dropped : 0), 0);
      expect(told + rows.filter(({ type }) => type !== 'loss').length).toBe(400);
      expect(outbox.depth().dropped).toBe(told);
    });

    it('puts right the times of this boot once the clock is, and of no other', () => {
      const outbox = ample();
      const stale: Moment = { ...NOW, clock: 'unsynced', wall: epochMs(60_000), mono: monoMs(60_000) };
      const before: Moment = { ...stale, boot: BootId.parse('87654321-0000') };
      outbox.append([enter('another boot', before), enter('this boot', stale), enter('good', NOW)], stale);
      outbox.tend(stale);
      expect(rowsOf(outbox).map(({ event }) => event.at)).toEqual([60_000, 60_000, NOW.wall]);
      outbox.tend({ ...stale, clock: 'synced', mono: monoMs(90_000), wall: NOW.wall });
      expect(rowsOf(outbox).map(({ event: { at, clock } }) => ({ at, clock }))).toEqual([
        { at: 60_000, clock: 'unsynced' },
        { at: NOW.wall - 30_000, clock: 'synced' },
        { at: NOW.wall, clock: 'synced' },
      ]);
      // One that found no disk before.
      outbox.append([enter('late', { ...stale, mono: monoMs(80_000) })], { ...NOW, mono: monoMs(90_000) });
      expect(rowsOf(outbox).at(-1)?.event).toMatchObject({ at: NOW.wall - 10_000, clock: 'synced' });
    });

    it('counts no draft twice that is handed in twice', () => {
      const outbox = ample();
      const draft: EventDraft = enter('the same object');
      outbox.append([draft, draft], NOW);
      expect(rowsOf(outbox)).toHaveLength(2);
    });
  });
}
