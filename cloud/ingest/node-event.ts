import { tagSubjectKey } from '../../protocol/messages/common.ts';
import type { EventBatchEnvelope, NodeEvent } from '../../protocol/messages/events.ts';
import { type EpochMs, epochMs } from '../../protocol/units.ts';
import { eventTime } from '../core/event-time.ts';
import type { EventId, MemberId, Mint } from '../core/ids.ts';
import type { Identity, RegisteredNode, Registry } from '../core/ports.ts';
import type { Occurrence } from '../core/working-set-types.ts';

/** One row of a node's batch, in the form it has inside. */
export interface HeardRow {
  readonly node: RegisteredNode;
  readonly batch: Pick<EventBatchEnvelope, 'epoch' | 'boot' | 'sentMonoMs'>;
  readonly row: NodeEvent;
  /** When its batch came in, from which its age is counted; it may have waited for the database since. */
  readonly receivedAt: EpochMs;
}

export const sourceIdOf = ({ node, batch, row }: HeardRow): string => `${node.id}:${batch.epoch}:${row.seq}`;

/** Whose tag it is about, if it is about one. */
export const identityOf = ({ row }: HeardRow): Identity | undefined =>
  'subject' in row ? { kind: 'ble_tag', issuer: 'ibeacon', subject: tagSubjectKey(row.subject) } : undefined;

/** Who an unregistered tag belongs to is not known, and its identity is not kept. */
export async function toOccurrence(
  heard: HeardRow,
  member: MemberId | undefined,
  registry: Registry,
  mint: Mint,
): Promise<Occurrence> {
  const { node, batch, row, receivedAt } = heard;
  const { at, ageMs } = eventTime(row, batch, receivedAt);
  const event = {
    id: mint.id('event') as EventId,
    ear: 'tag' as const,
    sourceId: sourceIdOf(heard),
    type: row.type,
    at: epochMs(at),
    receivedAt,
    ...(ageMs !== undefined && { ageMs }),
    nodeId: node.id,
    body: null,
  };
  const common = { event, stored: false, node, facts: {} };
  if (!('subject' in row)) return { ...common, facts: { count: countOf(row) }, offers: [] };
  const detail = row.presentMs === undefined ? {} : { presentMs: row.presentMs };
  const facts = row.presentMs === undefined ? {} : { detail };
  const offers = await registry.offers({ trigger: row.type, ear: 'tag', ...detail }, node.place);
  return { ...common, facts, trust: 'node', trigger: row.type, detail, ...(member && { member }), offers };
}

const countOf = (row: Exclude<NodeEvent, { subject: unknown }>): number =>
  row.type === 'loss' ? row.dropped : row.count;
