import type { EpochMs } from '../../protocol/units.ts';
import type { Route } from '../core/decide/types.ts';
import { type LineEndpoint, learn, spend } from '../core/deliver/line-budget.ts';
import type { SettledDelivery } from '../core/ports.ts';
import type { StoreContext } from './context.ts';
import type { DeliveryRow } from './deliveries.ts';
import { ENDPOINTS, type LineBudgets, lineBudgetRows } from './line-budget.ts';

/** Calls of a turn, by where they go. */
export type Calls = Partial<Record<LineEndpoint, number>>;

const endpointOf = (route: Route, castKey: string | null | undefined): LineEndpoint =>
  typeof castKey === 'string' ? 'multicast' : route;

export function callsOf(due: readonly (readonly Pick<DeliveryRow, 'route' | 'cast_key'>[])[]): Calls {
  const calls: Calls = {};
  for (const [row] of due) {
    if (row === undefined) continue;
    const endpoint = endpointOf(row.route, row.cast_key);
    calls[endpoint] = (calls[endpoint] ?? 0) + 1;
  }
  return calls;
}

/** Takes so many from what LINE still lets through. */
export async function spendOn(context: StoreContext, budgets: LineBudgets, calls: Calls): Promise<void> {
  const rows = lineBudgetRows(context);
  for (const endpoint of ENDPOINTS) {
    const count = calls[endpoint];
    if (count !== undefined) await rows.save(endpoint, spend(budgets[endpoint], count));
  }
}

/** What LINE's answers mean for all senders; the budgets as they are then, held until the transaction ends. */
export async function learnFrom(
  context: StoreContext,
  ended: readonly SettledDelivery[],
  { now, random, limit }: { readonly now: EpochMs; readonly random: number; readonly limit: number },
): Promise<LineBudgets> {
  const rows = lineBudgetRows(context);
  const outcomes = (endpoint: LineEndpoint) =>
    ended.flatMap(({ delivery, attempt }) =>
      attempt !== undefined && endpointOf(attempt.route, delivery.castKey) === endpoint ? attempt.outcome : [],
    );
  const answers = (endpoint: LineEndpoint) => ({
    limited: outcomes(endpoint).filter((outcome) => outcome === 'rate-limited').length,
    passed: outcomes(endpoint).filter((outcome) => outcome === 'accepted' || outcome === 'accepted-before').length,
  });
  const limited = ENDPOINTS.some((endpoint) => answers(endpoint).limited > 0);
  if (limit === 0 && !limited) return await rows.read(now);
  const budgets = { ...(await rows.hold(now)) };
  for (const endpoint of ENDPOINTS) {
    const learned = learn(budgets[endpoint], answers(endpoint), now, random);
    if (learned !== budgets[endpoint]) await rows.save(endpoint, learned);
    budgets[endpoint] = learned;
  }
  return budgets;
}
