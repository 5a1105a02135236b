import { own } from '../../../protocol/own.ts';
import type { Outcome } from '../decide/reasons.ts';
import { type Count, type Tally, tally } from './tally.ts';

/** Heard, yet about nobody: too late, unproven, or of a stranger. What is left was decided about a person. */
const ABOUT_NOBODY: readonly (string | null)[] = ['late_event', 'untrusted_beacon', 'unknown_subject'];

/** Decisions of one outcome and reason. */
export function decisionsTally(outcome: Outcome, reason: string | null, many: number): Tally {
  const decided = outcome !== 'refused' || !ABOUT_NOBODY.includes(reason);
  return tally({
    counts: { heard: many, [outcome]: many, ...(decided && { decided: many }) },
    ...(outcome === 'refused' && { reasons: { [reason ?? 'unknown']: many } }),
  });
}

/** Grants that came to the same end. */
export interface GrantsTogether {
  readonly many: number;
  /** Of the delivery; `null` where there is none. */
  readonly state: 'ready' | 'sending' | 'accepted' | 'unknown' | 'parked' | null;
  readonly parkReason: string | null;
  readonly takenBack: boolean;
  readonly opened: boolean;
  readonly redeemed: boolean;
  readonly cost: number | null;
  readonly currency: string | null;
}

export function grantsTally(grants: GrantsTogether): Tally {
  const { many, parkReason, takenBack, opened, redeemed, cost, currency } = grants;
  return tally({
    counts: {
      [endOf(grants)]: many,
      ...(takenBack && { takenBack: many }),
      ...(opened && { opened: many }),
      ...(redeemed && { redeemed: many }),
    },
    ...(parkReason !== null && { parked: { [parkReason]: many } }),
    ...(currency !== null && cost !== null && { cost: { [currency]: cost } }),
  });
}

/** LINE was away for longer than the offer was good for: that has a name of its own. */
function endOf({ state, parkReason }: GrantsTogether): Count {
  switch (state) {
    case null:
      return 'unsent';
    case 'ready':
    case 'sending':
      return 'waiting';
    case 'parked':
      return parkReason === 'expired' ? 'expired' : 'parked';
    case 'accepted':
    case 'unknown':
      return state;
  }
}

/** What was heard at doors. */
export interface SignalsTogether {
  readonly many: number;
  readonly type: string;
  readonly trust: string | null;
  readonly isLate: boolean;
  /** Of footfall: how many passed. */
  readonly counted: number;
}

/** Somebody came near: LINE's beacon event, or a tag that entered. Leaving and staying are not heard anew. */
const COMING: readonly string[] = ['beacon', 'enter'];

const PROVEN: Readonly<Record<string, Count>> = {
  signed: 'signed',
  'line-secure': 'signed',
  node: 'signed',
  fixed: 'fixed',
  bad: 'unproven',
  none: 'unproven',
};

export function signalsTally({ many, type, trust, isLate, counted }: SignalsTogether): Tally {
  if (type === 'footfall') return tally({ counts: { footfall: counted } });
  if (!COMING.includes(type)) return tally({});
  const proven = own(PROVEN, trust ?? '');
  return tally({
    counts: { signals: many, ...(proven !== undefined && { [proven]: many }), ...(isLate && { late: many }) },
  });
}
