import type { EpochMs } from '../../protocol/units.ts';
import { FRIENDSHIP_WORDING, MARKETING } from '../core/consent.ts';
import type { DecisionMember } from '../core/decide/types.ts';
import type { EventId, Mint } from '../core/ids.ts';
import type { LedgerTx, PendingEvent } from '../core/ports.ts';
import { identifyNode } from '../core/trust.ts';
import { dispatch, type OnUnmade } from './dispatch.ts';
import { type LineBeaconEvent, LineEvent, StoredLineEvent } from './line-event.ts';

/**
 * Works off one stored LINE event, unless somebody else did so meanwhile. Returns how many deliveries were written.
 * Throws when what is stored cannot be read.
 */
export async function takeLineEvent(
  tx: LedgerTx,
  mint: Mint,
  id: EventId,
  now: EpochMs,
  onUnmade?: OnUnmade,
): Promise<number> {
  const event = await tx.events.claim(id);
  if (event === undefined) return 0;
  const { destination, event: raw } = StoredLineEvent.parse(event.body);
  const parsed = LineEvent.safeParse(raw);
  if (!parsed.success) {
    await tx.events.close(event.id, 'done', {});
    return 0;
  }
  const line = parsed.data;
  const userId = line.source?.userId;
  const member = userId === undefined ? undefined : await memberOf(tx, destination, userId, event.at, line.type);
  switch (line.type) {
    case 'beacon':
      return await takeBeacon(tx, mint, event, line, member, now, onUnmade);
    case 'follow':
    case 'unfollow': {
      if (member !== undefined) {
        await tx.members.recordConsent(member.id, {
          purpose: MARKETING,
          action: line.type === 'unfollow' ? 'withdrawn' : 'granted',
          wording: FRIENDSHIP_WORDING,
          source: event.id,
          at: event.at,
        });
        // Redelivered webhooks come out of order: what happened last counts, not what arrived last.
        const latest = userId === undefined ? undefined : await tx.members.byIdentity('line_user', destination, userId);
        await tx.members.setBlocked(member.id, latest?.consent === 'withdrawn');
      }
      await tx.events.close(event.id, 'done', member ? { memberId: member.id } : {});
      return 0;
    }
  }
}

/**
 * The member behind a LINE user id; the first event makes one. LINE reports beacons of friends only, and friendship is
 * the consent: a member made by a beacon event has it from the start.
 */
async function memberOf(
  tx: LedgerTx,
  destination: string,
  userId: string,
  at: EpochMs,
  type: LineEvent['type'],
): Promise<DecisionMember> {
  const known = await tx.members.byIdentity('line_user', destination, userId);
  if (known !== undefined) return known;
  const made = await tx.members.create({ kind: 'line_user', issuer: destination, subject: userId }, at);
  if (type !== 'beacon') return made;
  await tx.members.recordConsent(made.id, {
    purpose: MARKETING,
    action: 'granted',
    wording: FRIENDSHIP_WORDING,
    source: 'beacon',
    at,
  });
  return { ...made, consent: 'granted' };
}

async function takeBeacon(
  tx: LedgerTx,
  mint: Mint,
  event: PendingEvent,
  line: LineBeaconEvent,
  member: DecisionMember | undefined,
  now: EpochMs,
  onUnmade: OnUnmade | undefined,
): Promise<number> {
  const { hwid, dm, type } = line.beacon;
  const { trust, node } = identifyNode(await tx.registry.nodesByHwid(hwid), { hwid, dm, at: event.at });
  const active = line.mode === 'active';
  const trigger = type === 'enter' && active ? ({ trigger: 'enter' } as const) : {};
  const facts = { hwid, ...(dm !== undefined && { dm }) };
  if (node === undefined) {
    await tx.events.close(event.id, 'done', { ...facts, ...trigger, trust, ...(member && { memberId: member.id }) });
    return 0;
  }
  return await dispatch(
    tx,
    mint,
    {
      event,
      node,
      member,
      trust,
      ...trigger,
      ...(line.replyToken !== undefined && active && { replyToken: line.replyToken }),
      facts,
    },
    now,
    onUnmade,
  );
}
