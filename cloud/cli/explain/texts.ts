import type { Outcome, RefusalReason } from '../../core/decide/reasons.ts';
import type { FigureTexts } from './figure.ts';

/** Words a server of another version may have that we do not know are shown as they are. */
export type Words = Readonly<Record<string, string>>;

/** Everything `pharos explain` says, in one language. Sentences end with their own full stop. */
export interface ExplainTexts {
  /** Keyed by ear and type: `line.beacon`, `tag.enter`. */
  readonly happened: Words;
  readonly somethingHappened: (ear: string, type: string) => string;
  readonly where: (place: { readonly store?: string | undefined; readonly node?: string | undefined }) => string;
  readonly who: (member: string | undefined, visit: string | undefined) => string;
  /** Keyed by trust. */
  readonly trust: Words;
  readonly heardFrame: (hwid: string, dm: string | undefined) => string;
  readonly received: (when: string, age: string | undefined) => string;
  readonly pending: string;
  readonly failed: string;
  readonly noCandidates: string;
  /** Something was typed, and no campaign has that phrase. */
  readonly noPhrase: string;
  readonly decision: (campaign: string, version: number, rest: string) => string;
  readonly outcome: Readonly<Record<Outcome, (because: string) => string>>;
  readonly reasons: Readonly<Record<RefusalReason, string>>;
  readonly because: (sentence: string, reason: string) => string;
  readonly passed: (gates: string) => string;
  readonly gates: Words;
  readonly listSeparator: string;
  readonly coupon: (id: string, state: string, until: string) => string;
  readonly couponStates: Words;
  readonly opened: (when: string, times: number) => string;
  readonly redeemed: (when: string, place: string, id: string) => string;
  /** Before the message somebody was sent though they got nothing. */
  readonly soldOut: string;
  readonly figures: FigureTexts;
  readonly delivery: (id: string, route: string, state: string) => string;
  readonly routes: Words;
  readonly deliveryStates: Words;
  readonly parked: (why: string) => string;
  readonly parkReasons: Words;
  readonly requestId: (id: string) => string;
  readonly noAttempt: string;
  readonly attempt: (when: string, ms: number, outcome: string, detail: string | undefined) => string;
  readonly attemptOutcomes: Words;
  readonly others: string;
  readonly other: (campaign: string, why: string) => string;
  /** Keyed by the server's English words; empty in English. */
  readonly otherReasons: Words;
  readonly nothing: string;
}
