import { webhookTestTarget } from './account.ts';
import {
  type ApiNote,
  type ApiRequest,
  type ApiResponse,
  type Call,
  type Effect,
  type Handled,
  refuse,
} from './answer.ts';
import { SENDING } from './endpoint-name.ts';
import type { ApiFault, Away } from './faults.ts';
import { mintRequestId } from './mint.ts';
import { awayAt, strikeApi } from './misfortune.ts';
import { findRoute, type Route } from './routes.ts';
import { TOO_MUCH_TO_ONE } from './send.ts';
import { forgetExpired, type Moment, type PlatformState } from './state.ts';
import { NOT_YOURS } from './statistics.ts';
import { takeToken } from './token-bucket.ts';
import { isValidToken } from './tokens.ts';

/**
 * One call to the Messaging API: presence of LINE, route, token, rate limit, planted fault, endpoint, in this order.
 * The answer may also be silence, a cut, or wait for a webhook test the caller has to make.
 */
export interface ApiOutcome {
  readonly requestId: string;
  readonly endpoint: string;
  readonly answer:
    | { readonly kind: 'respond'; readonly response: ApiResponse; readonly delayMs?: number }
    | { readonly kind: 'hang' }
    | { readonly kind: 'cut' }
    | { readonly kind: 'test_webhook'; readonly url: string };
  /** Whether LINE took the message, whatever the caller was told. */
  readonly accepted: boolean;
  readonly effects: readonly Effect[];
  readonly note: ApiNote;
  readonly fault?: ApiFault['kind'] | 'away';
}

/** Plays one call. Changes `state`; never throws on anything a client may send. */
export function handleApi(state: PlatformState, request: ApiRequest, moment: Moment): ApiOutcome {
  forgetExpired(state, moment.nowMs);
  const requestId = mintRequestId(moment.entropy);
  const found = findRoute(request.method, request.path);
  const away = awayAt(state, moment.nowMs);
  if (away !== undefined) {
    const silent = answered(requestId, found?.route.name ?? 'unknown', unheard(request));
    return { ...silent, answer: AWAY[away.how], fault: 'away' };
  }
  if (found === undefined) return answered(requestId, 'unknown', { response: refuse(404, 'Not found') });
  const { route, pathId } = found;
  const barred = authorize(state, request, route, moment) ?? throttle(state, route, moment);
  if (barred !== undefined) return answered(requestId, route.name, { ...unheard(request), response: barred });

  const call: Call = { state, request, moment, requestId, pathId };
  if (route.handle === 'webhook_test') {
    const target = webhookTestTarget(call);
    if ('response' in target) return answered(requestId, route.name, target);
    return { ...answered(requestId, route.name, EMPTY), answer: { kind: 'test_webhook', url: target.url } };
  }
  return withFault(route, call, route.handle);
}

const EMPTY: Handled = { response: { status: 200, body: {} } };
const BROKEN = refuse(500, 'Internal Server Error');
const TOO_FAST = refuse(429, 'The API rate limit has been exceeded. Try again later.');
/** LINE documents this 429 for uploads of audiences, without its words. */
const TOO_CONCURRENT = refuse(429, 'Too many requests are being processed at the same time.');
const UNAUTHORIZED = refuse(
  401,
  'Authentication failed. Confirm that the access token in the authorization header is valid.',
);

const AWAY: Record<Away['how'], ApiOutcome['answer']> = {
  cut: { kind: 'cut' },
  timeout: { kind: 'hang' },
  error_500: { kind: 'respond', response: BROKEN },
};

/** What the judge notes about a call that never came to its endpoint. */
function unheard({ headers }: ApiRequest): Handled {
  const retryKey = headers['x-line-retry-key'];
  return { response: BROKEN, note: retryKey === undefined ? {} : { retryKey } };
}

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
  return token !== undefined && isValidToken(state, token, nowMs) ? undefined : UNAUTHORIZED;
}

function throttle(state: PlatformState, { name, limit }: Route, { nowMs }: Moment): ApiResponse | undefined {
  const { rateLimits, concurrency } = state.settings;
  const atOnce = concurrency[name];
  // The call itself is under way already.
  if (atOnce !== undefined && (state.inFlight.get(name) ?? 0) > atOnce) return TOO_CONCURRENT;
  const override = rateLimits[name];
  const rule = override === undefined ? limit : { requests: override, perMs: 1_000 };
  const { allowed, bucket } = takeToken(state.buckets.get(name), rule, nowMs);
  state.buckets.set(name, bucket);
  return allowed ? undefined : TOO_FAST;
}

function withFault(route: Route, call: Call, handle: (call: Call) => Handled): ApiOutcome {
  const { requestId, request } = call;
  const fault = strikeApi(call.state, route.name, SENDING.has(route.name), call.moment);
  if (fault === undefined) return answered(requestId, route.name, handle(call));
  const { kind } = fault;
  const before = (answer: ApiOutcome['answer']): ApiOutcome => ({
    ...answered(requestId, route.name, unheard(request)),
    answer,
    fault: kind,
  });
  const after = (answer?: ApiOutcome['answer']): ApiOutcome => {
    const outcome = answered(requestId, route.name, handle(call));
    return { ...outcome, answer: answer ?? outcome.answer, fault: kind };
  };
  const respond = (response: ApiResponse): ApiOutcome['answer'] => ({ kind: 'respond', response });
  switch (kind) {
    case 'error_500':
      return before(respond(BROKEN));
    case 'error_500_after':
      return after(respond(BROKEN));
    case 'timeout_before':
      return before({ kind: 'hang' });
    case 'timeout_after':
      return after({ kind: 'hang' });
    case 'cut_before':
      return before({ kind: 'cut' });
    case 'cut_after':
      return after({ kind: 'cut' });
    case 'slow': {
      const outcome = after();
      const { answer } = outcome;
      return answer.kind === 'respond'
        ? { ...outcome, answer: { ...answer, delayMs: fault.delayMs ?? SLOW_MS } }
        : outcome;
    }
    case 'rate_limited':
      return before(respond(TOO_FAST));
    case 'too_concurrent':
      return before(respond(TOO_CONCURRENT));
    case 'monthly_limit':
      return before(respond(refuse(429, 'You have reached your monthly limit.')));
    case 'user_flooded':
      return before(respond(refuse(429, TOO_MUCH_TO_ONE)));
    case 'unauthorized':
      return before(respond(UNAUTHORIZED));
    case 'forbidden':
      return before(respond(refuse(403, NOT_YOURS)));
  }
}

const SLOW_MS = 5_000;
