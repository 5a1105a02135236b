/** LINE limits each endpoint of a channel by a token bucket: full at first, refilled evenly. */
export interface TokenBucket {
  readonly tokens: number;
  readonly atMs: number;
}

export interface RateLimit {
  readonly requests: number;
  readonly perMs: number;
}

/** Takes one token at `nowMs`, or says that none is left. A bucket that does not exist yet is full. */
export function takeToken(
  bucket: TokenBucket | undefined,
  limit: RateLimit,
  nowMs: number,
): { readonly allowed: boolean; readonly bucket: TokenBucket } {
  const before = bucket ?? { tokens: limit.requests, atMs: nowMs };
  const gained = (Math.max(0, nowMs - before.atMs) * limit.requests) / limit.perMs;
  const tokens = Math.min(limit.requests, before.tokens + gained);
  const allowed = tokens >= 1;
  return { allowed, bucket: { tokens: allowed ? tokens - 1 : tokens, atMs: nowMs } };
}
