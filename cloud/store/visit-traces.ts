import type { Db } from './database.ts';
import { listOf } from './many.ts';

/** Rows that point at a visit by `column`. */
export interface VisitTrace {
  readonly table: 'event' | 'decision' | 'sale';
  readonly column: 'visit_id' | 'attributed_visit';
  readonly ids: readonly string[];
}

/**
 * All that points at a visit, by table. Looked for among what its member did, which has an index: no table is gone
 * through while everybody waits.
 */
export async function visitTraces(db: Db, visit: string): Promise<readonly VisitTrace[]> {
  const row = await db.selectFrom('visit').select('member_id').where('id', '=', visit).executeTakeFirst();
  if (row === undefined) return [];
  const owners = listOf(db, await everOne(db, row.member_id));
  const events = await db
    .selectFrom('event')
    .select('id')
    .where('member_id', 'in', owners)
    .where('visit_id', '=', visit)
    .execute();
  const eventIds = events.map(({ id }) => id);
  const decisions = await db
    .selectFrom('decision')
    .select('id')
    .where('event_id', 'in', listOf(db, eventIds))
    .where('visit_id', '=', visit)
    .execute();
  const sales = await db
    .selectFrom('sale')
    .select('id')
    .where('member_id', 'in', owners)
    .where('attributed_visit', '=', visit)
    .execute();
  return [
    { table: 'event', column: 'visit_id', ids: eventIds },
    { table: 'decision', column: 'visit_id', ids: decisions.map(({ id }) => id) },
    { table: 'sale', column: 'attributed_visit', ids: sales.map(({ id }) => id) },
  ];
}

/** A member and those it was one with for a while: of a visit that went back, they may have what came in between. */
async function everOne(db: Db, member: string): Promise<string[]> {
  const all = new Set([member]);
  for (let found = [member]; found.length > 0; ) {
    const these = listOf(db, found);
    const rows = await db
      .selectFrom('member_merge')
      .select(['survivor_id', 'absorbed_id'])
      .where((either) => either.or([either('survivor_id', 'in', these), either('absorbed_id', 'in', these)]))
      .execute();
    found = [...new Set(rows.flatMap(({ survivor_id, absorbed_id }) => [survivor_id, absorbed_id]))].filter(
      (id) => !all.has(id),
    );
    for (const id of found) all.add(id);
  }
  return [...all];
}
