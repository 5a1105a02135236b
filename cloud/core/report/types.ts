import type { Money } from './money.ts';
import type { Tally } from './tally.ts';
import type { Uplift } from './uplift.ts';

export const REPORTS = ['campaign', 'store', 'beacon'] as const;
export type ReportKind = (typeof REPORTS)[number];

export const REPORT_BY = {
  campaign: ['campaign', 'store', 'day', 'reason', 'beacon'],
  store: ['store', 'day', 'reason', 'campaign'],
  beacon: ['beacon', 'day', 'store'],
} as const satisfies Record<ReportKind, readonly string[]>;
export type ReportBy = (typeof REPORT_BY)[ReportKind][number];

/** What somebody wants to know. */
export interface ReportAsked {
  readonly kind: ReportKind;
  readonly by: ReportBy;
  /** Of what the kind names; empty: of all. */
  readonly ids: readonly string[];
  /** As people write it, see `spanOf`. */
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  /** Whoever asks may see no other store. */
  readonly onlyStore?: string | undefined;
}

/** One row of a report, or its total. */
export interface ReportLine extends Tally {
  /** An id, a local date or a reason; `null` for what has none. */
  readonly key: string | null;
  readonly name?: string;
  /** What is drawn: granted (campaign), heard (beacon) or redeemed (store), one number a local day. */
  readonly perDay?: readonly number[];
  /** Absent where nothing was redeemed. */
  readonly costPerRedemption?: Money;
}

/** Coupons given at one place and redeemed at another, or at the same. */
export interface Journey {
  readonly from: string | null;
  readonly to: string;
  readonly redeemed: number;
  readonly medianMinutes: number;
}

export interface SalesLine {
  readonly channel: string;
  readonly by: 'redemption' | 'visit' | 'unattributed';
  readonly why?: string;
  readonly sales: number;
  readonly net: Money;
}

/** A report as the API answers it. Adding to it leaves `v` as it is. */
export interface Report {
  readonly v: 1;
  readonly report: ReportKind;
  readonly by: ReportBy;
  readonly ids: readonly string[];
  readonly since: number;
  readonly until: number;
  readonly madeAt: number;
  /** Of the span, and of what happened at no store; each store's days are its own. */
  readonly timeZone: string;
  readonly days: readonly string[];
  readonly rows: readonly ReportLine[];
  readonly total: ReportLine;
  readonly journeys: readonly Journey[];
  /** Friends who came, by what brought them; a door names its beacon. Absent where only one store is seen. */
  readonly friends?: readonly { readonly source: string; readonly friends: number }[];
  /** People who filled in a form for the first time. */
  readonly joined?: readonly { readonly form: string; readonly members: number }[];
  readonly sales?: readonly SalesLine[];
  readonly uplift?: readonly Uplift[];
}
