/** How much stands behind a figure, by how long somebody has listened. */

const DAY_MS = 86_400_000;

/** A shop's day differs from its night, and its Sunday from its Monday: a week has all of them. */
export const FIGURE_FROM_MS = 7 * DAY_MS;
/** Less than a day says nothing about another. */
export const GUESS_FROM_MS = DAY_MS;

/**
 * - `people`: counted from the people there are; no record is needed.
 * - `nothing`: nothing of its kind was recorded.
 * - `unjudged`: something was recorded, and nobody has judged it again.
 * - `too_little`: less than a day of record; nothing is foretold from it.
 * - `guess`: less than a week of record; told with a range.
 * - `record`: a week of record or more.
 */
export type Basis = 'people' | 'nothing' | 'unjudged' | 'too_little' | 'guess' | 'record';

/** What a record so long is worth. */
export const worthOf = (recordedMs: number): Extract<Basis, 'too_little' | 'guess' | 'record'> =>
  recordedMs < GUESS_FROM_MS ? 'too_little' : recordedMs < FIGURE_FROM_MS ? 'guess' : 'record';

export interface Range {
  readonly least: number;
  readonly most: number;
}

/**
 * Where the true mean of something counted so often lies, nineteen times of twenty; as a share of what was counted.
 * Rounded outward from the normal approximation, so that nothing counted still allows for a few.
 */
export const spreadOf = (counted: number): Range => ({
  least: Math.max(0, counted - 2 * Math.sqrt(counted)),
  most: counted + 2 * Math.sqrt(counted) + 4,
});
