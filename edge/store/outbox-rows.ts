import type { OutboxEpoch } from '../../protocol/ids.ts';
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
 * The event of a row; `undefined` where its text is damaged. It was serialised from an event by `append`; that is why no
 * schema looks at it again, and the cloud refuses what is no event, row by row.
 */
export function draftOf({ body, at, clock }: StoredRow): EventDraft | undefined {
  const draft = storedJson(body);
  if (typeof draft !== 'object' || draft === null || !('type' in draft)) return undefined;
  return { ...(draft as EventDraft), at: epochMs(at), clock };
}

/** The same as it is offered to the uplink. */
export function toRow(row: StoredRow): OutboxRow | undefined {
  const draft = draftOf(row);
  if (draft === undefined) return undefined;
  const { seq, epoch, bytes } = row;
  return { seq, epoch, bytes, event: { seq, ...draft } as NodeEvent };
}
