import type { EpochMs } from '../../protocol/units.ts';
import type { Route } from '../core/decide/types.ts';
import {
  callsLeft,
  LINE_RATES,
  type LineBudget,
  type LineEndpoint,
  openAt,
  spend,
} from '../core/deliver/line-budget.ts';
import { castRows } from './cast-rows.ts';
import type { StoreContext } from './context.ts';
import type { DeliveryRow } from './deliveries.ts';
import type { LineBudgets } from './line-budget.ts';
import { together } from './together.ts';

/** Replies go first: their tokens live a minute. */
export const ROUTES = ['reply', 'push'] as const satisfies readonly Route[];

/**
 * What may be called for now, call by call: replies first, then what went together before, then pushes, the longest due
 * first, no more than the budgets allow. All are asked for at once: a push that is locked and then left to the replies is
 * free again when the transaction ends.
 */
export async function dueRows(
  context: StoreContext,
  budgets: LineBudgets,
  { now, limit }: { readonly now: EpochMs; readonly limit: number },
): Promise<DeliveryRow[][]> {
  const { db } = context;
  const most = (route: Route) => Math.min(limit, callsLeft(budgets[route], now));
  const find = async (state: DeliveryRow['state'], routes: readonly Route[], count: number) =>
    count === 0
      ? []
      : await db
          .selectFrom('delivery')
          .selectAll()
          .where('state', '=', state)
          .where('route', 'in', routes)
          .where('next_attempt_at', '<=', now)
          .where((eb) => eb.or([eb('claimed_until', 'is', null), eb('claimed_until', '<=', now)]))
          .orderBy('next_attempt_at')
          .limit(count)
          .forUpdate()
          .skipLocked()
          .execute();
  const found = await together(db, [
    // Of senders that died: few, and the first to be seen to.
    () => find('sending', ROUTES, limit),
    () => find('ready', ['reply'], most('reply')),
    () => find('ready', ['push'], most('push')),
  ]);
  const rows = found.flat();
  const alone = (route: Route) =>
    rows.filter((row) => row.route === route && row.cast_key === null).map((row) => [row]);
  const calls: DeliveryRow[][] = [];
  const take = (some: readonly DeliveryRow[][], endpoint: LineEndpoint): void => {
    calls.push(...some.slice(0, Math.min(limit - calls.length, callsLeft(budgets[endpoint], now))));
  };
  take(alone('reply'), 'reply');
  take(await dueCasts(context, rows, budgets.multicast, now), 'multicast');
  take(alone('push'), 'push');
  return calls;
}

/** The casts these rows are of. Those LINE takes no call for yet are put off, so that nobody looks at them till then. */
async function dueCasts(
  context: StoreContext,
  rows: readonly DeliveryRow[],
  budget: LineBudget,
  now: EpochMs,
): Promise<DeliveryRow[][]> {
  const keys = new Set(rows.flatMap(({ cast_key }) => cast_key ?? []));
  if (keys.size === 0) return [];
  const { whole, postpone } = castRows(context);
  const casts = await whole([...keys]);
  const most = callsLeft(budget, now);
  const late = casts.slice(most).flatMap(([row]) => row?.cast_key ?? []);
  if (late.length > 0) await postpone(late, openAt(spend(budget, most), LINE_RATES.multicast));
  return casts.slice(0, most);
}
