import { sql } from 'kysely';
import type { EpochMs } from '../../protocol/units.ts';
import type { StoreContext } from './context.ts';

export interface Depth {
  readonly name: 'events' | 'replies' | 'pushes' | 'calls';
  readonly waiting: number;
  /** How long the first of them has waited beyond its time; 0 where nothing waits. */
  readonly oldestMs: number;
}

/** What waits to be worked off. Each is counted over an index that holds little more than what waits. */
export async function depths({ db }: Pick<StoreContext, 'db'>, now: EpochMs): Promise<Depth[]> {
  const events = await db
    .selectFrom('event')
    .select(({ fn }) => [fn.countAll<number>().as('n'), fn.min<number | null>('received_at').as('first')])
    .where('state', '=', sql.lit('pending'))
    .executeTakeFirstOrThrow();
  const deliveries = await db
    .selectFrom('delivery')
    .select(({ fn }) => [
      'state',
      'route',
      fn.countAll<number>().as('n'),
      fn.min<number | null>('next_attempt_at').as('first'),
    ])
    .where('state', 'in', ['ready', 'sending'])
    .groupBy(['state', 'route'])
    .execute();
  const of = (name: Depth['name'], rows: readonly { readonly n: number; readonly first: number | null }[]): Depth => ({
    name,
    waiting: rows.reduce((sum, { n }) => sum + n, 0),
    oldestMs: Math.max(0, ...rows.map(({ first }) => (first === null ? 0 : now - first))),
  });
  const ready = (route: 'reply' | 'push') => deliveries.filter((row) => row.state === 'ready' && row.route === route);
  return [
    of('events', [events]),
    of('replies', ready('reply')),
    of('pushes', ready('push')),
    of(
      'calls',
      deliveries.filter(({ state }) => state === 'sending'),
    ),
  ];
}

/** Resolves when the database has taken a write; rejects with its reason when it does not. */
export async function proveWritable({ db }: Pick<StoreContext, 'db'>): Promise<void> {
  await db
    .updateTable('vault_check')
    .set((eb) => ({ id: eb.ref('id') }))
    .execute();
}
