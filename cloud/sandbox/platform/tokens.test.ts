import { expect, it } from 'vitest';
import { CHANNEL, makeRig, type Rig, told } from './platform.fixture.ts';
import { revokeAll, SHORT_LIVED_LIMIT } from './tokens.ts';

const FORM = { 'content-type': 'application/x-www-form-urlencoded', authorization: undefined };
const ASK = `grant_type=client_credentials&client_id=${CHANNEL.channelId}&client_secret=${CHANNEL.secret}`;

function issue(rig: Rig, path: string, form = ASK): { readonly access_token: string; readonly expires_in: number } {
  const answer = told(rig.call('POST', path, form, FORM));
  if (answer === 'hang' || answer.status !== 200) throw new Error(JSON.stringify(answer));
  return answer.body as { access_token: string; expires_in: number };
}
const statusWith = (rig: Rig, token: string) =>
  (told(rig.call('GET', '/v2/bot/info', undefined, { authorization: `Bearer ${token}` })) as { status: number }).status;

it.each([
  ['/oauth2/v3/token', 900],
  ['/v2/oauth/accessToken', 30 * 86_400],
])('%s issues a token for %i seconds', (path, seconds) => {
  const rig = makeRig();
  const { access_token: token, expires_in } = issue(rig, path);
  expect(expires_in).toBe(seconds);
  rig.advance(seconds * 1_000 - 1);
  expect(statusWith(rig, token)).toBe(200);
  rig.advance(1);
  expect(statusWith(rig, token)).toBe(401);
  expect(told(rig.call('POST', path, 'grant_type=password', FORM))).toMatchObject({ status: 400 });
  expect(told(rig.call('POST', path, ASK.replace(CHANNEL.secret, 'x'), FORM))).toMatchObject({
    status: 400,
    body: { error: 'invalid_client' },
  });
});

it('revokes the oldest short-lived token for the thirty-first', () => {
  const rig = makeRig();
  const tokens = Array.from({ length: SHORT_LIVED_LIMIT + 1 }, () => issue(rig, '/v2/oauth/accessToken').access_token);
  expect(tokens.map((token) => statusWith(rig, token))).toEqual([401, ...Array(SHORT_LIVED_LIMIT).fill(200)]);
});

it('revokes and verifies', () => {
  const rig = makeRig();
  const { access_token: token } = issue(rig, '/v2/oauth/accessToken');
  const verify = () => told(rig.call('POST', '/v2/oauth/verify', `access_token=${token}`, FORM));
  expect(verify()).toMatchObject({ status: 200, body: { client_id: CHANNEL.channelId, expires_in: 30 * 86_400 } });
  expect(told(rig.call('POST', '/v2/oauth/revoke', `access_token=${token}`, FORM))).toMatchObject({ status: 200 });
  expect(verify()).toMatchObject({ status: 400 });
  expect(statusWith(rig, CHANNEL.accessToken)).toBe(200);
  revokeAll(rig.state);
  expect(statusWith(rig, CHANNEL.accessToken)).toBe(401);
});
