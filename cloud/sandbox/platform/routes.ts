import * as account from './account.ts';
import type { Call, Handled } from './answer.ts';
import * as login from './login.ts';
import { multicast, push, reply } from './send.ts';
import type { RateLimit } from './token-bucket.ts';

/** The table of endpoints this platform has: path, handler, and the rate LINE documents for it. */
export interface Route {
  readonly name: string;
  readonly method: string;
  /** `:id` stands for one path segment. */
  readonly path: string;
  readonly limit: RateLimit;
  readonly handle: ((call: Call) => Handled) | 'webhook_test';
  /** The token endpoint authenticates by its form. */
  readonly open?: true;
}

const perSecond = (requests: number): RateLimit => ({ requests, perMs: 1_000 });
const perMinute = (requests: number): RateLimit => ({ requests, perMs: 60_000 });
const perHour = (requests: number): RateLimit => ({ requests, perMs: 3_600_000 });
const USUAL = perSecond(2_000);

const MESSAGE = '/v2/bot/message';
const WEBHOOK = '/v2/bot/channel/webhook';

export const ROUTES: readonly Route[] = [
  { name: 'reply', method: 'POST', path: `${MESSAGE}/reply`, limit: USUAL, handle: reply },
  { name: 'push', method: 'POST', path: `${MESSAGE}/push`, limit: USUAL, handle: push },
  { name: 'multicast', method: 'POST', path: `${MESSAGE}/multicast`, limit: perSecond(200), handle: multicast },
  { name: 'validate_reply', method: 'POST', path: `${MESSAGE}/validate/reply`, limit: USUAL, handle: account.validate },
  { name: 'validate_push', method: 'POST', path: `${MESSAGE}/validate/push`, limit: USUAL, handle: account.validate },
  { name: 'quota', method: 'GET', path: `${MESSAGE}/quota`, limit: USUAL, handle: account.quota },
  {
    name: 'quota_consumption',
    method: 'GET',
    path: `${MESSAGE}/quota/consumption`,
    limit: USUAL,
    handle: account.quotaConsumption,
  },
  { name: 'profile', method: 'GET', path: '/v2/bot/profile/:id', limit: USUAL, handle: account.profile },
  { name: 'bot_info', method: 'GET', path: '/v2/bot/info', limit: USUAL, handle: account.botInfo },
  {
    name: 'webhook_endpoint',
    method: 'GET',
    path: `${WEBHOOK}/endpoint`,
    limit: perMinute(1_000),
    handle: account.getWebhookEndpoint,
  },
  {
    name: 'webhook_endpoint_set',
    method: 'PUT',
    path: `${WEBHOOK}/endpoint`,
    limit: perMinute(1_000),
    handle: account.putWebhookEndpoint,
  },
  { name: 'webhook_test', method: 'POST', path: `${WEBHOOK}/test`, limit: perHour(60), handle: 'webhook_test' },
  {
    name: 'verify_id_token',
    method: 'POST',
    path: '/oauth2/v2.1/verify',
    limit: USUAL,
    handle: login.verifyIdToken,
    open: true,
  },
  { name: 'token', method: 'POST', path: '/oauth2/v3/token', limit: USUAL, handle: account.issueToken, open: true },
];

/** The route of a request with what stands in place of `:id`. */
export function findRoute(
  method: string,
  path: string,
): { readonly route: Route; readonly pathId: string } | undefined {
  for (const route of ROUTES) {
    if (route.method !== method) continue;
    if (route.path === path) return { route, pathId: '' };
    if (!route.path.endsWith('/:id')) continue;
    const stem = route.path.slice(0, -':id'.length);
    const rest = path.startsWith(stem) ? path.slice(stem.length) : '';
    if (rest !== '' && !rest.includes('/')) return { route, pathId: rest };
  }
  return undefined;
}
