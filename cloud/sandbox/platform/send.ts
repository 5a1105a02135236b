import { z } from 'zod';
import { usedThisMonth } from './account.ts';
import { type Call, type Handled, ok, refuse, type ShowEffect } from './answer.ts';
import { parseBody } from './body.ts';
import { foreignCoupons } from './coupons.ts';
import { type LineMessage, messageList } from './messages/message.ts';
import { shaped } from './messages/shaped.ts';
import { mintMessageId, mintQuoteToken } from './mint.ts';
import { isReplyTokenOpen, type ReplyToken } from './reply-token.ts';
import { isRetryKey, type RetryKeyRecord, recallRetryKey, retryKeyId, type SentMessage } from './retry-key.ts';
import { countSent, countUnit, type SentBy } from './tallies.ts';
import { takeToken } from './token-bucket.ts';
import { isReachable, USER_ID } from './user.ts';

/** Reply, push and multicast: the three ways a message may leave, and the rules that differ between them. */

/** Messages are looked into where they are listed. */
const ENVELOPE = { except: 'Message' } as const;

const ReplyBody = shaped(
  'ReplyMessageRequest',
  z.looseObject({ replyToken: z.string().min(1), messages: messageList }),
  ENVELOPE,
);

const pushFields = {
  messages: messageList,
  customAggregationUnits: z
    .array(z.string().regex(/^[a-zA-Z0-9_]{1,30}$/))
    .max(1)
    .optional(),
};
const PushBody = shaped(
  'PushMessageRequest',
  z.looseObject({ to: z.string().regex(USER_ID), ...pushFields }),
  ENVELOPE,
);
const MulticastBody = shaped(
  'MulticastRequest',
  z.looseObject({ to: z.array(z.string().regex(USER_ID)).min(1).max(500), ...pushFields }),
  ENVELOPE,
);

const RETRY_HEADER = 'x-line-retry-key';

/** A body whose messages LINE would take from this account. */
function readSending<S extends z.ZodType<{ readonly messages: readonly LineMessage[] }>>(call: Call, schema: S) {
  const body = parseBody(call.request, schema);
  const foreign = body.ok ? foreignCoupons(call.state.settings.coupons, body.value.messages) : undefined;
  return foreign === undefined ? body : { ok: false as const, response: foreign };
}

/** A reply costs nothing, needs an open token and takes no retry key. */
export function reply(call: Call): Handled {
  const { state, request, moment, requestId } = call;
  const retryKey = request.headers[RETRY_HEADER];
  if (retryKey !== undefined) {
    return { response: refuse(400, 'The retry key is not supported by this endpoint'), note: { retryKey } };
  }
  const body = readSending(call, ReplyBody);
  if (!body.ok) return { response: body.response };
  const { replyToken, messages } = body.value;
  const token = state.replyTokens.get(replyToken);
  if (token === undefined) return { response: refuse(400, 'Invalid reply token') };
  const chatId = token.chatId ?? token.userId;
  const note = { to: [chatId], webhookEventId: token.webhookEventId, messages: messages.length };
  if (!isReplyTokenOpen(token, moment.nowMs, state.settings.replyTokenLifeMs)) {
    return { response: refuse(400, 'Invalid reply token'), note };
  }
  state.replyTokens.set(replyToken, { ...token, used: true });
  const reached = audienceOf(call, token);
  countSent(state.tallies, 'reply', reached.length, moment.nowMs);
  return {
    response: ok({ sentMessages: sentMessages(messages, moment.entropy) }),
    effects: show(reached.length === 0 ? [] : [chatId], 'reply', requestId, messages),
    note: { ...note, reached: reached.length, ...(reached.join() === chatId ? {} : { shownTo: reached }) },
  };
}

/** Who sees the answer to an event: the person, or everybody heard in the group, whoever blocked the account. */
function audienceOf({ state, moment }: Call, { userId, chatId }: ReplyToken): readonly string[] {
  if (chatId !== undefined) return [...(state.groups.get(chatId) ?? [])];
  const user = state.users.get(userId);
  return user !== undefined && isReachable(user, moment.nowMs) ? [userId] : [];
}

/** A push to one person. One who blocked the account or is no friend gets nothing, and the answer is 200 all the same. */
export function push(call: Call): Handled {
  return withRetryKey(call, (accept) => {
    const body = readSending(call, PushBody);
    if (!body.ok) return { response: body.response };
    const { to, messages, customAggregationUnits } = body.value;
    const note = { to: [to], messages: messages.length };
    if (!call.state.users.has(to)) return { response: refuse(400, 'Failed to send messages'), note };
    if (isFlooded(call, to)) return { response: refuse(429, TOO_MUCH_TO_ONE), note };
    return accept({
      by: 'push',
      to: [to],
      messages,
      unit: customAggregationUnits?.[0],
      sent: sentMessages(messages, call.moment.entropy),
    });
  });
}

/** One message to up to 500 people. Ids nobody has are passed over. */
export function multicast(call: Call): Handled {
  return withRetryKey(call, (accept) => {
    const body = readSending(call, MulticastBody);
    if (!body.ok) return { response: body.response };
    const { to, messages, customAggregationUnits } = body.value;
    return accept({ by: 'multicast', to: [...new Set(to)], messages, unit: customAggregationUnits?.[0] });
  });
}

/** LINE says that a flood to one person gives 429, and not in which words. */
export const TOO_MUCH_TO_ONE = 'Too many messages have been sent to the same user.';

function isFlooded({ state, moment }: Call, userId: string): boolean {
  const { perPerson } = state.settings;
  if (perPerson === null) return false;
  const limit = { requests: perPerson.messages, perMs: perPerson.perMs };
  const { allowed, bucket } = takeToken(state.userBuckets.get(userId), limit, moment.nowMs);
  state.userBuckets.set(userId, bucket);
  return !allowed;
}

/** A request that is right in itself. */
interface Sending {
  readonly by: SentBy;
  readonly to: readonly string[];
  readonly messages: readonly LineMessage[];
  readonly unit: string | undefined;
  readonly sent?: readonly SentMessage[];
}
type Accept = (sending: Sending) => Handled;

/** The rules push and multicast share: the retry key around them, the monthly limit before anything is accepted. */
function withRetryKey(call: Call, attempt: (accept: Accept) => Handled): Handled {
  const { state, request, moment, requestId } = call;
  const key = request.headers[RETRY_HEADER];
  if (key === undefined) return attempt((sending) => deliver(call, sending));
  const note = { retryKey: key };
  if (!isRetryKey(key)) return { response: refuse(400, 'Invalid retry key'), note };
  const known = recallRetryKey(state.retryKeys, key, moment.nowMs);
  if (known?.accepted !== undefined) return { response: alreadyAccepted(known.accepted), note };
  const firstAtMs = known?.firstAtMs ?? moment.nowMs;
  if (known === undefined) remember(call, key, { firstAtMs });
  const handled = attempt((sending) => {
    const result = deliver(call, sending);
    const { sent } = sending;
    if (result.response.status === 200) {
      remember(call, key, {
        firstAtMs,
        accepted: { requestId, ...(sent === undefined ? {} : { sentMessages: sent }) },
      });
    }
    return result;
  });
  return { ...handled, note: { ...handled.note, ...note } };
}

function remember({ state }: Call, key: string, record: RetryKeyRecord): void {
  const id = retryKeyId(key);
  if (state.retryKeys.get(id)?.firstAtMs !== record.firstAtMs) state.retryKeys.delete(id);
  state.retryKeys.set(id, record);
}

function alreadyAccepted({ requestId, sentMessages: sent }: NonNullable<RetryKeyRecord['accepted']>) {
  const body = { message: 'The retry key is already accepted', ...(sent === undefined ? {} : { sentMessages: sent }) };
  return { status: 409, headers: { 'x-line-accepted-request-id': requestId }, body };
}

/** Counts people reached, not message objects; over the limit nobody gets anything. */
function deliver({ state, moment, requestId }: Call, { by, to, messages, unit, sent }: Sending): Handled {
  const note = { to, messages: messages.length };
  const reached = to.filter((userId) => {
    const user = state.users.get(userId);
    return user !== undefined && isReachable(user, moment.nowMs);
  });
  const used = usedThisMonth(state, moment.nowMs);
  const { quota } = state.settings;
  if (quota.type === 'limited' && reached.length > 0 && used + reached.length > quota.value) {
    return { response: refuse(429, 'You have reached your monthly limit.'), note };
  }
  if (reached.length > 0) state.settings = { ...state.settings, quotaUsed: used + reached.length };
  countSent(state.tallies, by, reached.length, moment.nowMs);
  if (unit !== undefined) countUnit(state.tallies, unit, moment.nowMs);
  return {
    response: ok(sent === undefined ? {} : { sentMessages: sent }),
    effects: show(reached, 'push', requestId, messages),
    note: { ...note, reached: reached.length, ...(reached.length < to.length ? { shownTo: reached } : {}) },
  };
}

const show = (
  to: readonly string[],
  via: ShowEffect['via'],
  requestId: string,
  messages: readonly LineMessage[],
): ShowEffect[] => to.map((chatId) => ({ type: 'show', chatId, via, requestId, messages }));

const QUOTABLE = new Set(['text', 'textV2', 'sticker', 'image', 'video', 'template', 'flex']);

const sentMessages = (messages: readonly LineMessage[], entropy: Call['moment']['entropy']): SentMessage[] =>
  messages.map(({ type }) => ({
    id: mintMessageId(entropy),
    ...(QUOTABLE.has(type) ? { quoteToken: mintQuoteToken(entropy) } : {}),
  }));
