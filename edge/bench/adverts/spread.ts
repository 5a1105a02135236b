/** One figure of a bench: several rounds, of which the middle one speaks and the outer ones say how much to believe it. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** Of an even count the lower middle value. Throws on no values, which is a bug of the bench. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const median = sorted[Math.floor((sorted.length - 1) / 2)];
  const [min] = sorted;
  const max = sorted.at(-1);
  if (median === undefined || min === undefined || max === undefined) throw new Error('a bench without rounds');
  return { median, min, max };
}

/** Round by round, so that what slowed both sides down cancels out. */
export const ratioOf = (over: readonly number[], under: readonly number[]): Spread =>
  spreadOf(over.map((value, round) => value / (under[round] ?? Number.NaN)));
