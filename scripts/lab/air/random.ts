/**
 * Chance by counting instead of by drawing: the n-th fate on a path depends only on seed, path and n. Real timers
 * interleave controllers differently in each run; drawn from one stream, every run would then differ whatever the seed.
 */
export type Uniform = (path: string, n: number) => number;

/** A source of numbers in [0, 1), for ever the same for the same (seed, path, n). */
export function seededUniform(seed: number): Uniform {
  return (path, n) => {
    let hash = (0x811c9dc5 ^ seed) >>> 0;
    for (let index = 0; index < path.length; index += 1) hash = Math.imul(hash ^ path.charCodeAt(index), 0x01000193);
    return finish(Math.imul(hash ^ n, 0x9e3779b1) ^ finish(n)) / 2 ** 32;
  };
}

/** A value of the standard normal distribution (Box and Muller), consuming draws 2n and 2n+1 of the path. */
export function seededNormal(uniform: Uniform, path: string, n: number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - uniform(path, 2 * n)));
  return radius * Math.cos(2 * Math.PI * uniform(path, 2 * n + 1));
}

/** MurmurHash3's finishing step: spreads every bit over the whole word. */
function finish(word: number): number {
  let mixed = word ^ (word >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
