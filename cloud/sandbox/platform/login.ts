import { type Call, formOf, type Handled, ok } from './answer.ts';
import { mintAccessToken } from './mint.ts';
import { dropOldest, type Moment, type PlatformState } from './state.ts';

/** LINE Login as far as a LIFF page needs it: id tokens for whoever looks at the page, and their verification. */

const ID_TOKEN_SECONDS = 3_600;
const ID_TOKENS_KEPT = 10_000;
const ISSUER = 'https://access.line.me';

/** What LINE's browser gives a page of the LIFF app `clientId`-… that `userId` looks at. */
export function issueIdToken(state: PlatformState, userId: string, clientId: string, moment: Moment): string {
  const token = mintAccessToken(moment.entropy);
  state.idTokens.set(token, { userId, clientId, endsAtMs: moment.nowMs + ID_TOKEN_SECONDS * 1_000 });
  dropOldest(state.idTokens, ID_TOKENS_KEPT);
  return token;
}

/** `POST /oauth2/v2.1/verify` with a form of `id_token` and `client_id`. */
export function verifyIdToken({ state, request, moment }: Call): Handled {
  const form = formOf(request);
  const token = form.get('id_token');
  const clientId = form.get('client_id');
  if (token === null || clientId === null) return refused('Invalid request');
  const known = state.idTokens.get(token);
  if (known === undefined) return refused('Invalid IdToken.');
  if (known.clientId !== clientId) return refused('Invalid IdToken Audience.');
  if (known.endsAtMs <= moment.nowMs) return refused('IdToken expired.');
  const exp = Math.floor(known.endsAtMs / 1_000);
  return { response: ok({ iss: ISSUER, sub: known.userId, aud: clientId, exp, iat: exp - ID_TOKEN_SECONDS }) };
}

const refused = (error_description: string): Handled => ({
  response: { status: 400, body: { error: 'invalid_request', error_description } },
});
