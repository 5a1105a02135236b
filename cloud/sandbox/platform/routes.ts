import * as account from './account.ts';
import type { Call, Handled } from './answer.ts';
import * as conversation from './conversation.ts';
import type { EndpointName } from './endpoint-name.ts';
import * as login from './login.ts';
import { multicast, push, reply } from './send.ts';
import * as statistics from './statistics.ts';
import type { RateLimit } from './token-bucket.ts';
import * as tokens from './tokens.ts';

/** The table of endpoints this platform has: path, handler, and the rate LINE documents for it. */
export interface Route {
  readonly name: EndpointName;
  readonly method: string;
  /** `:id` stands for one path segment. */
  readonly path: string;
  readonly limit: RateLimit;
  readonly handle: ((call: Call) => Handled) | 'webhook_test';
  /** The token endpoints authenticate by their form. */
  readonly open?: true;
}

const perSecond = (requests: number): RateLimit => ({ requests, perMs: 1_000 });
const perMinute = (requests: number): RateLimit => ({ requests, perMs: 60_000 });
const perHour = (requests: number): RateLimit => ({ requests, perMs: 3_600_000 });
const USUAL = perSecond(2_000);
const HOURLY = perHour(60);
const ADDRESS = perMinute(1_000);

const MESSAGE = '/v2/bot/message';
const WEBHOOK = '/v2/bot/channel/webhook';

type Handle = Route['handle'];
const get = (name: EndpointName, path: string, handle: Handle, limit = USUAL): Route => ({
  name,
  method: 'GET',
  path,
  limit,
  handle,
});
const post = (name: EndpointName, path: string, handle: Handle, limit = USUAL): Route => ({
  ...get(name, path, handle, limit),
  method: 'POST',
});
const open = (route: Route): Route => ({ ...route, open: true });

export const ROUTES: readonly Route[] = [
  post('reply', `${MESSAGE}/reply`, reply),
  post('push', `${MESSAGE}/push`, push),
  post('multicast', `${MESSAGE}/multicast`, multicast, perSecond(200)),
  post('validate_reply', `${MESSAGE}/validate/reply`, account.validate),
  post('validate_push', `${MESSAGE}/validate/push`, account.validate),
  post('validate_multicast', `${MESSAGE}/validate/multicast`, account.validate),
  get('quota', `${MESSAGE}/quota`, account.quota),
  get('quota_consumption', `${MESSAGE}/quota/consumption`, account.quotaConsumption),
  get('sent_reply', `${MESSAGE}/delivery/reply`, statistics.sentBy('reply')),
  get('sent_push', `${MESSAGE}/delivery/push`, statistics.sentBy('push')),
  get('sent_multicast', `${MESSAGE}/delivery/multicast`, statistics.sentBy('multicast')),
  get('sent_broadcast', `${MESSAGE}/delivery/broadcast`, statistics.sentBy('broadcast')),
  get('aggregation_info', `${MESSAGE}/aggregation/info`, statistics.aggregationInfo),
  get('aggregation_list', `${MESSAGE}/aggregation/list`, statistics.aggregationList),
  get('insight_followers', '/v2/bot/insight/followers', statistics.insightFollowers, HOURLY),
  get('followers', '/v2/bot/followers/ids', statistics.followers),
  get('profile', '/v2/bot/profile/:id', account.profile),
  get('bot_info', '/v2/bot/info', account.botInfo),
  post('link_token', '/v2/bot/user/:id/linkToken', conversation.issueLinkToken),
  post('loading', '/v2/bot/chat/loading/start', conversation.startLoading, perSecond(100)),
  post('mark_as_read', '/v2/bot/chat/markAsRead', conversation.markAsRead),
  get('webhook_endpoint', `${WEBHOOK}/endpoint`, account.getWebhookEndpoint, ADDRESS),
  {
    ...get('webhook_endpoint_set', `${WEBHOOK}/endpoint`, account.putWebhookEndpoint, ADDRESS),
    method: 'PUT',
  },
  post('webhook_test', `${WEBHOOK}/test`, 'webhook_test', HOURLY),
  open(post('token', '/oauth2/v3/token', tokens.issueStateless)),
  open(post('token_short', '/v2/oauth/accessToken', tokens.issueShortLived, perSecond(370))),
  open(post('token_verify', '/v2/oauth/verify', tokens.verify)),
  open(post('token_revoke', '/v2/oauth/revoke', tokens.revoke)),
  open(post('verify_id_token', '/oauth2/v2.1/verify', login.verifyIdToken)),
];

const FIXED = new Map(ROUTES.filter(({ path }) => !path.includes(':id')).map((it) => [`${it.method} ${it.path}`, it]));
const WITH_ID = ROUTES.filter(({ path }) => path.includes(':id')).map((route) => {
  const [before = '', after = ''] = route.path.split(':id');
  return { route, before, after };
});

/** The route of a request with what stands in place of `:id`. */
export function findRoute(
  method: string,
  path: string,
): { readonly route: Route; readonly pathId: string } | undefined {
  const fixed = FIXED.get(`${method} ${path}`);
  if (fixed !== undefined) return { route: fixed, pathId: '' };
  for (const { route, before, after } of WITH_ID) {
    if (route.method !== method || !path.startsWith(before) || !path.endsWith(after)) continue;
    const pathId = path.slice(before.length, path.length - after.length);
    if (pathId !== '' && !pathId.includes('/')) return { route, pathId };
  }
  return undefined;
}
