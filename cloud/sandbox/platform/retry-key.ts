/**
 * The memory behind `X-Line-Retry-Key`: a key that was accepted once is refused with 409 until 24 hours after
 * the first request that carried it. A request that was not accepted leaves the key free for the next attempt.
 */
export interface RetryKeyRecord {
  readonly firstAtMs: number;
  readonly accepted?: { readonly requestId: string; readonly sentMessages?: readonly SentMessage[] };
}

export interface SentMessage {
  readonly id: string;
  readonly quoteToken?: string;
}

export const RETRY_KEY_MEMORY_MS = 24 * 3_600_000;

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export const isRetryKey = (text: string): boolean => UUID.test(text);

/** Keys compare without regard to case, as UUIDs do. */
export const retryKeyId = (text: string): string => text.toLowerCase();

/** The record of `key` that still counts at `nowMs`. */
export function recallRetryKey(
  keys: ReadonlyMap<string, RetryKeyRecord>,
  key: string,
  nowMs: number,
): RetryKeyRecord | undefined {
  const record = keys.get(retryKeyId(key));
  return record !== undefined && nowMs - record.firstAtMs < RETRY_KEY_MEMORY_MS ? record : undefined;
}
