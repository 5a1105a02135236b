import type { StoreId } from '../../../protocol/ids.ts';
import type { EpochMs } from '../../../protocol/units.ts';
import type { Weekday } from '../calendar.ts';

/**
 * A segment says in data who is meant. `all`, `any` and `not` join leaves; every leaf asks one fact of a member.
 *
 * Two-valued: a leaf about something a member does not have (no tier, no birthday, never came) is false, and `not`
 * of it is true. What is absent is never read as 0, so `{ attribute: { name: age, lt: 18 } }` is false without an age.
 */
export type SegmentExpr =
  | { readonly all: readonly SegmentExpr[] }
  | { readonly any: readonly SegmentExpr[] }
  | { readonly not: SegmentExpr }
  /** Another segment by its id; resolved before anybody is weighed. */
  | { readonly segment: string }
  | SegmentLeaf;

export type SegmentLeaf =
  | { readonly tag: string }
  | { readonly tier: Comparison }
  | { readonly attribute: Comparison & { readonly name: string } }
  /** The last visit before the present one. */
  | { readonly lastVisit: Recency & AtStores }
  | { readonly firstSeen: Recency }
  /** Visits begun, the present one included. */
  | { readonly visits: VisitCount & AtStores }
  /** Holds a coupon that can still be used. */
  | { readonly holds: { readonly campaign?: string | undefined } }
  | { readonly used: { readonly campaign?: string | undefined; readonly within?: string | undefined } }
  /** A purpose the member agrees to now. */
  | { readonly consent: string }
  | { readonly birthday: 'today' | 'this-month' | { readonly months: readonly number[] } }
  /** Not about the member but about the day: the member day on the 8th, Wednesdays. */
  | { readonly today: DayRule };

export type AttributeValue = string | number | boolean;

/** Every operator given must hold. Order compares numbers with numbers and text with text, and nothing else. */
export interface Comparison {
  readonly eq?: AttributeValue | undefined;
  readonly in?: readonly AttributeValue[] | undefined;
  readonly gt?: number | string | undefined;
  readonly gte?: number | string | undefined;
  readonly lt?: number | string | undefined;
  readonly lte?: number | string | undefined;
  readonly exists?: boolean | undefined;
}

/** ISO 8601 durations in the zone's calendar, counted back from now; exactly one of them. */
export interface Recency {
  readonly within?: string | undefined;
  readonly olderThan?: string | undefined;
}

export interface VisitCount {
  readonly atLeast?: number | undefined;
  readonly atMost?: number | undefined;
  readonly within?: string | undefined;
}

/** Patterns of store ids; absent: any store. */
export interface AtStores {
  readonly stores?: readonly string[] | undefined;
}

export interface DayRule {
  readonly monthDays?: readonly number[] | undefined;
  readonly weekdays?: readonly Weekday[] | undefined;
}

/** What can be asked about a member; each is loaded only where an expression needs it. */
export type FactKind = 'tags' | 'tier' | 'attributes' | 'firstSeen' | 'visits' | 'coupons' | 'consents' | 'birthday';

/**
 * What is known of a member. A field that was not loaded is `undefined`, and asking for it is a bug and throws. What
 * was loaded and is not there is an empty set or list, or `none`.
 */
export interface MemberFacts {
  readonly tags?: ReadonlySet<string>;
  readonly tier?: string | typeof NONE;
  readonly attributes?: ReadonlyMap<string, AttributeValue>;
  readonly firstSeenAt?: EpochMs | typeof NONE;
  readonly visits?: readonly VisitFact[];
  readonly coupons?: readonly CouponFact[];
  /** Purposes granted and not withdrawn. */
  readonly consents?: ReadonlySet<string>;
  readonly birthday?: { readonly month: number; readonly day: number } | typeof NONE;
}

/** Asked for, and there is none. */
export const NONE = null;

export interface VisitFact {
  readonly storeId: StoreId;
  readonly openedAt: EpochMs;
  readonly lastAt: EpochMs;
  /** The visit the event being decided belongs to. */
  readonly current?: boolean;
}

export interface CouponFact {
  readonly campaignId: string;
  readonly state: 'issued' | 'locked' | 'redeemed' | 'expired' | 'revoked';
  readonly expiresAt: EpochMs;
  readonly redeemedAt?: EpochMs;
}

/** What to load before an expression can be weighed. */
export interface FactNeeds {
  readonly kinds: ReadonlySet<FactKind>;
  /** Visits whose `lastAt` is at or after this are enough; absent: all of them. Only where `visits` is needed. */
  readonly visitsSince?: EpochMs;
}
