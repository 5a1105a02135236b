import type { Outcome } from './decide/reasons.ts';

/** A decision just made, for whoever watches; of people it names the member and nothing else. */
export interface TailLine {
  readonly id: string;
  readonly at: number;
  readonly event: string;
  /** What happened: `line.beacon`, `tag.enter`. */
  readonly heard: string;
  readonly campaign: string;
  readonly version: number;
  readonly outcome: Outcome;
  readonly reason?: string;
  readonly member?: string;
  readonly store?: string;
  readonly node?: string;
  readonly coupon?: string;
  /** Of the store. */
  readonly timeZone?: string;
}

export interface TailAsked {
  /** The `next` of the answer before; absent: from now on. */
  readonly after?: string | undefined;
  readonly campaign?: string | undefined;
  readonly store?: string | undefined;
  readonly waitMs: number;
}

/**
 * Decisions of several processes are not written in the order of their ids, so answers overlap: whoever follows leaves
 * out what they had before.
 */
export interface TailAnswer {
  readonly v: 1;
  readonly decisions: readonly TailLine[];
  readonly next: string;
}
