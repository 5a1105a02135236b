import type { messagingApi } from '@line/bot-sdk';
import { z } from 'zod';
import { errorMessage } from '../../protocol/error-message.ts';
import { accept, type Result, reject } from '../../protocol/result.ts';
import type { AttemptOutcome } from '../core/deliver/settle.ts';
import type { LineQuota, LineTrouble } from '../core/line-account.ts';
import type { LineMessage } from '../core/message/render.ts';
import type { AccessTokens } from './access-token.ts';
import { isLines, jsonOf, outcomeOf, troubleOf } from './line-answer.ts';
import { type LineAnswer, type LineTransport, LONGEST_CALL_MS } from './line-transport.ts';

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
  /** To several people at once, 500 at most: all of them or nobody. */
  multicast(call: {
    readonly to: readonly string[];
    readonly messages: readonly LineMessage[];
    /** As of a push, and of this list: who is added later would be taken for one who got it. */
    readonly retryKey: string;
  }): Promise<AttemptOutcome>;
  /** What LINE thinks of message objects, without sending them: `refused` are those, whatever else means it did not say. */
  validate(route: 'reply' | 'push', messages: readonly LineMessage[]): Promise<Result<undefined, LineTrouble>>;
  /** Messages of this month, and how many there may be. */
  quota(): Promise<Result<LineQuota, LineTrouble>>;
  /** From now on no message is sent; what is under way ends by itself. */
  stop(): void;
}

/**
 * A call with all that belongs to it (a token, the call, another token, the call again) begins nothing after this. The
 * last thing it begins may be a call or a token, both of which take {@link LONGEST_CALL_MS} at most.
 */
const BEGIN_WITHIN_MS = 8_000;
/** From the first step for a message to what came of it, at most. */
export const LONGEST_SEND_MS = BEGIN_WITHIN_MS + LONGEST_CALL_MS;

const QuotaAnswer = z.object({ type: z.enum(['none', 'limited']), value: z.number().optional() });
const ConsumptionAnswer = z.object({ totalUsage: z.number() });

const MESSAGE = '/v2/bot/message';

export function createLineClient(deps: {
  readonly transport: LineTransport;
  readonly tokens: AccessTokens;
}): LineClient {
  const { transport, tokens } = deps;
  let stopped = false;

  /** A token LINE does not know is replaced once, if there is another: nothing was accepted, so nothing is sent twice. */
  const call = async (
    method: 'GET' | 'POST',
    path: string,
    body?: object,
    more?: Readonly<Record<string, string>>,
    isWanted: () => boolean = () => true,
  ): Promise<LineAnswer> => {
    const text = body && JSON.stringify(body);
    const startedAt = performance.now();
    const mayBegin = (): boolean => isWanted() && performance.now() - startedAt < BEGIN_WITHIN_MS;
    const attempt = async (token: string): Promise<LineAnswer> => {
      const headers = {
        authorization: `Bearer ${token}`,
        ...(text !== undefined && { 'content-type': 'application/json' }),
        ...more,
      };
      const answer = await transport.call({ method, path, headers, ...(text !== undefined && { body: text }) });
      if (isLines(answer) && answer.status !== 401) tokens.taken(token);
      return answer;
    };
    let token: string;
    try {
      token = await tokens.get();
    } catch (error) {
      return { at: 'not-sent', detail: errorMessage(error) };
    }
    if (!mayBegin()) {
      return { at: 'not-sent', detail: isWanted() ? 'no access token in time' : 'the service is stopping' };
    }
    const answer = await attempt(token);
    if (!isLines(answer) || answer.status !== 401 || !mayBegin()) return answer;
    const another = await tokens.refused(token);
    return another === undefined || !mayBegin() ? answer : await attempt(another);
  };

  const send = async (
    endpoint: 'reply' | 'push' | 'multicast',
    body: object,
    retryKey?: string,
  ): Promise<AttemptOutcome> => {
    const more = retryKey === undefined ? undefined : { 'x-line-retry-key': retryKey };
    return outcomeOf(await call('POST', `${MESSAGE}/${endpoint}`, body, more, () => !stopped));
  };

  const read = async <T>(path: string, schema: z.ZodType<T>): Promise<Result<T, LineTrouble>> => {
    const answer = await call('GET', path);
    const read = schema.safeParse(jsonOf(answer));
    if (read.success) return accept(read.data);
    return troubleOf(answer) ?? reject('refused', `LINE's answer to ${path} is not understood`);
  };

  return {
    reply: ({ replyToken, messages }) =>
      send('reply', { replyToken, messages: asSdk(messages) } satisfies messagingApi.ReplyMessageRequest),
    push: ({ to, messages, retryKey }) =>
      send('push', { to, messages: asSdk(messages) } satisfies messagingApi.PushMessageRequest, retryKey),
    multicast: ({ to, messages, retryKey }) =>
      send('multicast', { to: [...to], messages: asSdk(messages) } satisfies messagingApi.MulticastRequest, retryKey),
    stop() {
      stopped = true;
    },
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
