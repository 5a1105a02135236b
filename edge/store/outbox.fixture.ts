import { BootId, type OutboxEpoch, ProximityUuid } from '../../protocol/ids.ts';
import { type EventAck, toRanges } from '../../protocol/messages/events.ts';
import { epochMs, monoMs } from '../../protocol/units.ts';
import type { EventDraft, Moment } from '../core/event-draft.ts';
import type { OutboxReader } from './outbox.ts';

export const NOW: Moment = {
  mono: monoMs(1_000),
  wall: epochMs(1_767_225_600_000),
  clock: 'synced',
  boot: BootId.parse('12345678-0000'),
};

const UUID = ProximityUuid.parse('f7826da6-4fa2-4e98-8024-bc5b71e0893e');

/** An event that can be told by its reason. */
export const enter = (reason: string, now: Moment = NOW): EventDraft => ({
  type: 'enter',
  at: now.wall,
  monoMs: now.mono,
  boot: now.boot,
  clock: now.clock,
  subject: { kind: 'ibeacon', uuid: UUID, major: 1, minor: 1 },
  reason,
});

export const footfall = (count: number, now: Moment = NOW): EventDraft => ({
  type: 'footfall',
  at: now.wall,
  monoMs: now.mono,
  boot: now.boot,
  clock: now.clock,
  count,
  windowMs: 300_000,
});

export const enters = (count: number): EventDraft[] =>
  Array.from({ length: count }, (_, index) => enter(`event ${index}`));

export const ackOf = (epoch: OutboxEpoch, done: readonly number[], rejected: EventAck['rejected'] = []): EventAck => ({
  v: 1,
  epoch,
  done: toRanges(done),
  rejected,
});

export const rowsOf = (outbox: OutboxReader) => outbox.waiting(1_000_000);

export const namesOf = (outbox: OutboxReader): string[] => rowsOf(outbox).map(({ epoch, seq }) => `${epoch}:${seq}`);

export const reasonsOf = (outbox: OutboxReader): string[] =>
  rowsOf(outbox).map(({ event }) => ('reason' in event ? event.reason : event.type));

/** Acknowledges everything, batch by batch, as a cloud would; returns how many rows that were. */
export function drain(outbox: OutboxReader): number {
  let rows = 0;
  for (let batch = outbox.waiting(200); batch.length > 0; batch = outbox.waiting(200)) {
    rows += batch.length;
    for (const { epoch, seq } of batch) outbox.settle(ackOf(epoch, [seq]));
  }
  return rows;
}
