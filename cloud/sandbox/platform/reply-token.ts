/**
 * One reply token, from its event to its use.
 *
 *   minted --webhook sent--> open --one minute--> expired --redelivered--> open …
 *                             |                                 (never later than 20 minutes after the event)
 *                             +--reply accepted--> used
 *
 * Invariants: used is final; a token whose webhook was never sent is unknown to the world and opens nothing.
 */
export interface ReplyToken {
  readonly userId: string;
  /** The group or room the answer goes to; absent: the person's own chat. */
  readonly chatId?: string;
  readonly webhookEventId: string;
  readonly eventAtMs: number;
  readonly deliveredAtMs?: number;
  readonly used: boolean;
}

/** A redelivered webhook gives its token another minute, but none past this age of the event. */
export const REPLY_TOKEN_MAX_AGE_MS = 20 * 60_000;

/** Whether a reply with this token is accepted at `nowMs`; `lifeMs` is LINE's one minute, shorter in quick tests. */
export function isReplyTokenOpen(token: ReplyToken, nowMs: number, lifeMs: number): boolean {
  if (token.used || token.deliveredAtMs === undefined) return false;
  return nowMs - token.deliveredAtMs <= lifeMs && nowMs - token.eventAtMs <= REPLY_TOKEN_MAX_AGE_MS;
}

/** Whether nothing can ever open the token again, so that its row may go. */
export const isReplyTokenDead = (token: ReplyToken, nowMs: number): boolean =>
  nowMs - token.eventAtMs > REPLY_TOKEN_MAX_AGE_MS;
