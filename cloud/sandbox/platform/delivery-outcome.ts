import { errorMessage } from '../../../protocol/error-message.ts';

/** How a webhook delivery ended; failures carry the names LINE's console shows. */
export type DeliveryOutcome =
  | { readonly outcome: 'success'; readonly status: number }
  | { readonly outcome: 'error_status_code'; readonly status: number }
  | { readonly outcome: 'could_not_connect' | 'request_timeout' | 'unclassified'; readonly detail: string };

/** The wait before the next delivery after attempt number `attempt` (1 is the first), or `undefined` for none. */
export function redeliverAfterMs(
  outcome: DeliveryOutcome,
  attempt: number,
  redelivery: { readonly enabled: boolean; readonly delaysMs: readonly number[] },
): number | undefined {
  if (outcome.outcome === 'success' || !redelivery.enabled) return undefined;
  return redelivery.delaysMs[attempt - 1];
}

const NO_CONNECTION = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Names the failure of a request that got no answer. */
export function classifyFailure(error: unknown): DeliveryOutcome {
  if (!(error instanceof Error)) return { outcome: 'unclassified', detail: errorMessage(error) };
  if (error.name === 'TimeoutError') return { outcome: 'request_timeout', detail: error.message };
  const cause = error.cause instanceof Error ? error.cause : error;
  const code = 'code' in cause ? String(cause.code) : '';
  const refused = NO_CONNECTION.has(code) || code.startsWith('ERR_TLS') || code.includes('CERT');
  return { outcome: refused ? 'could_not_connect' : 'unclassified', detail: code === '' ? cause.message : code };
}
