import type { EpochMs } from '../../protocol/units.ts';
import type { ApplyOutcome } from './apply.ts';
import type { Unreached } from './member/reach.ts';

/** What is known, before anything is applied, of the people and the street that campaigns would meet. */
export interface Plan extends ApplyOutcome {
  readonly v: 1;
  readonly at: EpochMs;
  /** When the first event that is still here came in; absent: nothing was ever recorded. */
  readonly recordedSince?: EpochMs;
  readonly people: People;
  readonly campaigns: readonly PlannedCampaign[];
  readonly line: {
    /** As LINE said last, counted on; absent: it was not asked this month. */
    readonly quota?: {
      readonly most?: number;
      readonly used: number;
      readonly left?: number;
      readonly readAt: EpochMs;
    };
    /** Of one pushed message, in the currency's hundredths. */
    readonly price?: { readonly minor: number; readonly currency: string };
  };
}

/** Members counted. Passers-by whom nobody knows are in none of these. */
export interface People {
  readonly members: number;
  /** Friends on LINE who agreed to be written to and have not blocked the account. */
  readonly reachable: number;
  /** Why the others cannot be reached by LINE. */
  readonly unreached: Unreached;
  /** Of these, who was heard by LINE Beacon in the last 30 and 90 days. */
  readonly heard30: number;
  readonly heard90: number;
  /** Of these, who carries a registered tag. */
  readonly tags: number;
}

export interface PlannedCampaign {
  readonly campaign: string;
  readonly state: 'running' | 'paused' | 'ended';
  /** Of whom its audience speaks now. */
  readonly audience: People;
  /**
   * How many reachable members it could mean one day: those of its audience; where visits, birthdays or the day have a
   * say in who is meant, all.
   */
  readonly mostPeople: number;
  /** Nodes at which it waits, with the events recorded there in the time looked at. */
  readonly doors: readonly Door[];
  /** Present where there is a limit. */
  readonly stock?: { readonly of: number; readonly left: number };
  readonly messages?: { readonly max: number; readonly per: 'day' | 'month'; readonly left: number };
  readonly overlaps: readonly Overlap[];
}

export interface Door {
  readonly node: string;
  readonly store: string;
  readonly zone: string;
  readonly events: number;
}

/** Another campaign that waits for the same. */
export interface Overlap {
  readonly with: string;
  readonly priority: number;
  /** Nodes where both wait for the same kind of event. */
  readonly doors: readonly string[];
  /** Folded. */
  readonly phrases: readonly string[];
  /** Both wait for somebody to become a friend. */
  readonly follow: boolean;
  readonly group?: string;
}
