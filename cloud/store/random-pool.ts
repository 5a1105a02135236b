import { randomFillSync } from 'node:crypto';

/** One call to the system's generator serves this many bytes: each costs a microsecond or two, however few it is for. */
const POOL_BYTES = 16_384;

/** Unguessable bytes, each handed out once. The copy is the caller's own. */
export function randomPool(): (length: number) => Buffer {
  const pool = Buffer.alloc(POOL_BYTES);
  let used = POOL_BYTES;
  return (length) => {
    if (length > POOL_BYTES) return randomFillSync(Buffer.alloc(length));
    if (used + length > POOL_BYTES) {
      randomFillSync(pool);
      used = 0;
    }
    const bytes = Buffer.from(pool.subarray(used, used + length));
    // What was handed out does not stay behind in memory.
    pool.fill(0, used, used + length);
    used += length;
    return bytes;
  };
}
