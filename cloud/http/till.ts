import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Access, Role } from '../core/access.ts';
import { Problem } from '../core/problem.ts';
import { refused, type TillAnswer } from '../core/till/answer.ts';
import type { TillAsk, TillRequest } from '../core/till/request.ts';
import { refusalView } from '../core/till/view.ts';
import { type TillLanguage, tillLanguage } from '../core/till/words.ts';
import {
  CheckAnswer,
  LockAnswer,
  RedeemAnswer,
  RedemptionsAnswer,
  RefundAnswer,
  RollbackAnswer,
  SaleAnswer,
  SalesAnswer,
  UnlockAnswer,
} from './answers/till.ts';
import { CODE_REFUSALS, COUPON_REFUSALS, statusOf, tillRefusals } from './answers/till-refusals.ts';
import { createRates } from './rates.ts';
import { IdParams, route } from './route.ts';
import {
  CheckBody,
  IdempotencyKey,
  LockBody,
  RedeemBody,
  RedemptionsQuery,
  RefundBody,
  RollbackBody,
  SaleBody,
  SalesBody,
  UnlockBody,
} from './till-fields.ts';

/** What tills ask of the service. Each call may throw {@link Problem}. */
export interface TillApi {
  ask(request: TillRequest): Promise<{ readonly answer: TillAnswer; readonly timeZone: string }>;
  list(
    asker: Pick<TillRequest, 'tokenId' | 'tokenName' | 'channelId' | 'language'>,
    query: {
      readonly since?: number | undefined;
      readonly until?: number | undefined;
      readonly limit: number;
      readonly before?: string | undefined;
    },
  ): Promise<unknown>;
  /** Requests a token may make a second, over time. */
  readonly perSecond: number;
}

const TILLS: readonly Role[] = ['till', 'admin'];

/** `/v1`: coupons at the till and in the web shop, and what was sold there. */
export function tillRoutes(app: FastifyInstance, api: TillApi): void {
  const rates = createRates(api.perSecond, () => performance.now());

  const askerOf = (access: Access, reply: FastifyReply, channel: string | undefined) => ({
    tokenId: access.tokenId,
    tokenName: access.name,
    channelId: channelOf(access, channel),
    language: languageOf(reply),
  });
  const answer = async (
    { access, reply }: { readonly access: Access; readonly reply: FastifyReply },
    channel: string | undefined,
    ask: TillAsk,
  ): Promise<unknown> => {
    const asker = askerOf(access, reply, channel);
    const retryAfterSeconds = rates.take(access.tokenId);
    if (retryAfterSeconds > 0)
      return send(reply, refused({ code: 'too_many_requests', retryAfterSeconds }), asker.language, 'UTC');
    const key = ask.type === 'check' ? '' : keyOf(reply);
    const { answer: given, timeZone } = await api.ask({ ...asker, ask, key, text: JSON.stringify(ask) });
    return send(reply, given, asker.language, timeZone);
  };
  const till = { method: 'POST' as const, roles: TILLS, keyed: true as const };

  route(app, {
    ...{ method: 'POST', roles: TILLS, url: '/coupons/check', body: CheckBody },
    ...{ answer: CheckAnswer, refuses: tillRefusals(CODE_REFUSALS, false) },
    summary: 'What a coupon is worth here and now; changes nothing.',
    handle: ({ body: { channel, ...asked }, ...request }) => answer(request, channel, { type: 'check', ...asked }),
  });
  route(app, {
    ...{ ...till, url: '/coupons/lock', body: LockBody },
    ...{ answer: LockAnswer, refuses: tillRefusals([...CODE_REFUSALS, ...COUPON_REFUSALS]) },
    summary: 'Holds a coupon for this till, for two minutes.',
    handle: ({ body: { channel, code }, ...request }) => answer(request, channel, { type: 'lock', code }),
  });
  route(app, {
    ...{ ...till, url: '/coupons/unlock', body: UnlockBody },
    ...{ answer: UnlockAnswer, refuses: tillRefusals(['too_many_requests']) },
    summary: 'Lets a coupon go that this till holds.',
    handle: ({ body: { channel, lock }, ...request }) => answer(request, channel, { type: 'unlock', lock }),
  });
  route(app, {
    ...{ ...till, url: '/redemptions', body: RedeemBody, status: 201, answer: RedeemAnswer },
    refuses: tillRefusals([...CODE_REFUSALS, ...COUPON_REFUSALS, 'lock_lost', 'bad_phone', 'bad_card']),
    summary: 'Redeems a coupon, once, whoever asks at the same time.',
    handle: ({ body: { channel, ...redeem }, ...request }) => answer(request, channel, { type: 'redeem', redeem }),
  });
  route(app, {
    ...{ method: 'GET', roles: TILLS, url: '/redemptions', query: RedemptionsQuery },
    ...{ answer: RedemptionsAnswer, refuses: tillRefusals([], false) },
    summary: 'What was redeemed here, the newest first; of today where nothing else is said.',
    handle: ({ query: { channel, ...query }, access, reply }) => api.list(askerOf(access, reply, channel), query),
  });
  route(app, {
    ...{
      ...till,
      url: '/redemptions/:id/rollback',
      params: IdParams,
      body: RollbackBody,
      status: 201,
      answer: RollbackAnswer,
    },
    refuses: tillRefusals(['unknown_redemption', 'already_rolled_back', 'too_late_to_undo', 'too_many_requests']),
    summary: 'Takes a redemption of this channel back; the coupon is good again.',
    handle: ({ params, body: { channel, ...asked }, ...request }) =>
      answer(request, channel, { type: 'rollback', rollback: { redemption: params.id, ...asked } }),
  });
  route(app, {
    ...{ ...till, url: '/sales', body: z.union([SaleBody, SalesBody]), status: 201 },
    ...{ answer: SaleAnswer, also: { 200: SalesAnswer } },
    refuses: tillRefusals([...CODE_REFUSALS, 'bad_phone', 'bad_card', 'transaction_differs']),
    summary: 'Records a sale once for its number, or up to 500 of an import.',
    handle: ({ body: { channel, ...asked }, ...request }) =>
      answer(request, channel, 'sales' in asked ? { type: 'sales', ...asked } : { type: 'sale', sale: asked }),
  });
  route(app, {
    ...{ ...till, url: '/sales/:id/refund', params: IdParams, body: RefundBody, status: 201, answer: RefundAnswer },
    refuses: tillRefusals(['unknown_sale', 'nothing_left_to_refund', 'more_than_left', 'too_many_requests']),
    summary: 'Gives money back for a sale, named by its number; never more than it was.',
    handle: ({ params, body: { channel, ...asked }, ...request }) =>
      answer(request, channel, { type: 'refund', refund: { transaction: params.id, ...asked } }),
  });
}

/** A till's token knows its channel; an admin says for which one it acts. */
function channelOf({ channel, name }: Access, asked: string | undefined): string {
  if (channel !== undefined && asked !== undefined && asked !== channel.id) {
    throw new Problem('not_allowed', 'not_your_channel', `the token "${name}" belongs to "${channel.id}"`, {
      where: 'channel',
      remedy: 'leave the channel out, or use a token of that one',
    });
  }
  const id = channel?.id ?? asked;
  if (id !== undefined) return id;
  throw new Problem('invalid', 'channel_missing', 'this token belongs to no store or web shop', {
    where: 'channel',
    remedy: 'say for which one you act: "channel": "<its id>"',
  });
}

const languageOf = (reply: FastifyReply): TillLanguage => tillLanguage(reply.request.headers['accept-language']);

function keyOf(reply: FastifyReply): string {
  const key = IdempotencyKey.safeParse(reply.request.headers['idempotency-key']);
  if (key.success) return key.data;
  throw new Problem('invalid', 'idempotency_key_missing', 'what changes something needs the header Idempotency-Key', {
    where: 'Idempotency-Key',
    remedy: 'send a new UUID with every press of the button, and the same one when repeating after a lost answer',
  });
}

function send(reply: FastifyReply, answer: TillAnswer, language: TillLanguage, timeZone: string): unknown {
  if (answer.kind === 'done') {
    if (answer.replayed === true) reply.header('idempotency-replayed', 'true');
    reply.status(answer.status);
    return answer.body;
  }
  const { refusal } = answer;
  if ('retryAfterSeconds' in refusal) reply.header('retry-after', String(refusal.retryAfterSeconds));
  reply.status(statusOf(refusal.code));
  return { error: refusalView(refusal, language, timeZone) };
}
