import { mintMessageId, mintQuoteToken, mintReplyToken, mintUlid } from './mint.ts';
import { dropOldest, type Moment, type PlatformState } from './state.ts';

/** The part of an event that is its own; the common fields are added when it is minted. */
export type EventContent =
  | {
      readonly type: 'beacon';
      readonly beacon: { readonly hwid: string; readonly type: 'enter' | 'stay' | 'banner'; readonly dm?: string };
    }
  | { readonly type: 'message'; readonly text: string }
  | { readonly type: 'postback'; readonly data: string }
  | { readonly type: 'follow'; readonly isUnblocked: boolean }
  | { readonly type: 'accountLink'; readonly result: 'ok' | 'failed'; readonly nonce: string }
  | { readonly type: 'unfollow' }
  /** Any other one, with the properties it has of its own. */
  | { readonly type: 'other'; readonly named: string; readonly own: Readonly<Record<string, unknown>> };

/** Who did it and where, as far as LINE tells the bot. */
export type EventSource =
  | { readonly type: 'user'; readonly userId?: string }
  | { readonly type: 'group'; readonly groupId: string; readonly userId?: string }
  | { readonly type: 'room'; readonly roomId: string; readonly userId?: string };

/** One event as it stands in the webhook body, but for the flag that tells a redelivery. */
export interface WebhookEvent {
  readonly type: string;
  /** Who did it, whatever the bot is told; for the judge. */
  readonly userId: string;
  /** The group or room it happened in. */
  readonly chatId?: string;
  readonly source?: EventSource;
  readonly webhookEventId: string;
  readonly timestamp: number;
  readonly replyToken?: string;
  /** The event's own property, e.g. `beacon`. */
  readonly own: Readonly<Record<string, unknown>>;
}

/** Groups begin with C, rooms with R. */
export const GROUP_OR_ROOM_ID = /^[CR][0-9a-f]{32}$/;

const READ_TOKENS_KEPT = 10_000;
const GROUPS_KEPT = 10_000;
/** What nobody can answer; of everything else the document says or lets expect a token. */
const WITHOUT_REPLY: ReadonlySet<string> = new Set([
  ...['unfollow', 'unsend', 'delivery', 'leave', 'memberLeft'],
  ...['module', 'activated', 'deactivated', 'botSuspended', 'botResumed'],
]);

/** Mints an event of `userId`, in `chatId` where it is a group or a room: ids, time, a reply token where LINE gives one. */
export function mintEvent(
  state: PlatformState,
  userId: string,
  content: EventContent,
  moment: Moment,
  chatId?: string,
): WebhookEvent {
  const { nowMs, entropy } = moment;
  const webhookEventId = mintUlid(nowMs, entropy);
  const type = content.type === 'other' ? content.named : content.type;
  const where = chatId === undefined ? {} : { chatId };
  // Who refused a link stays unnamed.
  const refused = content.type === 'accountLink' && content.result === 'failed';
  const event = {
    type,
    userId,
    ...where,
    ...(refused ? {} : { source: sourceOf(state, userId, chatId) }),
    webhookEventId,
    timestamp: nowMs,
    own: ownFields(state, userId, content, moment),
  };
  if (chatId !== undefined) rememberIn(state, chatId, userId);
  if (refused || WITHOUT_REPLY.has(type)) return event;
  const replyToken = mintReplyToken(entropy);
  state.replyTokens.set(replyToken, { userId, ...where, webhookEventId, eventAtMs: nowMs, used: false });
  return { ...event, replyToken };
}

/** The id of who never let accounts see the profile is left out. */
function sourceOf({ users }: PlatformState, userId: string, chatId: string | undefined): EventSource {
  const who = users.get(userId)?.profileConsent === false ? {} : { userId };
  if (chatId === undefined) return { type: 'user', ...who };
  return chatId.startsWith('C') ? { type: 'group', groupId: chatId, ...who } : { type: 'room', roomId: chatId, ...who };
}

function rememberIn({ groups }: PlatformState, chatId: string, userId: string): void {
  groups.set(chatId, (groups.get(chatId) ?? new Set()).add(userId));
  dropOldest(groups, GROUPS_KEPT);
}

function ownFields(
  state: PlatformState,
  userId: string,
  content: EventContent,
  { entropy }: Moment,
): Readonly<Record<string, unknown>> {
  switch (content.type) {
    case 'beacon':
      return { beacon: content.beacon };
    case 'message': {
      const { text } = content;
      const quoteToken = mintQuoteToken(entropy);
      const markAsReadToken = mintQuoteToken(entropy);
      state.readTokens.set(markAsReadToken, userId);
      dropOldest(state.readTokens, READ_TOKENS_KEPT);
      return { message: { type: 'text', id: mintMessageId(entropy), quoteToken, markAsReadToken, text } };
    }
    case 'postback':
      return { postback: { data: content.data } };
    case 'follow':
      return { follow: { isUnblocked: content.isUnblocked } };
    case 'accountLink':
      return { link: { result: content.result, nonce: content.nonce } };
    case 'unfollow':
      return {};
    case 'other':
      return content.own;
  }
}
