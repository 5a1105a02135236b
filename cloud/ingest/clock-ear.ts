import { type EpochMs, epochMs } from '../../protocol/units.ts';
import { freshForMs } from '../core/decide/route.ts';
import type { EventId, MemberId, Mint } from '../core/ids.ts';
import { runAfter } from '../core/offer-schedule.ts';
import type { DueDeferral, JudgingTx, NewEvent } from '../core/ports.ts';
import type { MemberLinks } from '../core/working-set-message.ts';
import type { Occurrence, Offer } from '../core/working-set-types.ts';
import { type Dispatched, dispatch } from './dispatch.ts';

/**
 * The third ear: what happens because a time has come. Each thing that is due becomes an event of its own for one
 * member, decided as any other, so that the ledger tells of it and no restart does it twice.
 */

export interface ClockTaken extends Dispatched {
  /** How much was done; nothing: nothing is due. */
  readonly done: number;
}

const NOTHING: ClockTaken = { done: 0, deliveries: 0, unmade: [] };

const clockEvent = (mint: Mint, sourceId: string, type: string, at: EpochMs, now: EpochMs): NewEvent => ({
  id: mint.id('event') as EventId,
  ear: 'clock',
  sourceId,
  type,
  at,
  receivedAt: now,
  ageMs: now - at,
  body: null,
});

/** Decides again what was put off until now. */
export async function takeDeferrals(
  tx: JudgingTx,
  mint: Mint,
  limit: number,
  now: EpochMs,
  links?: MemberLinks,
): Promise<ClockTaken> {
  const registry = await tx.registry();
  const due = await tx.clock.dueDeferrals(now, limit);
  const occurrences: Occurrence[] = [];
  for (const deferral of due) {
    const { eventId, campaignId, memberId, trigger, until } = deferral;
    const detail = { target: campaignId, deferredFrom: eventId };
    const event = clockEvent(mint, `deferral:${eventId}:${campaignId}`, 'deferral', until, now);
    const offers = await registry.offers({ trigger, ear: 'clock', ...detail }, undefined);
    occurrences.push({ ...byClock(event, memberId), trigger, detail, offers });
    await tx.clock.closeDeferral(deferral, now);
  }
  if (due.length === 0) return NOTHING;
  return { ...(await dispatch(tx, mint, occurrences, now, links)), done: due.length };
}

/** Closes the first deferral that is due without deciding it: we break on it, and the others must not wait. */
export async function dropDeferral(tx: JudgingTx, now: EpochMs): Promise<DueDeferral | undefined> {
  const [first] = await tx.clock.dueDeferrals(now, 1);
  if (first !== undefined) await tx.clock.closeDeferral(first, now);
  return first;
}

/**
 * Writes down the runs of scheduled campaigns that have come due. One that was slept through for longer than what the
 * clock starts stays fresh is left out.
 */
export async function beginRuns(tx: JudgingTx, now: EpochMs): Promise<void> {
  const registry = await tx.registry();
  const offers = await registry.offers({ trigger: 'schedule', ear: 'clock' }, undefined);
  if (offers.length === 0) return;
  const last = await tx.clock.lastRuns();
  for (const offer of offers) {
    const due = latestDue(offer, last.get(offer.campaignId), now);
    if (due === undefined) continue;
    const slept = now - due > freshForMs({ ear: 'clock' }, offer);
    await tx.clock.beginRun(offer.campaignId, due, slept ? now : undefined);
  }
}

/** More missed runs than this are not looked through one by one: the last look was too long ago for any to be fresh. */
const MISSED_MOST = 400;

function latestDue(offer: Offer, last: EpochMs | undefined, now: EpochMs): EpochMs | undefined {
  let found: EpochMs | undefined;
  let after = last ?? epochMs(0);
  for (let i = 0; i < MISSED_MOST; i++) {
    const run = runAfter(offer, after);
    if (run === undefined || run > now) break;
    found = run;
    after = run;
  }
  return found;
}

/** Goes on with a run: the next members have their turn, each with an event of this moment. */
export async function takeRun(
  tx: JudgingTx,
  mint: Mint,
  limit: number,
  now: EpochMs,
  links?: MemberLinks,
): Promise<ClockTaken> {
  const registry = await tx.registry();
  const run = await tx.clock.openRun();
  if (run === undefined) return NOTHING;
  const members = await tx.clock.membersAfter(run.afterMember, limit);
  const detail = { target: run.campaignId };
  const offers = await registry.offers({ trigger: 'schedule', ear: 'clock', ...detail }, undefined);
  const occurrences = members.map((member): Occurrence => {
    const event = clockEvent(mint, `schedule:${run.campaignId}:${run.dueAt}:${member}`, 'schedule', now, now);
    return { ...byClock(event, member), trigger: 'schedule', detail, offers };
  });
  const isLast = members.length < limit || offers.length === 0;
  await tx.clock.advanceRun(run, members.at(-1) ?? run.afterMember, isLast ? now : undefined);
  const decided = offers.length === 0 ? [] : occurrences;
  return { ...(await dispatch(tx, mint, decided, now, links)), done: members.length + 1 };
}

/** Passes over the next member of a run: we break on it, and the others must not wait. */
export async function skipMember(tx: JudgingTx): Promise<MemberId | undefined> {
  const run = await tx.clock.openRun();
  if (run === undefined) return undefined;
  const [member] = await tx.clock.membersAfter(run.afterMember, 1);
  if (member !== undefined) await tx.clock.advanceRun(run, member, undefined);
  return member;
}

const byClock = (event: NewEvent, member: MemberId) => ({
  event,
  stored: false,
  member,
  trust: 'clock' as const,
  facts: {},
});
