import { createHmac } from 'node:crypto';
import { mintMessageId, mintQuoteToken, mintReplyToken, mintUlid } from './mint.ts';
import type { Moment, PlatformState } from './state.ts';

/** The part of an event that is its own; the common fields are added when it is minted. */
export type EventContent =
  | {
      readonly type: 'beacon';
      readonly beacon: { readonly hwid: string; readonly type: 'enter' | 'stay' | 'banner'; readonly dm?: string };
    }
  | { readonly type: 'message'; readonly text: string }
  | { readonly type: 'postback'; readonly data: string }
  | { readonly type: 'follow'; readonly isUnblocked: boolean }
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

/** Mints an event of `userId`: ids, time, and a reply token where LINE gives one (not for `unfollow`). */
export function mintEvent(state: PlatformState, userId: string, content: EventContent, moment: Moment): WebhookEvent {
  const { nowMs, entropy } = moment;
  const webhookEventId = mintUlid(nowMs, entropy);
  const event = { type: content.type, userId, webhookEventId, timestamp: nowMs, own: ownFields(content, moment) };
  if (content.type === 'unfollow') return event;
  const replyToken = mintReplyToken(entropy);
  state.replyTokens.set(replyToken, { userId, webhookEventId, eventAtMs: nowMs, used: false });
  return { ...event, replyToken };
}

function ownFields(content: EventContent, { entropy }: Moment): Readonly<Record<string, unknown>> {
  switch (content.type) {
    case 'beacon':
      return { beacon: content.beacon };
    case 'message': {
      const { text } = content;
      return {
        message: { type: 'text', id: mintMessageId(entropy), quoteToken: mintQuoteToken(entropy), text },
      };
    }
    case 'postback':
      return { postback: { data: content.data } };
    case 'follow':
      return { follow: { isUnblocked: content.isUnblocked } };
    case 'unfollow':
      return {};
  }
}

/** The body of one delivery. A redelivery differs in its flag alone: same event id, same token, same timestamp. */
export function webhookBody(state: PlatformState, events: readonly WebhookEvent[], isRedelivery: boolean): string {
  return JSON.stringify({
    destination: state.channel.botUserId,
    events: events.map((event) => ({
      type: event.type,
      mode: 'active',
      timestamp: event.timestamp,
      source: { type: 'user', userId: event.userId },
      ...(event.replyToken === undefined ? {} : { replyToken: event.replyToken }),
      webhookEventId: event.webhookEventId,
      deliveryContext: { isRedelivery },
      ...event.own,
    })),
  });
}

/** `x-line-signature`: the channel secret is the key as text; its hex digits are not decoded. */
export const signatureOf = (secret: string, body: string | Uint8Array): string =>
  createHmac('sha256', secret).update(body).digest('base64');

/** The webhook leaves now: each (re)delivery starts the token's minute anew. */
export function openReplyToken(state: PlatformState, event: WebhookEvent, nowMs: number): void {
  if (event.replyToken === undefined) return;
  const token = state.replyTokens.get(event.replyToken);
  if (token !== undefined) state.replyTokens.set(event.replyToken, { ...token, deliveredAtMs: nowMs });
}
