import { webhookTestTarget } from './account.ts';
import {
  type ApiNote,
  type ApiRequest,
  type ApiResponse,
  type Call,
  type Handled,
  refuse,
  type ShowEffect,
} from './answer.ts';
import { type ApiFault, strike } from './faults.ts';
import { mintRequestId } from './mint.ts';
import { findRoute, type Route } from './routes.ts';
import { forgetExpired, type Moment, type PlatformState } from './state.ts';
import { takeToken } from './token-bucket.ts';

/**
 * One call to the Messaging API: route, token, rate limit, planted fault, endpoint, in this order.
 * The answer may also be silence, or wait for a webhook test the caller has to make.
 */
export interface ApiOutcome {
  readonly requestId: string;
  readonly endpoint: string;
  readonly answer:
    | { readonly kind: 'respond'; readonly response: ApiResponse }
    | { readonly kind: 'hang' }
    | { readonly kind: 'test_webhook'; readonly url: string };
  /** Whether LINE took the message, whatever the caller was told. */
  readonly accepted: boolean;
  readonly effects: readonly ShowEffect[];
  readonly note: ApiNote;
  readonly fault?: ApiFault['kind'];
}

/** Plays one call. Changes `state`; never throws on anything a client may send. */
export function handleApi(state: PlatformState, request: ApiRequest, moment: Moment): ApiOutcome {
  forgetExpired(state, moment.nowMs);
  const requestId = mintRequestId(moment.entropy);
  const found = findRoute(request.method, request.path);
  if (found === undefined) return answered(requestId, 'unknown', { response: refuse(404, 'Not found') });
  const { route, pathId } = found;
  const barred = authorize(state, request, route, moment) ?? throttle(state, route, moment);
  if (barred !== undefined) return answered(requestId, route.name, { response: barred });

  const call: Call = { state, request, moment, requestId, pathId };
  if (route.handle === 'webhook_test') {
    const target = webhookTestTarget(call);
    if ('response' in target) return answered(requestId, route.name, target);
    return { ...answered(requestId, route.name, EMPTY), answer: { kind: 'test_webhook', url: target.url } };
  }
  return withFault(route, call, route.handle);
}

const EMPTY: Handled = { response: { status: 200, body: {} } };
const SENDING = new Set(['reply', 'push', 'multicast']);

const answered = (requestId: string, endpoint: string, handled: Handled): ApiOutcome => ({
  requestId,
  endpoint,
  answer: { kind: 'respond', response: handled.response },
  accepted: SENDING.has(endpoint) && handled.response.status === 200,
  effects: handled.effects ?? [],
  note: handled.note ?? {},
});

function authorize(
  state: PlatformState,
  request: ApiRequest,
  route: Route,
  { nowMs }: Moment,
): ApiResponse | undefined {
  if (route.open) return undefined;
  const token = /^Bearer (\S+)$/.exec(request.headers['authorization'] ?? '')?.[1];
  if (token === state.channel.accessToken) return undefined;
  if (token !== undefined && (state.statelessTokens.get(token) ?? 0) > nowMs) return undefined;
  const hint = 'Confirm that the access token in the authorization header is valid.';
  return refuse(401, `Authentication failed. ${hint}`);
}

function throttle(state: PlatformState, { name, limit }: Route, { nowMs }: Moment): ApiResponse | undefined {
  const override =
    name === 'reply' || name === 'push' || name === 'multicast' ? state.settings.rateLimits[name] : undefined;
  const rule = override === undefined ? limit : { requests: override, perMs: 1_000 };
  const { allowed, bucket } = takeToken(state.buckets.get(name), rule, nowMs);
  state.buckets.set(name, bucket);
  return allowed ? undefined : refuse(429, 'The API rate limit has been exceeded. Try again later.');
}

function withFault(route: Route, call: Call, handle: (call: Call) => Handled): ApiOutcome {
  const { state, moment, requestId } = call;
  const fault = SENDING.has(route.name) ? strikeApi(state, route.name, moment) : undefined;
  const retryKey = call.request.headers['x-line-retry-key'];
  const unheard: Handled = {
    response: refuse(500, 'Internal Server Error'),
    note: retryKey === undefined ? {} : { retryKey },
  };
  switch (fault) {
    case undefined:
      return answered(requestId, route.name, handle(call));
    case 'error_500':
      return { ...answered(requestId, route.name, unheard), fault };
    case 'timeout_before':
      return { ...answered(requestId, route.name, unheard), answer: { kind: 'hang' }, fault };
    case 'error_500_after':
      return {
        ...answered(requestId, route.name, handle(call)),
        answer: { kind: 'respond', response: unheard.response },
        fault,
      };
    case 'timeout_after':
      return { ...answered(requestId, route.name, handle(call)), answer: { kind: 'hang' }, fault };
  }
}

function strikeApi(state: PlatformState, endpoint: string, { entropy }: Moment): ApiFault['kind'] | undefined {
  if (state.faults.api.length === 0) return undefined;
  const matches = (fault: ApiFault) => fault.endpoint === undefined || fault.endpoint === endpoint;
  const { struck, left } = strike(state.faults.api, matches, roll(entropy));
  state.faults = { ...state.faults, api: left };
  return struck?.kind;
}

/** A number in 0…1, 1 excluded. */
export const roll = (entropy: Moment['entropy']): number => Buffer.from(entropy(4)).readUInt32BE() / 2 ** 32;
