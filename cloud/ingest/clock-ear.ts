import { type EpochMs, epochMs } from '../../protocol/units.ts';
import { freshForMs } from '../core/decide/route.ts';
import type { EventId, MemberId, Mint } from '../core/ids.ts';
import { runAfter, turnOf } from '../core/offer-schedule.ts';
import type { DueDeferral, JudgingTx, NewEvent, ScheduleRun } from '../core/ports.ts';
import type { MemberLinks } from '../core/working-set-message.ts';
import type { Occurrence, Offer } from '../core/working-set-types.ts';
import { type Dispatched, dispatch } from './dispatch.ts';

/**
 * The third ear: what happens because a time has come. Each thing that is due becomes an event of its own for one
 * member, decided as any other, so that the ledger tells of it and no restart does it twice.
 */

export interface ClockTaken extends Dispatched {
  /** How much was done. */
  readonly done: number;
}

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

/**
 * What is due, taken in batches: first held against others, then decided. Who breaks us on what it holds names exactly
 * that when it is passed over; by then somebody else may hold what comes first, and what comes next is not to blame.
 */
export interface DueQueue<Held> {
  /** Nothing: there is nothing left that nobody else holds. */
  hold(tx: JudgingTx, limit: number): Promise<Held | undefined>;
  decide(tx: JudgingTx, held: Held): Promise<ClockTaken>;
  /** Leaves the first of what was held undecided, for the others must not wait; nothing where somebody else saw to it. */
  passOver(tx: JudgingTx, held: Held): Promise<unknown>;
}

/** The next batch of a queue; how much was done. */
export async function takeDue<Held>(queue: DueQueue<Held>, tx: JudgingTx, limit: number): Promise<number> {
  const held = await queue.hold(tx, limit);
  return held === undefined ? 0 : (await queue.decide(tx, held)).done;
}

/** What was put off until now, to be decided again. */
export const dueDeferrals = (mint: Mint, now: EpochMs, links?: MemberLinks): DueQueue<readonly DueDeferral[]> => ({
  async hold(tx, limit) {
    const due = await tx.clock.dueDeferrals(now, limit);
    return due.length === 0 ? undefined : due;
  },

  async decide(tx, due) {
    const registry = await tx.registry();
    const occurrences: Occurrence[] = [];
    for (const deferral of due) {
      const { eventId, campaignId, memberId, trigger, until } = deferral;
      const detail = { target: campaignId, deferredFrom: eventId };
      const event = clockEvent(mint, `deferral:${eventId}:${campaignId}`, 'deferral', until, now);
      const offers = await registry.offers({ trigger, ear: 'clock', ...detail }, undefined);
      occurrences.push({ ...byClock(event, memberId), trigger, detail, offers });
      await tx.clock.closeDeferral(deferral, now);
    }
    return { ...(await dispatch(tx, mint, occurrences, now, links)), done: due.length };
  },

  async passOver(tx, [first]) {
    return first !== undefined && (await tx.clock.closeDeferral(first, now)) ? first : undefined;
  },
});

/**
 * Writes down the runs of scheduled campaigns that have come due. One that was slept through for longer than what the
 * clock starts stays fresh is left out, and one that was cut off for as long is over; those are returned.
 */
export async function beginRuns(tx: JudgingTx, now: EpochMs): Promise<readonly ScheduleRun[]> {
  const registry = await tx.registry();
  const offers = await registry.offers({ trigger: 'schedule', ear: 'clock' }, undefined);
  if (offers.length === 0) return [];
  const over = await endCutOff(tx, offers, now);
  const last = await tx.clock.lastRuns(now);
  for (const offer of offers) {
    const due = latestDue(offer, last.get(offer.campaignId), now);
    if (due === undefined) continue;
    const slept = now - due > freshForMs({ ear: 'clock' }, offer);
    await tx.clock.beginRun(offer.campaignId, due, slept ? now : undefined);
  }
  return over;
}

/**
 * Whoever had no turn when a service went down on Monday is not written to on Thursday. A run that only waits for
 * another one is not cut off: somebody gives turns meanwhile.
 */
async function endCutOff(tx: JudgingTx, offers: readonly Offer[], now: EpochMs): Promise<ScheduleRun[]> {
  const { runs, movedAt = 0 } = await tx.clock.openRuns();
  const over: ScheduleRun[] = [];
  for (const run of runs) {
    const offer = offers.find(({ campaignId }) => campaignId === run.campaignId);
    const freshMs = offer && freshForMs({ ear: 'clock' }, offer);
    if (freshMs === undefined || now - Math.max(run.dueAt, movedAt) <= freshMs) continue;
    if (await tx.clock.advanceRun(run, run.afterMember, now)) over.push(run);
  }
  return over;
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

interface HeldRun {
  readonly run: ScheduleRun;
  readonly members: readonly MemberId[];
  /** Nobody is left after them. */
  readonly last: boolean;
}

/** The next members of a run have their turn, each with an event of this moment. */
export const dueRuns = (mint: Mint, now: EpochMs, links?: MemberLinks): DueQueue<HeldRun> => ({
  async hold(tx, limit) {
    const run = await tx.clock.openRun();
    if (run === undefined) return undefined;
    const members = await tx.clock.membersAfter(run.afterMember, limit);
    return { run, members, last: members.length < limit };
  },

  async decide(tx, { run, members, last }) {
    const registry = await tx.registry();
    const detail = { target: run.campaignId };
    const offers = await registry.offers({ trigger: 'schedule', ear: 'clock', ...detail }, undefined);
    const occurrences = members.map((member): Occurrence => {
      const event = clockEvent(mint, turnOf(run.campaignId, run.dueAt, member), 'schedule', now, now);
      return { ...byClock(event, member), trigger: 'schedule', detail, offers };
    });
    const isOver = last || offers.length === 0;
    await tx.clock.advanceRun(run, members.at(-1) ?? run.afterMember, isOver ? now : undefined);
    const decided = offers.length === 0 ? [] : occurrences;
    return { ...(await dispatch(tx, mint, decided, now, links)), done: members.length + 1 };
  },

  async passOver(tx, { run, members: [member] }) {
    return member !== undefined && (await tx.clock.advanceRun(run, member, undefined)) ? member : undefined;
  },
});

const byClock = (event: NewEvent, member: MemberId) => ({
  event,
  stored: false,
  member,
  trust: 'clock' as const,
  facts: {},
});
