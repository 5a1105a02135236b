import { done, type TillAnswer } from '../core/till/answer.ts';
import type { SaleAsked } from '../core/till/asked.ts';
import { refusalView } from '../core/till/view.ts';
import { recordSale } from './sales.ts';
import type { TillTx } from './till-context.ts';

/** Many sales of an import. Each is recorded or refused for itself, and those that are known change nothing. */
export async function recordSales(tx: TillTx, sales: readonly SaleAsked[]): Promise<TillAnswer> {
  const results: object[] = [];
  for (const [index, sale] of sales.entries()) {
    const answer = await recordSale(tx, sale);
    results.push(
      answer.kind === 'done'
        ? { index, ...answer.body }
        : { index, error: refusalView(answer.refusal, tx.language, tx.till.channel.timeZone) },
    );
  }
  return done({ sales: results });
}
