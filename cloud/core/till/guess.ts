import { type EpochMs, epochMs } from '../../../protocol/units.ts';

/**
 * Codes that could be, and are not, asked for by one till. A cashier meets a few in a day (a coupon of another chain,
 * a code read out wrong twice); who meets many in minutes is trying codes out.
 *
 *   counting ──the 20th within 10 min──► locked out for 15 min ──► counting from nothing
 *
 * Counted by token: the shop's other tills go on.
 */
export interface Guessing {
  readonly windowFrom: EpochMs;
  readonly wrong: number;
  readonly lockedUntil: EpochMs;
  /** How often it came to that, in all. */
  readonly lockouts: number;
}

export const GUESS_WINDOW_MS = 10 * 60_000;
export const MOST_WRONG = 20;
export const LOCKED_OUT_FOR_MS = 15 * 60_000;

export const NO_GUESSES: Guessing = {
  windowFrom: epochMs(0),
  wrong: 0,
  lockedUntil: epochMs(0),
  lockouts: 0,
};

/** Until when nothing is answered; `undefined` while everything is. */
export const lockedOut = ({ lockedUntil }: Guessing, now: EpochMs): EpochMs | undefined =>
  lockedUntil > now ? lockedUntil : undefined;

/** One more wrong one. */
export function guessed(before: Guessing, now: EpochMs): Guessing {
  const isOver = now - before.windowFrom >= GUESS_WINDOW_MS || now < before.windowFrom;
  const wrong = isOver ? 1 : before.wrong + 1;
  const windowFrom = isOver ? now : before.windowFrom;
  if (wrong < MOST_WRONG) return { ...before, windowFrom, wrong };
  return {
    windowFrom: epochMs(0),
    wrong: 0,
    lockedUntil: epochMs(now + LOCKED_OUT_FOR_MS),
    lockouts: before.lockouts + 1,
  };
}
