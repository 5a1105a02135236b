import { parseCode } from '../core/coupon/code.ts';
import { idKind } from '../core/ids.ts';
import { Problem } from '../core/problem.ts';
import type { StoreContext } from './context.ts';

/** Told of a member, the newest; of a coupon, the first: a phrase that is typed again and again shows it as often. */
const MOST_EVENTS = 20;

const LINE_USER = /^U[0-9a-f]{32}$/i;

/** What to say where no event was found. */
export async function nothingKnown({ db }: StoreContext, asked: string): Promise<Problem> {
  const isMember =
    idKind(asked) === 'member' &&
    (await db.selectFrom('member').select('id').where('id', '=', asked).executeTakeFirst()) !== undefined;
  // Somebody who came by an import, and whom nobody heard yet.
  if (isMember) {
    return new Problem('not_found', 'nothing_happened', `nothing has happened with member "${asked}" yet`, {
      remedy: `pharos member show ${asked} says what is known; pharos preview <campaign> --as ${asked} what would happen`,
    });
  }
  // Who somebody is on LINE is not said again, wherever it was put.
  const what = LINE_USER.test(asked) ? 'a LINE user id that is given like this' : `"${asked}"`;
  return new Problem('not_found', 'nothing_known', `nothing is known about ${what}`, {
    remedy:
      "give the id of an event (ours or LINE's), coupon, decision, delivery, redemption or member, a coupon code, a LINE user id, or a member's phone or e-mail",
  });
}

/** The events behind an id of any kind, a coupon code, or the id a source gave; none: nothing is known of it. */
export async function eventIdsOf({ db, vault }: StoreContext, asked: string): Promise<string[]> {
  const code = parseCode(asked);
  const byCoupon = async (column: 'coupon.id' | 'coupon.code_hash', value: string): Promise<string[]> =>
    (
      await db
        .selectFrom('decision')
        .innerJoin('coupon', 'coupon.id', 'decision.coupon_id')
        .select('decision.event_id as id')
        .where(column, '=', value)
        .orderBy('decision.decided_at')
        .orderBy('decision.id')
        .limit(MOST_EVENTS)
        .execute()
    ).map(({ id }) => id);
  if (code !== undefined) return await byCoupon('coupon.code_hash', vault.digest(code));
  switch (idKind(asked)) {
    case 'event':
      return (await db.selectFrom('event').select('id').where('id', '=', asked).execute()).map(({ id }) => id);
    case 'coupon':
      return await byCoupon('coupon.id', asked);
    case 'redemption': {
      const row = await db.selectFrom('redemption').select('coupon_id').where('id', '=', asked).executeTakeFirst();
      return row === undefined ? [] : await byCoupon('coupon.id', row.coupon_id);
    }
    case 'decision':
      return (await db.selectFrom('decision').select('event_id').where('id', '=', asked).execute()).map(
        ({ event_id }) => event_id,
      );
    case 'delivery':
      return (
        await db
          .selectFrom('delivery')
          .innerJoin('decision', 'decision.id', 'delivery.decision_id')
          .select('decision.event_id as id')
          .where('delivery.id', '=', asked)
          .execute()
      ).map(({ id }) => id);
    case 'member':
      return (
        await db
          .selectFrom('event')
          .select('id')
          .where('member_id', '=', asked)
          .orderBy('at', 'desc')
          .limit(MOST_EVENTS)
          .execute()
      ).map(({ id }) => id);
    default:
      // LINE's own event id, or node:epoch:seq
      return (await db.selectFrom('event').select('id').where('source_id', '=', asked).execute()).map(({ id }) => id);
  }
}
