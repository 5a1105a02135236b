import type { Identity } from '../core/ports.ts';
import { Problem } from '../core/problem.ts';
import { linkWithin } from './member-links.ts';
import type { TillTx } from './till-context.ts';

/** What came of a phone or card given with a coupon. None of it keeps the coupon from being redeemed. */
export interface LinkedAtTill {
  readonly kind: Identity['kind'];
  readonly result: 'linked' | 'already' | 'link_conflict' | 'consent_missing' | 'no_member';
}

/**
 * Ties what the customer gave at the till to the member whose coupon it is, where the customer agreed to it. What belongs
 * to somebody else stays theirs: two people may share a card, and only headquarters can tell that two members are one.
 */
export async function linkAtTill(
  tx: TillTx,
  memberId: string,
  identities: readonly Identity[],
  wording: string | undefined,
): Promise<LinkedAtTill[]> {
  const results: LinkedAtTill[] = [];
  for (const identity of identities) {
    const result = wording === undefined ? 'consent_missing' : await linkOne(tx, memberId, identity, wording);
    results.push({ kind: identity.kind, result });
  }
  return results;
}

async function linkOne(
  tx: TillTx,
  memberId: string,
  identity: Identity,
  wording: string,
): Promise<LinkedAtTill['result']> {
  try {
    const { linked } = await linkWithin(tx, memberId, identity, wording, tx.now);
    return linked ? 'linked' : 'already';
  } catch (error) {
    // Thrown before anything was written, so that the transaction can go on.
    if (!(error instanceof Problem)) throw error;
    return error.code === 'link_conflict' ? 'link_conflict' : 'no_member';
  }
}
