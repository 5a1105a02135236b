import { describe, expect, it } from 'vitest';
import { epochMs } from '../../protocol/units.ts';
import { fixedToken } from './access-token.ts';
import { createLineClient } from './line-client.ts';
import type { LineAnswer, LineRequest, LineTransport } from './line-transport.ts';
import { statelessTokens } from './stateless-token.ts';

const PUSH = { to: 'Ualice', messages: [{ type: 'text', text: 'hi' }], retryKey: 'key' };
const answer = (status: number, body: object = { message: 'told by LINE' }): LineAnswer => ({
  at: 'answered',
  status,
  header: () => undefined,
  body: JSON.stringify(body),
});

/** A LINE that issues t1, t2, … to who knows its secret, each good until it is revoked. */
function openLine(secret = 'right') {
  let serial = 0;
  let good = '';
  const seen: LineRequest[] = [];
  const transport: LineTransport = {
    async call(request) {
      seen.push(request);
      await new Promise((resolve) => setImmediate(resolve));
      if (request.path === '/oauth2/v3/token') {
        if (new URLSearchParams(request.body).get('client_secret') !== secret) return answer(400);
        serial += 1;
        good = `t${serial}`;
        return answer(200, { access_token: good, expires_in: 900 });
      }
      return answer(request.headers['authorization'] === `Bearer ${good}` ? 200 : 401);
    },
    close: async () => undefined,
    end: async () => undefined,
  };
  const revoke = (): void => {
    good = 'nobody has it';
  };
  return { transport, seen, revoke, issued: () => serial };
}

describe('short-lived tokens', () => {
  const open = (secrets: readonly string[], line = openLine()) => {
    let now = epochMs(0);
    const deps = { transport: line.transport, channelId: '1', channelSecrets: () => secrets, now: () => now };
    const tokens = statelessTokens(deps);
    const client = createLineClient({ transport: line.transport, tokens });
    const at = (ms: number): void => {
      now = epochMs(ms);
    };
    return { ...line, tokens, client, at };
  };

  it('are asked for once by all who need one, and renewed before they end', async () => {
    const { client, issued, at } = open(['wrong, the new one', 'right']);
    const outcomes = await Promise.all([1, 2, 3].map(() => client.push(PUSH)));
    expect([outcomes.map((outcome) => outcome.at), issued()]).toEqual([['accepted', 'accepted', 'accepted'], 1]);
    at(719_000);
    await client.push(PUSH);
    expect(issued()).toBe(1);
    at(720_000);
    await client.push(PUSH);
    expect(issued()).toBe(2);
  });

  it('are replaced where LINE knows one no more, and the call is made again', async () => {
    const { client, revoke, issued } = open(['right']);
    await client.push(PUSH);
    revoke();
    expect(await client.push(PUSH)).toMatchObject({ at: 'accepted' });
    expect(issued()).toBe(2);
  });

  it('cannot be had with a wrong secret: nothing is sent, and why is told', async () => {
    const { client, tokens, seen } = open(['wrong']);
    expect(await client.push(PUSH)).toMatchObject({ at: 'not-sent' });
    expect(seen.map(({ path }) => path)).toEqual(['/oauth2/v3/token']);
    expect(tokens.trouble()).toMatch(/PHAROS_LINE_CHANNEL_SECRET/);
    expect(tokens.trouble()).not.toContain('wrong');
  });
});

it('a token of the settings is believed again once another one stands there', async () => {
  const { transport, issued } = openLine();
  await transport.call({ method: 'POST', path: '/oauth2/v3/token', headers: {}, body: 'client_secret=right' });
  let token = 'old';
  const tokens = fixedToken(() => token);
  const client = createLineClient({ transport, tokens });
  expect(await client.push(PUSH)).toEqual({ at: 'unauthorized' });
  expect(tokens.trouble()).toMatch(/401/);
  token = `t${issued()}`;
  expect(tokens.trouble()).toBeUndefined();
  expect(await client.push(PUSH)).toMatchObject({ at: 'accepted' });
});
