import { type EpochMs, epochMs } from '../../protocol/units.ts';
import { type Guessing, guessed, lockedOut, NO_GUESSES } from '../core/till/guess.ts';
import type { Till } from '../core/till/types.ts';
import type { Db } from './database.ts';

/** Wrong codes of each token, counted where all processes see it. */
export const guessRows = (db: Db) => ({
  /** Until when this token is told nothing; `undefined` while it is. */
  async lockedUntil(tokenId: string, now: EpochMs): Promise<EpochMs | undefined> {
    const row = await db
      .selectFrom('till_guess')
      .select('locked_until')
      .where('token_id', '=', tokenId)
      .executeTakeFirst();
    return row === undefined ? undefined : lockedOut({ ...NO_GUESSES, lockedUntil: epochMs(row.locked_until) }, now);
  },

  /** Counts one more, and says from when on it is one too many. */
  async add({ tokenId, channel }: Till, now: EpochMs): Promise<EpochMs | undefined> {
    await db
      .insertInto('till_guess')
      .values({
        ...{ token_id: tokenId, channel_kind: channel.kind, channel_id: channel.id },
        ...{ ...toRow(NO_GUESSES), wrong_ever: 0, last_at: now },
      })
      .onConflict((conflict) => conflict.column('token_id').doNothing())
      .execute();
    const row = await db
      .selectFrom('till_guess')
      .selectAll()
      .where('token_id', '=', tokenId)
      .forUpdate()
      .executeTakeFirstOrThrow();
    const before: Guessing = {
      windowFrom: epochMs(row.window_from),
      wrong: row.wrong,
      lockedUntil: epochMs(row.locked_until),
      lockouts: row.lockouts,
    };
    // Asked beside the one that was too many: it learns no more than those that come after.
    const already = lockedOut(before, now);
    if (already !== undefined) return already;
    const after = guessed(before, now);
    await db
      .updateTable('till_guess')
      .set({ ...toRow(after), wrong_ever: row.wrong_ever + 1, last_at: now })
      .where('token_id', '=', tokenId)
      .execute();
    return lockedOut(after, now);
  },
});

const toRow = ({ windowFrom, wrong, lockedUntil, lockouts }: Guessing) => ({
  window_from: windowFrom,
  wrong,
  locked_until: lockedUntil,
  lockouts,
});
