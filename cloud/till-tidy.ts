import type { EpochMs } from '../protocol/units.ts';
import type { Db } from './store/database.ts';
import { forgetAnswers } from './store/till-answers.ts';

/** Far longer than a till that lost an answer goes on asking. */
const KEEP_ANSWERS_MS = 30 * 86_400_000;
const LOOK_EVERY_MS = 60_000;

/**
 * Forgets what tills were answered long ago, a little at a time. Returns what is to be called at every beat; of several
 * processes each forgets what the others have not.
 */
export function createTillTidy(deps: {
  readonly db: Db;
  readonly now: () => EpochMs;
  readonly onFault: (error: unknown) => void;
}): () => void {
  let lookAt = 0;
  return () => {
    const now = deps.now();
    if (now < lookAt) return;
    lookAt = now + LOOK_EVERY_MS;
    forgetAnswers(deps.db, now - KEEP_ANSWERS_MS).catch(deps.onFault);
  };
}
