import { type Call, formOf, type Handled, ok } from './answer.ts';
import { mintAccessToken } from './mint.ts';
import { dropOldest, type PlatformState } from './state.ts';

/** Channel access tokens: the console's, stateless ones of a quarter of an hour, short-lived ones of thirty days. */

const STATELESS_SECONDS = 900;
const SHORT_LIVED_SECONDS = 30 * 86_400;
/** One more, and the oldest is revoked. */
export const SHORT_LIVED_LIMIT = 30;

/** Whether a request with this token is let in. */
export const isValidToken = (state: PlatformState, token: string, nowMs: number): boolean =>
  token === state.accessToken || endOf(state, token) > nowMs;

/** When an issued token ends; 0 for one nobody issued. */
const endOf = (state: PlatformState, token: string): number =>
  state.statelessTokens.get(token) ?? state.shortLivedTokens.get(token) ?? 0;

/** Any number of them, and none can be revoked. */
export const issueStateless = (call: Call): Handled =>
  issue(call, ({ state, moment }, token) => {
    state.statelessTokens.set(token, moment.nowMs + STATELESS_SECONDS * 1_000);
    return STATELESS_SECONDS;
  });

export const issueShortLived = (call: Call): Handled =>
  issue(call, ({ state, moment }, token) => {
    state.shortLivedTokens.set(token, moment.nowMs + SHORT_LIVED_SECONDS * 1_000);
    dropOldest(state.shortLivedTokens, SHORT_LIVED_LIMIT);
    return SHORT_LIVED_SECONDS;
  });

function issue(call: Call, keep: (call: Call, token: string) => number): Handled {
  const form = formOf(call.request);
  if (form.get('grant_type') !== 'client_credentials') {
    return refused('unsupported_grant_type', 'invalid grant_type');
  }
  const { channelId, secret } = call.state.channel;
  if (form.get('client_id') !== channelId || form.get('client_secret') !== secret) {
    return refused('invalid_client', 'invalid client_secret');
  }
  const token = mintAccessToken(call.moment.entropy);
  return { response: ok({ token_type: 'Bearer', access_token: token, expires_in: keep(call, token) }) };
}

/** Revokes a short-lived or the console's token; 200 for any text, as one that does not exist is as good as revoked. */
export function revoke({ state, request }: Call): Handled {
  const token = formOf(request).get('access_token');
  if (token === null || token === '') return refused('invalid_request', 'access_token is empty');
  state.shortLivedTokens.delete(token);
  if (token === state.accessToken) state.accessToken = undefined;
  return { response: ok({}) };
}

export function verify({ state, request, moment }: Call): Handled {
  const token = formOf(request).get('access_token') ?? '';
  const endsAtMs = token === state.accessToken ? Number.POSITIVE_INFINITY : endOf(state, token);
  if (!(endsAtMs > moment.nowMs)) return refused('invalid_request', 'access token expired');
  const seconds = Math.floor((endsAtMs - moment.nowMs) / 1_000);
  const expires_in = Number.isFinite(seconds) ? seconds : SHORT_LIVED_SECONDS;
  return { response: ok({ client_id: state.channel.channelId, expires_in, scope: 'P CM' }) };
}

/** The console's own token is gone, and every issued one with it: what a person does after a leak. */
export function revokeAll(state: PlatformState): void {
  state.accessToken = undefined;
  state.statelessTokens.clear();
  state.shortLivedTokens.clear();
}

const refused = (error: string, error_description: string): Handled => ({
  response: { status: 400, body: { error, error_description } },
});
