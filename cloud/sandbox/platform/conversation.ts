import { z } from 'zod';
import { type Call, type Handled, ok, refuse } from './answer.ts';
import { parseBody } from './body.ts';
import { shaped } from './messages/shaped.ts';
import { mintAccessToken } from './mint.ts';
import { isReachable, USER_ID } from './user.ts';

/** What an account may do in a chat without a message: dots that move, a read mark, a link to one's own login page. */

const LINK_TOKEN_MS = 10 * 60_000;

const Loading = shaped(
  'ShowLoadingAnimationRequest',
  z.looseObject({
    chatId: z.string().regex(USER_ID),
    loadingSeconds: z.int().min(5).max(60).multipleOf(5).optional(),
  }),
);
const MarkAsRead = shaped('MarkMessagesAsReadByTokenRequest', z.looseObject({ markAsReadToken: z.string().min(1) }));

/** Seen only by who has the chat open; 202 whatever comes of it. */
export function startLoading({ state, request, moment }: Call): Handled {
  const body = parseBody(request, Loading);
  if (!body.ok) return { response: body.response };
  const { chatId } = body.value;
  const user = state.users.get(chatId);
  const seen = user?.lineOpen === true && isReachable(user, moment.nowMs);
  return {
    response: { status: 202, body: {} },
    note: { to: [chatId] },
    effects: seen ? [{ type: 'sign', userId: chatId, sign: 'loading' }] : [],
  };
}

/** A token from a message event never ends, and may be used again. */
export function markAsRead({ state, request }: Call): Handled {
  const body = parseBody(request, MarkAsRead);
  if (!body.ok) return { response: body.response };
  const userId = state.readTokens.get(body.value.markAsReadToken);
  if (userId === undefined) return { response: refuse(400, 'Invalid mark as read token') };
  return { response: ok({}), note: { to: [userId] }, effects: [{ type: 'sign', userId, sign: 'read' }] };
}

/** Begins the linking of a friend with a member of the bot's own service. */
export function issueLinkToken({ state, pathId, moment }: Call): Handled {
  const user = state.users.get(pathId);
  if (user === undefined || !user.friend || user.blocked) return { response: refuse(404, 'Not found') };
  const linkToken = mintAccessToken(moment.entropy).slice(0, 43);
  state.linkTokens.set(linkToken, { userId: pathId, endsAtMs: moment.nowMs + LINK_TOKEN_MS });
  return { response: ok({ linkToken }) };
}
