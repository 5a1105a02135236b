import { createHmac } from 'node:crypto';
import type { WebhookEvent } from './event.ts';
import type { PlatformState } from './state.ts';

/** What a planted fault changes in a body. */
export type BodyTwist = 'standby' | 'no_source' | 'unknown_fields' | 'unknown_values' | 'unknown_event';

/** The body of one delivery. A redelivery differs in its flag alone: same event id, same token, same timestamp. */
export function webhookBody(
  state: PlatformState,
  events: readonly WebhookEvent[],
  isRedelivery: boolean,
  twist?: BodyTwist,
): string {
  const standby = twist === 'standby';
  const common = ({ type, timestamp, source, replyToken, webhookEventId }: WebhookEvent) => ({
    type,
    mode: standby ? 'standby' : 'active',
    timestamp,
    ...(source === undefined || twist === 'no_source' ? {} : { source }),
    ...(replyToken === undefined || standby ? {} : { replyToken }),
    webhookEventId,
    deliveryContext: { isRedelivery },
  });
  const bodies: object[] = events.map((event) => ({
    ...common(event),
    ...event.own,
    ...(twist === 'unknown_fields'
      ? { weather: { sky: ['clear', null, 3.5] }, ...withMore(event, { aura: 'violet' }) }
      : {}),
    ...(twist === 'unknown_values' ? withMore(event, { type: 'unheard_of' }) : {}),
  }));
  const strange = events.slice(0, 1).map((event) => ({
    ...common(event),
    type: 'teleport',
    replyToken: undefined,
    webhookEventId: event.webhookEventId.split('').reverse().join(''),
    teleport: { to: 'moon' },
  }));
  return JSON.stringify(
    { destination: state.channel.botUserId, events: twist === 'unknown_event' ? [...strange, ...bodies] : bodies },
    null,
    // Spaces may come as unannounced as properties.
    twist === 'unknown_fields' ? 2 : undefined,
  );
}

/** The property an event has of its own, with `more` in it. */
const withMore = ({ own, type }: WebhookEvent, more: object): object => ({
  [type]: { ...(own[type] as object | undefined), ...more },
});

/** `x-line-signature`: the channel secret is the key as text; its hex digits are not decoded. */
export const signatureOf = (secret: string, body: string | Uint8Array): string =>
  createHmac('sha256', secret).update(body).digest('base64');

/** The webhook leaves now: each (re)delivery starts the token's minute anew. */
export function openReplyToken(state: PlatformState, event: WebhookEvent, nowMs: number): void {
  if (event.replyToken === undefined) return;
  const token = state.replyTokens.get(event.replyToken);
  if (token !== undefined) state.replyTokens.set(event.replyToken, { ...token, deliveredAtMs: nowMs });
}
