import { type EpochMs, epochMs } from '../../protocol/units.ts';
import { fullBudget, LINE_RATES, type LineBudget, type LineEndpoint, refill } from '../core/deliver/line-budget.ts';
import type { StoreContext } from './context.ts';

export type LineBudgets = Readonly<Record<LineEndpoint, LineBudget>>;

export const ENDPOINTS = Object.keys(LINE_RATES) as LineEndpoint[];

/**
 * What LINE's endpoints still take, one row each, shared by all senders. A sender takes its tokens in the transaction
 * of its claim: that costs no round trip of its own, and no token is held by a process that dies.
 */
export const lineBudgetRows = ({ db }: Pick<StoreContext, 'db'>) => {
  const read = async (lock: boolean, now: EpochMs) => {
    const query = db.selectFrom('line_budget').selectAll().orderBy('endpoint');
    const rows = await (lock ? query.forUpdate() : query).execute();
    const of = (endpoint: LineEndpoint): LineBudget => {
      const row = rows.find((each) => each.endpoint === endpoint);
      const rate = LINE_RATES[endpoint];
      if (row === undefined) return fullBudget(rate, now);
      const { milli_tokens: milliTokens, at, paused_until, strikes } = row;
      const known = { milliTokens, at: epochMs(at), pausedUntil: epochMs(paused_until), strikes };
      return refill(known, rate, now);
    };
    const missing = ENDPOINTS.filter((endpoint) => !rows.some((row) => row.endpoint === endpoint));
    const budgets: LineBudgets = { reply: of('reply'), push: of('push'), multicast: of('multicast') };
    const moved = rows.filter(({ endpoint, at }) => budgets[endpoint].at < at).map(({ endpoint }) => endpoint);
    return { budgets, missing, moved };
  };
  const save = async (endpoint: LineEndpoint, budget: LineBudget): Promise<void> => {
    await db.updateTable('line_budget').set(toRow(budget)).where('endpoint', '=', endpoint).execute();
  };

  return {
    read: async (now: EpochMs): Promise<LineBudgets> => (await read(false, now)).budgets,

    /** As they are by now, held against others until the transaction ends. */
    async hold(now: EpochMs): Promise<LineBudgets> {
      const held = await read(true, now);
      for (const endpoint of held.moved) await save(endpoint, held.budgets[endpoint]);
      if (held.missing.length === 0) return held.budgets;
      // What is not there cannot be held; of two that make it the first wins, and both look again.
      const rows = held.missing.map((endpoint) => ({ endpoint, ...toRow(held.budgets[endpoint]) }));
      await db
        .insertInto('line_budget')
        .values(rows)
        .onConflict((conflict) => conflict.column('endpoint').doNothing())
        .execute();
      return (await read(true, now)).budgets;
    },

    /** Writes one that is held. */
    save,
  };
};

const toRow = ({ milliTokens, at, pausedUntil, strikes }: LineBudget) => ({
  milli_tokens: milliTokens,
  at,
  paused_until: pausedUntil,
  strikes,
});
