import { sql } from 'kysely';
import { type EpochMs, epochMs } from '../../protocol/units.ts';
import { quotaLeft, quotaMonth } from '../core/deliver/quota.ts';
import type { LineQuota } from '../core/line-account.ts';
import type { StoreContext } from './context.ts';

/** One account, one row. */
const ID = 1;
/** With more than this left nobody need count what is on its way. */
const PLENTY = 5_000;

/**
 * Messages LINE still lets us push this month: its own figure, read now and then, counted down by what was pushed since.
 * A guard, no gate: two processes may both see the last one, and then LINE refuses the second, which is given back.
 */
export const lineQuotaRows = ({ db }: Pick<StoreContext, 'db'>) => ({
  /** When LINE was last asked in the month it is now; `undefined` when it was not. */
  async readAt(now: EpochMs): Promise<EpochMs | undefined> {
    const row = await db.selectFrom('line_quota').select(['month', 'read_at']).where('id', '=', ID).executeTakeFirst();
    return row?.month === quotaMonth(now) ? epochMs(row.read_at) : undefined;
  },

  async save({ limit, used }: LineQuota, now: EpochMs): Promise<void> {
    const row = { month: quotaMonth(now), most: limit ?? null, used, read_at: now };
    await db
      .insertInto('line_quota')
      .values({ id: ID, ...row })
      .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
      .execute();
    await db
      .insertInto('line_quota_reading')
      .values({ at: now, month: row.month, most: row.most, used })
      .onConflict((conflict) => conflict.column('at').doNothing())
      .execute();
  },

  /** So many more were accepted. */
  async count(pushes: number, now: EpochMs): Promise<void> {
    if (pushes === 0) return;
    const month = quotaMonth(now);
    await db
      .updateTable('line_quota')
      .set({
        used: sql`CASE WHEN month = ${month} THEN used + ${sql.lit(pushes)} ELSE ${sql.lit(pushes)} END`,
        month,
      })
      .where('id', '=', ID)
      .execute();
  },

  /** How many more may be pushed; `undefined` where nothing limits them or LINE was never asked. */
  async left(now: EpochMs): Promise<number | undefined> {
    const row = await db.selectFrom('line_quota').selectAll().where('id', '=', ID).executeTakeFirst();
    const known = row && { month: row.month, used: row.used, ...(row.most !== null && { most: row.most }) };
    const left = quotaLeft(known, 0, now);
    if (left === undefined || left > PLENTY) return left;
    const { n } = await db
      .selectFrom((from) =>
        from
          .selectFrom('delivery')
          .select('id')
          .where('state', 'in', ['ready', 'sending'])
          .where('route', '=', 'push')
          .limit(left + 1)
          .as('waiting'),
      )
      .select(({ fn }) => [fn.countAll<number>().as('n')])
      .executeTakeFirstOrThrow();
    return quotaLeft(known, n, now);
  },
});
