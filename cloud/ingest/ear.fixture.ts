import { BootId, type NodeId, OutboxEpoch } from '../../protocol/ids.ts';
import type { EventAck } from '../../protocol/messages/events.ts';
import type { EpochMs } from '../../protocol/units.ts';
import type { Mint } from '../core/ids.ts';
import type { Ledger } from '../core/ports.ts';
import { createNodeEar } from './node-ear.ts';

const BOOT = BootId.parse('0f0f0f0f-0000-4000-8000-000000000001');
const EPOCH = OutboxEpoch.parse('00112233445566ff');
const SENT_MONO_MS = 1_000_000_000;

export const tagNumber = (major: number) => ({
  kind: 'ibeacon',
  uuid: 'd0d2ce24-9efc-11e5-82c4-1c6a7a17ef38',
  major,
  minor: 1,
});

/** One event of a tag, `agoMs` before it was sent. */
export const heardTag = (
  seq: number,
  tag: number,
  given: { agoMs?: number; type?: string; presentMs?: number } = {},
) => {
  const { agoMs = 0, type = 'enter', ...more } = given;
  const stamp = { seq, at: 0, monoMs: SENT_MONO_MS - agoMs, boot: BOOT, clock: 'synced' };
  return { ...stamp, type, subject: tagNumber(tag), reason: 'test', ...more };
};

/** A node's side of an ear: sends rows as one message and reads the ack. */
export function openSending(deps: {
  readonly ledger: Ledger;
  readonly mint: Mint;
  readonly now: () => EpochMs;
  readonly rowsACommit?: number;
}) {
  const take = createNodeEar({
    ...deps,
    onFailed: (_event, error) => {
      throw error;
    },
  });
  return async (node: NodeId, rows: readonly object[]): Promise<EventAck> => {
    const message = { v: 1, epoch: EPOCH, boot: BOOT, sentMonoMs: SENT_MONO_MS, events: rows };
    const taken = await take(node, Buffer.from(JSON.stringify(message)));
    if (!taken.ok) throw new Error(taken.reject.detail);
    return taken.value.ack;
  };
}
