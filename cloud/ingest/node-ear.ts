import type { NodeId } from '../../protocol/ids.ts';
import {
  type EventAck,
  EventBatchEnvelope,
  NodeEvent,
  type RowRejectCode,
  toRanges,
} from '../../protocol/messages/events.ts';
import { accept, type Result, reject } from '../../protocol/result.ts';
import type { EpochMs } from '../../protocol/units.ts';
import type { Mint } from '../core/ids.ts';
import { plainJson } from '../core/plain-text.ts';
import { type Identity, identityKey, type Ledger, type LedgerTx } from '../core/ports.ts';
import type { Unmade } from '../core/working-set.ts';
import type { MemberLinks } from '../core/working-set-message.ts';
import type { Occurrence } from '../core/working-set-types.ts';
import { dispatch, type OnUnmade } from './dispatch.ts';
import { createGroup } from './group.ts';
import { type HeardRow, identityOf, sourceIdOf, toOccurrence } from './node-event.ts';

export interface BatchTaken {
  readonly ack: EventAck;
  readonly deliveries: number;
  readonly duplicates: number;
}

type Answer = Result<BatchTaken, 'bad_batch' | 'unknown_node'>;
type Envelope = EventBatchEnvelope;

/** One message of a node, its rows read. */
interface Message {
  readonly nodeId: NodeId;
  readonly batch: Envelope;
  readonly receivedAt: EpochMs;
  readonly rows: readonly NodeEvent[];
  readonly rejected: readonly RejectedRow[];
}
interface RejectedRow {
  readonly seq: number;
  readonly code: RowRejectCode;
}

/** What became of the rows of one message. */
type Taken =
  | { readonly known: false }
  | (Omit<BatchTaken, 'ack'> & { readonly known: true; readonly failed: readonly number[] });

/** Enough that the sync of the disk is shared by many, few enough that nobody waits long for the others. */
const ROWS_A_COMMIT = 500;

/**
 * Takes batches of nodes: all that arrive in one tick in one transaction, then their acks. A row that can never be
 * accepted is rejected by code and blocks nobody; a batch whose envelope cannot be read is refused whole. Rejects when
 * the database is at fault: then nothing is acknowledged and the node sends again.
 */
export const createNodeEar = (deps: {
  readonly ledger: Ledger;
  readonly mint: Mint;
  readonly now: () => EpochMs;
  /** The personal address of a form; absent: messages that link to one cannot be made. */
  readonly links?: MemberLinks;
  /** Told of a row we broke on; it is rejected, and the node keeps it parked. */
  readonly onFailed: (sourceId: string, error: unknown) => void;
  readonly onUnmade?: OnUnmade;
  /** One: every message in a transaction of its own. */
  readonly rowsACommit?: number;
}) => {
  const { ledger, mint } = deps;

  const takeTogether = async (messages: readonly Message[]): Promise<Taken[]> => {
    const at = deps.now();
    const { taken, unmade } = await ledger.transaction((tx) => takeIn(tx, mint, messages, at, deps.links));
    for (const { event, campaign, complaint } of unmade) deps.onUnmade?.(event, campaign, complaint);
    return taken;
  };

  /** Where one of the rows breaks us, the work is halved until only that one is rejected. */
  const take = async (messages: readonly Message[]): Promise<Taken[]> => {
    try {
      return await takeTogether(messages);
    } catch (error) {
      if (ledger.isFault(error)) throw error;
      const [only, ...more] = messages;
      if (only === undefined) return [];
      if (more.length > 0) {
        const half = Math.ceil(messages.length / 2);
        return [...(await take(messages.slice(0, half))), ...(await take(messages.slice(half)))];
      }
      const [row, ...others] = only.rows;
      if (row !== undefined && others.length === 0) {
        deps.onFailed(`${only.nodeId}:${only.batch.epoch}:${row.seq}`, error);
        return [{ known: true, deliveries: 0, duplicates: 0, failed: [row.seq] }];
      }
      if (row === undefined) throw error;
      const half = Math.ceil(only.rows.length / 2);
      const parts = [only.rows.slice(0, half), only.rows.slice(half)];
      let all: Taken = { known: true, deliveries: 0, duplicates: 0, failed: [] };
      for (const rows of parts) {
        const [part] = await take([{ ...only, rows }]);
        if (part === undefined || !part.known) return [{ known: false }];
        all = {
          known: true,
          deliveries: all.deliveries + part.deliveries,
          duplicates: all.duplicates + part.duplicates,
          failed: [...all.failed, ...part.failed],
        };
      }
      return [all];
    }
  };

  const group = createGroup<Message, Taken>({
    work: take,
    weigh: ({ rows }) => rows.length,
    most: deps.rowsACommit ?? ROWS_A_COMMIT,
    atOnce: ledger.writersAtOnce,
  });

  return async (nodeId: NodeId, payload: Uint8Array): Promise<Answer> => {
    const batch = readEnvelope(payload);
    if (batch === undefined) return reject('bad_batch', 'the payload is not an event batch');
    const read = readRows(batch);
    const taken = await group.submit({ nodeId, batch, receivedAt: deps.now(), ...read });
    if (!taken.known) return reject('unknown_node', `node ${nodeId} is not in the registry`);
    const failed = new Set(taken.failed);
    const done = read.rows.map(({ seq }) => seq).filter((seq) => !failed.has(seq));
    const broken = taken.failed.map((seq): RejectedRow => ({ seq, code: 'failed' }));
    return accept({
      ack: { v: 1, epoch: batch.epoch, done: toRanges(done), rejected: [...read.rejected, ...broken] },
      deliveries: taken.deliveries,
      duplicates: taken.duplicates,
    });
  };
};

async function takeIn(
  tx: LedgerTx,
  mint: Mint,
  messages: readonly Message[],
  at: EpochMs,
  links: MemberLinks | undefined,
): Promise<{ taken: Taken[]; unmade: readonly Unmade[] }> {
  const registry = await tx.registry();
  const perMessage: (readonly HeardRow[] | undefined)[] = [];
  for (const { nodeId, batch, receivedAt, rows } of messages) {
    const node = await registry.node(nodeId);
    perMessage.push(node && rows.map((row) => ({ node, batch, row, receivedAt })));
  }
  const heard = perMessage.flatMap((rows) => rows ?? []);
  const seen = new Set(await tx.events.known(heard.map(sourceIdOf)));
  const fresh: HeardRow[] = [];
  const duplicates = new Map<readonly HeardRow[], number>();
  for (const rows of perMessage) {
    for (const row of rows ?? []) {
      const id = sourceIdOf(row);
      if (seen.has(id) && rows !== undefined) duplicates.set(rows, (duplicates.get(rows) ?? 0) + 1);
      else fresh.push(row);
      seen.add(id);
    }
  }
  const identities = new Map(
    fresh.flatMap((row): [string, Identity][] => {
      const identity = identityOf(row);
      return identity === undefined ? [] : [[identityKey(identity), identity]];
    }),
  );
  const members = await tx.members.find([...identities.values()]);
  const occurrences: Occurrence[] = [];
  for (const row of fresh) {
    const identity = identityOf(row);
    const member = identity && members.get(identityKey(identity));
    occurrences.push(await toOccurrence(row, member, registry, mint));
  }
  const { deliveries, unmade } = await dispatch(tx, mint, occurrences, at, links);
  // Who wakes the sender does not ask for whom: the first message tells of all deliveries.
  const first = perMessage.find((rows) => rows !== undefined);
  const taken = perMessage.map((rows): Taken => {
    if (rows === undefined) return { known: false };
    const repeated = duplicates.get(rows) ?? 0;
    return { known: true, deliveries: rows === first ? deliveries : 0, duplicates: repeated, failed: [] };
  });
  return { taken, unmade };
}

const KNOWN_TYPES: ReadonlySet<string> = new Set(
  NodeEvent.options.flatMap(({ shape: { type } }): string[] => ('options' in type ? type.options : [...type.values])),
);

const isKnown = (type: unknown): boolean => typeof type === 'string' && KNOWN_TYPES.has(type);

function readRows(batch: Envelope): { rows: NodeEvent[]; rejected: RejectedRow[] } {
  const rows: NodeEvent[] = [];
  const rejected: RejectedRow[] = [];
  for (const raw of batch.events) {
    const parsed = NodeEvent.safeParse(raw);
    if (parsed.success) rows.push(parsed.data);
    else rejected.push({ seq: raw.seq, code: isKnown(raw['type']) ? 'malformed' : 'unknown_type' });
  }
  return { rows, rejected };
}

function readEnvelope(payload: Uint8Array): Envelope | undefined {
  try {
    return EventBatchEnvelope.safeParse(plainJson(Buffer.from(payload).toString('utf8'))).data;
  } catch {
    return undefined;
  }
}
