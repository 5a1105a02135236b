import type { messagingApi } from '@line/bot-sdk';
import { z } from 'zod';
import { accept, type Result, reject } from '../../protocol/result.ts';
import type { AttemptOutcome } from '../core/deliver/settle.ts';
import type { LineQuota, LineTrouble } from '../core/line-account.ts';
import type { LineMessage } from '../core/message/render.ts';
import type { AccessTokens } from './access-token.ts';
import { sentenceOf } from './line-error.ts';
import type { LineAnswer, LineTransport } from './line-transport.ts';

/**
 * The calls of the hot path, typed by the SDK's models but without its `fetch`. Each ends in a value: trouble at LINE is
 * data here, not an error.
 */
export interface LineClient {
  reply(call: { readonly replyToken: string; readonly messages: readonly LineMessage[] }): Promise<AttemptOutcome>;
  push(call: {
    readonly to: string;
    readonly messages: readonly LineMessage[];
    /** Minted with the delivery row; makes a repeat harmless for 24 hours. */
    readonly retryKey: string;
  }): Promise<AttemptOutcome>;
  /** What LINE thinks of message objects, without sending them: `refused` are those, whatever else means it did not say. */
  validate(route: 'reply' | 'push', messages: readonly LineMessage[]): Promise<Result<undefined, LineTrouble>>;
  /** Messages of this month, and how many there may be. */
  quota(): Promise<Result<LineQuota, LineTrouble>>;
}

const QuotaAnswer = z.object({ type: z.enum(['none', 'limited']), value: z.number().optional() });
const ConsumptionAnswer = z.object({ totalUsage: z.number() });

const MESSAGE = '/v2/bot/message';

export function createLineClient(deps: {
  readonly transport: LineTransport;
  readonly tokens: AccessTokens;
}): LineClient {
  const { transport, tokens } = deps;

  /** A token LINE does not know is replaced once, if there is another: nothing was accepted, so nothing is sent twice. */
  const call = async (
    method: 'GET' | 'POST',
    path: string,
    body?: object,
    more?: Readonly<Record<string, string>>,
  ): Promise<LineAnswer> => {
    const text = body && JSON.stringify(body);
    const attempt = async (token: string): Promise<LineAnswer> => {
      const headers = {
        authorization: `Bearer ${token}`,
        ...(text !== undefined && { 'content-type': 'application/json' }),
        ...more,
      };
      const answer = await transport.call({ method, path, headers, ...(text !== undefined && { body: text }) });
      if (answer.at === 'answered' && answer.status !== 401) tokens.taken(token);
      return answer;
    };
    let token: string;
    try {
      token = await tokens.get();
    } catch (error) {
      return { at: 'not-sent', detail: error instanceof Error ? error.message : String(error) };
    }
    const answer = await attempt(token);
    if (answer.at !== 'answered' || answer.status !== 401) return answer;
    const another = await tokens.refused(token);
    return another === undefined ? answer : await attempt(another);
  };

  const read = async <T>(path: string, schema: z.ZodType<T>): Promise<Result<T, LineTrouble>> => {
    const answer = await call('GET', path);
    const read = schema.safeParse(jsonOf(answer));
    if (read.success) return accept(read.data);
    return troubleOf(answer) ?? reject('refused', `LINE's answer to ${path} is not understood`);
  };

  return {
    reply: async ({ replyToken, messages }) =>
      outcomeOf(
        await call('POST', `${MESSAGE}/reply`, {
          replyToken,
          messages: asSdk(messages),
        } satisfies messagingApi.ReplyMessageRequest),
      ),
    push: async ({ to, messages, retryKey }) =>
      outcomeOf(
        await call(
          'POST',
          `${MESSAGE}/push`,
          { to, messages: asSdk(messages) } satisfies messagingApi.PushMessageRequest,
          { 'x-line-retry-key': retryKey },
        ),
      ),
    async validate(route, messages) {
      const request: messagingApi.ValidateMessageRequest = { messages: asSdk(messages) };
      const answer = await call('POST', `${MESSAGE}/validate/${route}`, request);
      const trouble = troubleOf(answer);
      if (trouble === undefined) return accept(undefined);
      const judged = answer.at === 'answered' && (answer.status === 400 || answer.status === 401);
      return judged || trouble.ok ? trouble : reject('unreachable', trouble.reject.detail);
    },
    async quota() {
      const limit = await read(`${MESSAGE}/quota`, QuotaAnswer);
      if (!limit.ok) return limit;
      const used = await read(`${MESSAGE}/quota/consumption`, ConsumptionAnswer);
      if (!used.ok) return used;
      const { type, value } = limit.value;
      return accept({
        used: used.value.totalUsage,
        ...(type === 'limited' && value !== undefined && { limit: value }),
      });
    },
  };
}

/** Rendered and checked messages in the SDK's words; LINE itself has the last say on their form. */
const asSdk = (messages: readonly LineMessage[]): messagingApi.Message[] =>
  messages.map((message) => message as unknown as messagingApi.Message);

function jsonOf(answer: LineAnswer): unknown {
  if (answer.at !== 'answered' || answer.status !== 200) return undefined;
  try {
    return JSON.parse(answer.body);
  } catch {
    return undefined;
  }
}

const REQUEST_ID = 'x-line-request-id';
const ACCEPTED_REQUEST_ID = 'x-line-accepted-request-id';

function outcomeOf(answer: LineAnswer): AttemptOutcome {
  if (answer.at !== 'answered') return answer;
  const { status, header, body } = answer;
  if (status === 200) {
    // A box on the way may answer in LINE's name; what is not in LINE's form says nothing about the message.
    return jsonOf(answer) !== undefined
      ? accepted('accepted', header(REQUEST_ID))
      : { at: 'no-answer', detail: `the answer ${status} is not LINE's: ${body.slice(0, 100)}` };
  }
  const message = sentenceOf(body);
  if (status === 409) return accepted('accepted-before', header(ACCEPTED_REQUEST_ID));
  if (status === 401) return { at: 'unauthorized' };
  if (status === 429) return tooManyOf(message);
  if (status === 400 && /invalid reply token/i.test(message)) return { at: 'invalid-reply-token' };
  if (status >= 500) return { at: 'no-answer', detail: `LINE answered ${status}` };
  return { at: 'refused', status, message };
}

/**
 * 429 has four meanings and no code tells them apart. Two texts are documented; whatever else it says concerns this call
 * alone: too much to one person, or too much at once.
 */
function tooManyOf(message: string): AttemptOutcome {
  if (/monthly limit/i.test(message)) return { at: 'quota-exhausted' };
  if (/rate limit/i.test(message)) return { at: 'rate-limited' };
  return { at: 'too-many', message };
}

const accepted = (at: 'accepted' | 'accepted-before', requestId: string | undefined): AttemptOutcome => ({
  at,
  ...(requestId !== undefined && { requestId }),
});

/** `undefined` where LINE answered as asked. */
function troubleOf(answer: LineAnswer): Result<never, LineTrouble> | undefined {
  if (answer.at !== 'answered') return reject('unreachable', answer.detail);
  if (answer.status === 401) return reject('unauthorized', `401: ${sentenceOf(answer.body)}`);
  if (answer.status !== 200) return reject('refused', `${answer.status}: ${sentenceOf(answer.body)}`);
  return undefined;
}
