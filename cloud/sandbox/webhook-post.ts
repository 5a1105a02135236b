import { classifyFailure, type DeliveryOutcome } from './platform/delivery-outcome.ts';

/** Posts one webhook body as LINE does, and says how that ended; without a signature there is no header. */
export async function postWebhook(
  url: string,
  body: string,
  signature: string | undefined,
  { timeoutMs, closing }: { readonly timeoutMs: number; readonly closing: AbortSignal },
): Promise<DeliveryOutcome> {
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(url, {
      method: 'POST',
      body,
      redirect: 'manual',
      signal: AbortSignal.any([timeout, closing]),
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'user-agent': 'LineBotWebhook/2.0',
        ...(signature === undefined ? {} : { 'x-line-signature': signature }),
      },
    });
    await response.arrayBuffer();
    return { outcome: response.ok ? 'success' : 'error_status_code', status: response.status };
  } catch (error) {
    return classifyFailure(timeout.aborted ? timeout.reason : error);
  }
}
