import { createHmac } from 'node:crypto';
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
  | { readonly type: 'unsend'; readonly messageId: string }
  | { readonly type: 'accountLink'; readonly result: 'ok' | 'failed'; readonly nonce: string }
  | { readonly type: 'unfollow' };

/** One event as it stands in the webhook body, but for the flag that tells a redelivery. */
export interface WebhookEvent {
  readonly type: EventContent['type'];
  readonly userId: string;
  readonly webhookEventId: string;
  readonly timestamp: number;
  readonly replyToken?: string;
  /** The event's own property, e.g. `beacon`. */
  readonly own: Readonly<Record<string, unknown>>;
}

const READ_TOKENS_KEPT = 10_000;
const WITHOUT_REPLY: ReadonlySet<string> = new Set(['unfollow', 'unsend']);

/** Mints an event of `userId`: ids, time, and a reply token where LINE gives one. */
export function mintEvent(state: PlatformState, userId: string, content: EventContent, moment: Moment): WebhookEvent {
  const { nowMs, entropy } = moment;
  const webhookEventId = mintUlid(nowMs, entropy);
  const event = {
    type: content.type,
    userId,
    webhookEventId,
    timestamp: nowMs,
    own: ownFields(state, userId, content, moment),
  };
  if (WITHOUT_REPLY.has(content.type)) return event;
  if (content.type === 'accountLink' && content.result === 'failed') return event;
  const replyToken = mintReplyToken(entropy);
  state.replyTokens.set(replyToken, { userId, webhookEventId, eventAtMs: nowMs, used: false });
  return { ...event, replyToken };
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
    case 'unsend':
      return { unsend: { messageId: content.messageId } };
    case 'accountLink':
      return { link: { result: content.result, nonce: content.nonce } };
    case 'unfollow':
      return {};
  }
}

/** What a planted fault changes in a body. */
export type BodyTwist = 'standby' | 'unknown_fields' | 'unknown_event';

/** The body of one delivery. A redelivery differs in its flag alone: same event id, same token, same timestamp. */
export function webhookBody(
  state: PlatformState,
  events: readonly WebhookEvent[],
  isRedelivery: boolean,
  twist?: BodyTwist,
): string {
  const standby = twist === 'standby';
  const common = (event: WebhookEvent) => ({
    type: event.type,
    mode: standby ? 'standby' : 'active',
    timestamp: event.timestamp,
    // Who refused the link stays unnamed.
    ...(event.type === 'accountLink' && event.replyToken === undefined
      ? {}
      : { source: { type: 'user', userId: event.userId } }),
    ...(event.replyToken === undefined || standby ? {} : { replyToken: event.replyToken }),
    webhookEventId: event.webhookEventId,
    deliveryContext: { isRedelivery },
  });
  const bodies: object[] = events.map((event) => ({
    ...common(event),
    ...event.own,
    ...(twist === 'unknown_fields' ? { weather: { sky: ['clear', null, 3.5] }, [event.type]: withMore(event) } : {}),
  }));
  const strange = events.slice(0, 1).map((event) => ({
    ...common(event),
    type: 'teleport',
    replyToken: undefined,
    webhookEventId: event.webhookEventId.split('').reverse().join(''),
    teleport: { to: 'moon' },
  }));
  return JSON.stringify({
    destination: state.channel.botUserId,
    events: twist === 'unknown_event' ? [...strange, ...bodies] : bodies,
  });
}

const withMore = ({ own, type }: WebhookEvent): object => ({ ...(own[type] as object | undefined), aura: 'violet' });

/** `x-line-signature`: the channel secret is the key as text; its hex digits are not decoded. */
export const signatureOf = (secret: string, body: string | Uint8Array): string =>
  createHmac('sha256', secret).update(body).digest('base64');

/** The webhook leaves now: each (re)delivery starts the token's minute anew. */
export function openReplyToken(state: PlatformState, event: WebhookEvent, nowMs: number): void {
  if (event.replyToken === undefined) return;
  const token = state.replyTokens.get(event.replyToken);
  if (token !== undefined) state.replyTokens.set(event.replyToken, { ...token, deliveredAtMs: nowMs });
}
