import { HTTPFetchError, messagingApi } from '@line/bot-sdk';
import type { AttemptOutcome } from '../core/deliver/settle.ts';
import type { LineMessage } from '../core/message/render.ts';
import { sentenceOf } from './line-error.ts';

/** The two calls that carry a message, each with its outcome as a value: trouble at LINE is data here, not an error. */
export interface LineClient {
  reply(call: { readonly replyToken: string; readonly messages: readonly LineMessage[] }): Promise<AttemptOutcome>;
  push(call: {
    readonly to: string;
    readonly messages: readonly LineMessage[];
    /** Minted with the delivery row; makes a repeat harmless for 24 hours. */
    readonly retryKey: string;
  }): Promise<AttemptOutcome>;
}

export function createLineClient(config: { readonly apiBase: string; readonly accessToken: string }): LineClient {
  const client = new messagingApi.MessagingApiClient({
    channelAccessToken: config.accessToken,
    baseURL: config.apiBase,
  });
  return {
    reply: ({ replyToken, messages }) =>
      outcomeOf(() => client.replyMessageWithHttpInfo({ replyToken, messages: asSdk(messages) })),
    push: ({ to, messages, retryKey }) =>
      outcomeOf(() => client.pushMessageWithHttpInfo({ to, messages: asSdk(messages) }, retryKey)),
  };
}

/** Rendered and checked messages in the SDK's words; LINE itself has the last say on their form. */
const asSdk = (messages: readonly LineMessage[]): messagingApi.Message[] =>
  messages.map((message) => message as unknown as messagingApi.Message);

const REQUEST_ID = 'x-line-request-id';
const ACCEPTED_REQUEST_ID = 'x-line-accepted-request-id';

async function outcomeOf(call: () => Promise<{ readonly httpResponse: Response }>): Promise<AttemptOutcome> {
  try {
    const { httpResponse } = await call();
    return accepted('accepted', httpResponse.headers.get(REQUEST_ID));
  } catch (error) {
    if (error instanceof HTTPFetchError) return refusalOf(error);
    if (!(error instanceof Error)) return { at: 'no-answer', detail: String(error) };
    const at = neverConnected(error.cause) ? 'not-sent' : 'no-answer';
    return {
      at,
      detail: [error, error.cause]
        .filter((e) => e instanceof Error)
        .map(nameAndMessage)
        .join(': '),
    };
  }
}

const nameAndMessage = ({ name, message }: Error): string => `${name}: ${message}`;

/**
 * Whether a call failed before there was a connection to send it on. The system call tells, not the error code alone:
 * a connection that was up may break with EHOSTUNREACH too, and then nobody knows what arrived.
 */
function neverConnected(cause: unknown): boolean {
  // One error for each address the name has.
  if (cause instanceof AggregateError) return cause.errors.length > 0 && cause.errors.every(neverConnected);
  if (!(cause instanceof Error)) return false;
  if ('code' in cause && cause.code === 'UND_ERR_CONNECT_TIMEOUT') return true;
  return 'syscall' in cause && (cause.syscall === 'connect' || cause.syscall === 'getaddrinfo');
}

const accepted = (at: 'accepted' | 'accepted-before', requestId: string | null): AttemptOutcome => ({
  at,
  ...(requestId !== null && { requestId }),
});

function refusalOf({ status, headers, body }: HTTPFetchError): AttemptOutcome {
  const message = sentenceOf(body);
  if (status === 409) return accepted('accepted-before', headers.get(ACCEPTED_REQUEST_ID));
  if (status === 401) return { at: 'unauthorized' };
  if (status === 429) return /monthly limit/i.test(message) ? { at: 'quota-exhausted' } : { at: 'rate-limited' };
  if (status === 400 && /invalid reply token/i.test(message)) return { at: 'invalid-reply-token' };
  if (status >= 500) return { at: 'no-answer', detail: `LINE answered ${status}` };
  return { at: 'refused', status, message };
}
