/** Chance that comes out the same for the same seed. */
export interface Draw {
  /** 0 up to, but not, `below`. */
  whole(below: number): number;
  /** True in so many of a hundred. */
  percent(share: number): boolean;
  /** One of the list, which is not empty. */
  one<T>(list: readonly [T, ...T[]]): T;
  bytes(length: number): Uint8Array;
}

/** Mulberry32: 32 bits of state, evenly spread, in five lines. Streams of other names have nothing to do with each other. */
export function drawing(seed: number, stream = ''): Draw {
  let state = [...stream].reduce((mixed, letter) => Math.imul(mixed ^ letter.charCodeAt(0), 0x01000193), seed | 0);
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const whole = (below: number): number => Math.floor(next() * below);
  return {
    whole,
    percent: (share) => next() * 100 < share,
    one: (list) => list[whole(list.length)] ?? list[0],
    bytes: (length) => Uint8Array.from({ length }, () => whole(256)),
  };
}
