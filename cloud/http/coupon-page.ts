import { randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { EpochMs } from '../../protocol/units.ts';
import { couponPage, noCouponPage } from '../core/coupon-page/page.ts';
import { type CouponOnPage, pageState } from '../core/coupon-page/view.ts';
import { languageOf, sendPage } from './page-answer.ts';

/** What coupon pages need of the service. */
export interface CouponPageApi {
  /** By the token of the page's address; `undefined` for one we did not make, and where the coupon was forgotten. */
  coupon(token: string): Promise<CouponOnPage | undefined>;
  /** A person has looked at it. */
  opened(token: string): Promise<void>;
  now(): EpochMs;
}

export const COUPON_PATH = '/c';

interface Asked {
  readonly Params: { readonly token: string };
}

/**
 * `/c/<token>`: a coupon for its owner's eyes. Looking at it is told by the page itself, by its script or, without one,
 * by a picture: whoever only fetches the address, as LINE does to show a preview in the chat, has not looked.
 */
export function couponPageRoutes(app: FastifyInstance, api: CouponPageApi): void {
  app.get<Asked>(`${COUPON_PATH}/:token`, async (request, reply) => {
    const { token } = request.params;
    const language = languageOf(request);
    const coupon = await api.coupon(token);
    if (coupon === undefined) return sendPage(reply, 404, noCouponPage(language));
    const nonce = randomBytes(16).toString('base64');
    return sendPage(reply, 200, couponPage({ coupon, token, language, nonce, now: api.now() }), { nonce });
  });

  app.get<Asked>(`${COUPON_PATH}/:token/state`, async (request, reply) => {
    const coupon = await api.coupon(request.params.token);
    reply.header('cache-control', 'no-store').type('text/plain; charset=utf-8');
    return coupon === undefined ? reply.status(404).send('') : pageState(coupon, api.now());
  });

  app.post<Asked>(`${COUPON_PATH}/:token/opened`, async (request, reply) => {
    if (!isMachine(request)) await api.opened(request.params.token);
    return reply.status(204).send();
  });

  app.get<Asked>(`${COUPON_PATH}/:token/opened.gif`, { exposeHeadRoute: false }, async (request, reply) => {
    if (!isMachine(request)) await api.opened(request.params.token);
    return reply.header('cache-control', 'no-store').type('image/gif').send(DOT);
  });
}

/** Previews and crawlers, by what they call themselves; LINE's own says `line-poker`. */
const MACHINES = /bot\b|crawl|spider|preview|poker|facebookexternalhit|slurp|curl|wget|python-|go-http/i;
const isMachine = (request: FastifyRequest): boolean => MACHINES.test(request.headers['user-agent'] ?? 'bot');

/** One transparent dot. */
const DOT = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');
