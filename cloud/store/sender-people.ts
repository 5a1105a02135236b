import { sql } from 'kysely';
import { MARKETING } from '../core/consent.ts';
import type { StoreContext } from './context.ts';
import type { DeliveryRow } from './deliveries.ts';
import { listOf } from './many.ts';

export interface Person {
  readonly lineUserId: string;
  readonly blocked: boolean;
  /** Took back the consent to be sent offers, after the decision. */
  readonly withdrew: boolean;
}

/**
 * Who the deliveries go to; a member whose link to LINE has ended is not among them. Each member's link and last word are
 * looked up by themselves: as a join, either database went through the links of all people once it had no statistics.
 */
export async function peopleOf(
  { db }: StoreContext,
  due: readonly DeliveryRow[],
): Promise<ReadonlyMap<string, Person>> {
  const people = await db
    .selectFrom('member')
    .select(({ selectFrom }) => [
      'member.id',
      'member.blocked',
      // Of several accounts of one person the one that was linked last is written to.
      selectFrom('identity_link')
        .select('subject')
        .whereRef('identity_link.member_id', '=', 'member.id')
        .where(isLiveLineUser)
        .orderBy('created_at', 'desc')
        .orderBy('identity_link.id', 'desc')
        .limit(1)
        .as('subject'),
      selectFrom('consent')
        .select('action')
        .whereRef('consent.member_id', '=', 'member.id')
        .where('purpose', '=', MARKETING)
        .orderBy('at', 'desc')
        .orderBy('consent.id', 'desc')
        .limit(1)
        .as('consent'),
    ])
    .where(
      'member.id',
      'in',
      listOf(
        db,
        due.map(({ member_id }) => member_id),
      ),
    )
    .execute();
  return new Map(
    people.flatMap(({ id, blocked, subject, consent }) =>
      subject === null
        ? []
        : [[id, { lineUserId: subject, blocked: blocked === 1, withdrew: consent === 'withdrawn' }] as const],
    ),
  );
}

/** In words no index has, so that SQLite finds the links by their member. */
const isLiveLineUser = sql<boolean>`(kind = 'line_user' AND ended_at IS NULL) IS TRUE`;
