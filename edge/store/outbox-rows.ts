import { OutboxEpoch } from '../../protocol/ids.ts';
import type { NodeEvent } from '../../protocol/messages/events.ts';
import { epochMs } from '../../protocol/units.ts';
import type { EventDraft } from '../core/event-draft.ts';
import type { StoredRow } from './outbox-statements.ts';
import { storedJson } from './stored-json.ts';

export interface OutboxRow {
  readonly seq: number;
  readonly epoch: OutboxEpoch;
  readonly bytes: number;
  readonly event: NodeEvent;
}

/**
 * The event of a row; `undefined` where its text or columns are damaged. It was serialised from an event by `append`; that is why no
 * schema looks at it again, and the cloud refuses what is no event, row by row.
 */
export function draftOf(row: StoredRow): EventDraft | undefined {
  if (!hasSoundColumns(row)) return undefined;
  const { body, at, clock } = row;
  const draft = storedJson(body);
  if (typeof draft !== 'object' || draft === null || !('type' in draft)) return undefined;
  return { ...(draft as EventDraft), at: epochMs(at), clock };
}

/** Of a damaged page SQLite may read any value, also one that no table takes and that spoils the batch it is sent in. */
const hasSoundColumns = ({ epoch, seq, type, priority, at, monoMs, boot, clock, body, bytes }: StoredRow): boolean =>
  OutboxEpoch.safeParse(epoch).success &&
  [type, boot, clock, body].every((text) => typeof text === 'string') &&
  [seq, priority, at, bytes].every(Number.isSafeInteger) &&
  Number.isFinite(monoMs);

/** The same as it is offered to the uplink. */
export function toRow(row: StoredRow): OutboxRow | undefined {
  const draft = draftOf(row);
  if (draft === undefined) return undefined;
  const { seq, epoch, bytes } = row;
  return { seq, epoch, bytes, event: { seq, ...draft } as NodeEvent };
}
