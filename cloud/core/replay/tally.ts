import type { EpochMs } from '../../../protocol/units.ts';
import { localTime } from '../calendar.ts';
import type { Outcome, RefusalReason } from '../decide/reasons.ts';
import type { Route } from '../decide/types.ts';
import type { CampaignId, EventId, MemberId } from '../ids.ts';
import type { Changes } from '../working-set-types.ts';

/** What a campaign came to over a time. */
export interface CampaignTally {
  readonly campaign: string;
  readonly decisions: number;
  readonly outcomes: Readonly<Partial<Record<Outcome, number>>>;
  /** Why nothing was given, or not yet. */
  readonly reasons: Readonly<Partial<Record<RefusalReason, number>>>;
  /** People who came its way, and people it gave something. */
  readonly members: { readonly met: number; readonly given: number };
  readonly messages: Readonly<Record<Route, number>>;
  /** How often another campaign answered the event instead, by campaign. */
  readonly lostTo: Readonly<Record<string, number>>;
  /** When somebody first went without because all was given out. */
  readonly ranOutAt?: EpochMs;
  /** Given on each local day, in order. */
  readonly days: readonly { readonly date: string; readonly given: number }[];
}

/** As much of a decision as is counted. */
export interface Tallied {
  readonly campaignId: CampaignId;
  readonly member?: MemberId | undefined;
  readonly outcome: Outcome;
  readonly reason?: RefusalReason | undefined;
  readonly route?: Route | undefined;
  /** The campaign that answered the same event instead. */
  readonly lostTo?: CampaignId | undefined;
  readonly at: EpochMs;
}

interface Counts {
  decisions: number;
  readonly outcomes: Map<Outcome, number>;
  readonly reasons: Map<RefusalReason, number>;
  readonly met: Set<MemberId>;
  readonly given: Set<MemberId>;
  readonly messages: Record<Route, number>;
  readonly lostTo: Map<CampaignId, number>;
  readonly days: Map<string, number>;
  ranOutAt?: EpochMs;
}

/** Counts decisions by campaign, those that gave by the day of the zone. */
export function createTally(timeZone: string) {
  const campaigns = new Map<CampaignId, Counts>();
  return {
    add(one: Tallied): void {
      const counts = campaigns.get(one.campaignId) ?? noCounts();
      campaigns.set(one.campaignId, counts);
      counts.decisions += 1;
      countUp(counts.outcomes, one.outcome);
      if (one.reason !== undefined) countUp(counts.reasons, one.reason);
      if (one.member !== undefined) counts.met.add(one.member);
      if (one.lostTo !== undefined) countUp(counts.lostTo, one.lostTo);
      if (one.route !== undefined) counts.messages[one.route] += 1;
      if (one.reason === 'stock_exhausted') counts.ranOutAt ??= one.at;
      if (one.outcome !== 'granted') return;
      if (one.member !== undefined) counts.given.add(one.member);
      countUp(counts.days, localTime(one.at, timeZone).date);
    },
    /** In the order of their ids. */
    read: (): CampaignTally[] =>
      [...campaigns]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([campaign, counts]) => ({
          campaign,
          decisions: counts.decisions,
          outcomes: Object.fromEntries(counts.outcomes),
          reasons: Object.fromEntries([...counts.reasons].sort((a, b) => b[1] - a[1])),
          members: { met: counts.met.size, given: counts.given.size },
          messages: counts.messages,
          lostTo: Object.fromEntries([...counts.lostTo].sort((a, b) => b[1] - a[1])),
          ...(counts.ranOutAt !== undefined && { ranOutAt: counts.ranOutAt }),
          days: [...counts.days].sort().map(([date, given]) => ({ date, given })),
        })),
  };
}

/** What the judgements of one batch came to, one by one. */
export const talliedOf = ({ decisions }: Pick<Changes, 'decisions'>): Tallied[] =>
  withWinners(
    decisions.map(({ eventId, decision: { campaignId, memberId, outcome, reason, route }, at }) => ({
      ...{ campaignId, outcome, reason, route, at },
      event: eventId,
      member: memberId,
    })),
  );

/** Decisions of whole events, those that lost with the campaign that won. */
export function withWinners(decisions: readonly (Omit<Tallied, 'lostTo'> & { readonly event: EventId })[]): Tallied[] {
  const answered = decisions.filter(({ outcome }) => outcome !== 'refused');
  const winners = new Map(answered.map(({ event, campaignId }) => [event, campaignId]));
  return decisions.map((one) => ({ ...one, lostTo: LOST.has(one.reason) ? winners.get(one.event) : undefined }));
}

const LOST: ReadonlySet<RefusalReason | undefined> = new Set(['lost_to_priority', 'excluded_by_group'] as const);

const noCounts = (): Counts => ({
  decisions: 0,
  outcomes: new Map(),
  reasons: new Map(),
  met: new Set(),
  given: new Set(),
  messages: { reply: 0, push: 0 },
  lostTo: new Map(),
  days: new Map(),
});

const countUp = <Key>(map: Map<Key, number>, key: Key): void => void map.set(key, (map.get(key) ?? 0) + 1);
