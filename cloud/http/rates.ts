/** A rush at the till, a shop full of people, or the first minutes of an import. */
const BURST_SECONDS = 5;
/** Askers that are not forgotten; those that were may begin anew, which is no more than a burst. */
const MOST_ASKERS = 10_000;

/**
 * So many requests a second for each token or address, over time. A matter of manners, kept by each process for itself:
 * what must be exact, the count of guesses, is in the database.
 */
export function createRates(perSecond: number, nowMs: () => number) {
  const burst = perSecond * BURST_SECONDS;
  const buckets = new Map<string, { left: number; at: number }>();
  return {
    /** 0 where the request may pass, else the seconds to wait. */
    take(asker: string): number {
      const now = nowMs();
      const bucket = buckets.get(asker) ?? { left: burst, at: now };
      if (!buckets.has(asker) && buckets.size >= MOST_ASKERS) buckets.clear();
      buckets.set(asker, bucket);
      bucket.left = Math.min(burst, bucket.left + ((now - bucket.at) / 1_000) * perSecond);
      bucket.at = now;
      if (bucket.left >= 1) {
        bucket.left -= 1;
        return 0;
      }
      return Math.ceil((1 - bucket.left) / perSecond);
    },
  };
}
