import { type EpochMs, epochMs } from '../../../protocol/units.ts';
import type { CampaignId, MemberId } from '../ids.ts';
import { runAfter } from '../offer-schedule.ts';
import type { ClockPort, DueDeferral, ScheduleRun } from '../ports.ts';
import type { Changes, Offer } from '../working-set-types.ts';

/** What comes due by the clock while the past is judged again; kept in memory, as the database keeps it live. */
export interface ClockMemory extends ClockPort {
  put(deferrals: Changes['deferrals']): void;
  /** When something comes due next, at or before `until`. */
  nextDue(offers: readonly Offer[], until: EpochMs): EpochMs | undefined;
}

interface Run extends ScheduleRun {
  readonly done: boolean;
}

export function clockMemory(
  since: EpochMs,
  membersAfter: (member: MemberId, limit: number, by: EpochMs) => Promise<readonly MemberId[]>,
): ClockMemory {
  const waiting: DueDeferral[] = [];
  const runs = new Map<string, Run>();
  const last = new Map<CampaignId, EpochMs>();
  let now = since;
  /** The calendar is slow, and asked before every event: the answer holds until a run begins or a campaign changes. */
  let looked: { readonly offers: readonly Offer[]; readonly at: number } | undefined;

  const firstRun = (offers: readonly Offer[]): number =>
    Math.min(...offers.flatMap((offer) => runAfter(offer, last.get(offer.campaignId) ?? since) ?? []));
  const keyOf = (campaign: CampaignId, dueAt: EpochMs): string => `${campaign}|${dueAt}`;
  const openRun = (): Run | undefined =>
    [...runs.values()].filter(({ done }) => !done).sort((a, b) => a.dueAt - b.dueAt)[0];

  return {
    put(deferrals) {
      waiting.push(...deferrals);
      waiting.sort((a, b) => a.until - b.until || (a.eventId < b.eventId ? -1 : 1));
    },

    nextDue(offers, until) {
      if (looked?.offers !== offers) looked = { offers, at: firstRun(offers) };
      const first = Math.min(waiting[0]?.until ?? Number.POSITIVE_INFINITY, looked.at);
      return first <= until ? epochMs(Math.max(first, now)) : undefined;
    },

    async dueDeferrals(at, limit) {
      now = at;
      return waiting.filter(({ until }) => until <= at).slice(0, limit);
    },
    async closeDeferral({ eventId, campaignId }) {
      const index = waiting.findIndex((one) => one.eventId === eventId && one.campaignId === campaignId);
      return index >= 0 && waiting.splice(index, 1).length === 1;
    },
    async lastRuns() {
      return last;
    },
    async beginRun(campaign, dueAt, doneAt) {
      looked = undefined;
      if ((last.get(campaign) ?? since) < dueAt) last.set(campaign, dueAt);
      const run = { campaignId: campaign, dueAt, afterMember: '' as MemberId, done: doneAt !== undefined };
      if (!runs.has(keyOf(campaign, dueAt))) runs.set(keyOf(campaign, dueAt), run);
    },
    // Nothing ever cuts off what is only imagined.
    async openRuns() {
      return { runs: [] };
    },
    async openRun() {
      return openRun();
    },
    async membersAfter(member, limit) {
      return [...(await membersAfter(member, limit, now))];
    },
    async advanceRun({ campaignId, dueAt }, afterMember, doneAt) {
      runs.set(keyOf(campaignId, dueAt), { campaignId, dueAt, afterMember, done: doneAt !== undefined });
      return true;
    },
  };
}
