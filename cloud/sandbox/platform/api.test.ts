import { describe, expect, it } from 'vitest';
import { handleApi } from './api.ts';
import { ALICE, BOB, CHANNEL, makeRig, request, text, told } from './platform.fixture.ts';
import { makeUser } from './user.ts';

const PUSH = '/v2/bot/message/push';
const HELLO = { to: ALICE, messages: [text('hi')] };

describe('the door', () => {
  it.each([
    ['no token', { authorization: undefined }, 401],
    ['another token', { authorization: 'Bearer nope' }, 401],
    ['another scheme', { authorization: `Basic ${CHANNEL.accessToken}` }, 401],
    ['another content type', { 'content-type': 'text/plain' }, 415],
    ['no content type', { 'content-type': undefined }, 415],
    ['a charset', { 'content-type': 'application/json; charset=UTF-8' }, 200],
  ])('%s', (_case, headers, status) => {
    expect(told(makeRig().call('POST', PUSH, HELLO, headers))).toMatchObject({ status, body: {} });
  });

  it.each([
    ['POST', '/v2/bot/message/pushh'],
    ['GET', PUSH],
    ['GET', '/v2/bot/profile/'],
    ['GET', `/v2/bot/profile/${ALICE}/x`],
  ])('does not know %s %s', (method, path) => {
    expect(told(makeRig().call(method, path))).toEqual({ status: 404, body: { message: 'Not found' } });
  });

  it.each(['{', '', '"x"', '{"to":1}'])('refuses the body %j', (body) => {
    expect(told(makeRig().call('POST', PUSH, body))).toMatchObject({ status: 400 });
  });

  it('reads two megabytes and no more', () => {
    const rig = makeRig();
    const tooLarge = { ...request('POST', PUSH, undefined), body: 'too_large' as const };
    expect(told(handleApi(rig.state, tooLarge, rig.moment()))).toMatchObject({ status: 413 });
  });

  it('names every wrong property of the messages', () => {
    const messages = [text(''), { type: 'nope' }, { type: 'flex', altText: '', contents: { type: 'bubble' } }];
    expect(told(makeRig().call('POST', PUSH, { to: ALICE, messages }))).toEqual({
      status: 400,
      body: {
        message: 'The request body has 3 error(s)',
        details: [
          { message: 'May not be empty', property: 'messages[0].text' },
          { message: expect.stringContaining('text, textV2,'), property: 'messages[1].type' },
          { message: 'May not be empty', property: 'messages[2].altText' },
        ],
      },
    });
  });

  it('looks into Flex containers once all else is right, one message at a time', () => {
    const messages = [text('hi'), { type: 'flex', altText: 'a', contents: { type: 'bubble', colour: 1 } }];
    expect(told(makeRig().call('POST', PUSH, { to: ALICE, messages: [...messages, messages[1]] }))).toEqual({
      status: 400,
      body: {
        message: 'A message (messages[1]) in the request body is invalid',
        details: [
          { message: 'unknown field', property: '/colour' },
          { message: 'At least one block must be specified', property: '/' },
        ],
      },
    });
  });
});

describe('rate limit', () => {
  it('is a bucket per endpoint that fills up again', () => {
    const rig = makeRig({ rateLimits: { push: 2 } });
    const push = () => told(rig.call('POST', PUSH, HELLO));
    expect([push(), push()]).toMatchObject([{ status: 200 }, { status: 200 }]);
    expect(push()).toEqual({
      status: 429,
      body: { message: 'The API rate limit has been exceeded. Try again later.' },
    });
    expect(told(rig.call('GET', '/v2/bot/info'))).toMatchObject({ status: 200 });
    rig.advance(500);
    expect([push(), push()]).toMatchObject([{ status: 200 }, { status: 429 }]);
  });

  it('is 2,000 pushes and 200 multicasts a second as documented', () => {
    const rig = makeRig();
    const accepted = (path: string, body: unknown, calls: number) =>
      Array.from({ length: calls }, () => rig.call('POST', path, body)).filter((outcome) => outcome.accepted).length;
    expect(accepted(PUSH, HELLO, 2_010)).toBe(2_000);
    expect(accepted('/v2/bot/message/multicast', { ...HELLO, to: [ALICE] }, 210)).toBe(200);
  });
});

describe('the account', () => {
  it('tells quota, consumption and itself', () => {
    const rig = makeRig({ quota: { type: 'limited', value: 1000 }, quotaUsed: 500 });
    expect(told(rig.call('GET', '/v2/bot/message/quota'))).toEqual({
      status: 200,
      body: { type: 'limited', value: 1000 },
    });
    expect(told(rig.call('GET', '/v2/bot/message/quota/consumption'))).toEqual({
      status: 200,
      body: { totalUsage: 500 },
    });
    expect(told(rig.call('GET', '/v2/bot/info'))).toMatchObject({ body: { userId: CHANNEL.botUserId } });
    expect(told(makeRig().call('GET', '/v2/bot/message/quota'))).toEqual({ status: 200, body: { type: 'none' } });
  });

  it('shows profiles of friends only', () => {
    const rig = makeRig();
    expect(told(rig.call('GET', `/v2/bot/profile/${ALICE}`))).toEqual({
      status: 200,
      body: { userId: ALICE, displayName: 'Alice', language: 'zh-Hant' },
    });
    rig.state.users.set(ALICE, makeUser(ALICE, { blocked: true }));
    rig.state.users.set(BOB, makeUser(BOB, { friend: false }));
    for (const id of [ALICE, BOB, 'Unobody'])
      expect(told(rig.call('GET', `/v2/bot/profile/${id}`))).toMatchObject({ status: 404 });
  });

  it('validates without sending', () => {
    const rig = makeRig();
    for (const way of ['reply', 'push']) {
      const path = `/v2/bot/message/validate/${way}`;
      expect(told(rig.call('POST', path, { messages: [text('hi')] }))).toEqual({ status: 200, body: {} });
      expect(told(rig.call('POST', path, { messages: [text('')] }))).toMatchObject({ status: 400 });
    }
    expect(rig.state.settings.quotaUsed).toBe(0);
  });

  it('keeps the webhook address', () => {
    const rig = makeRig();
    const path = '/v2/bot/channel/webhook/endpoint';
    expect(told(rig.call('GET', path))).toMatchObject({ status: 404 });
    expect(told(rig.call('PUT', path, { endpoint: 'ftp://x' }))).toMatchObject({ status: 400 });
    expect(told(rig.call('PUT', path, { endpoint: `https://example.com/${'x'.repeat(500)}` }))).toMatchObject({
      status: 400,
    });
    expect(told(rig.call('PUT', path, { endpoint: 'https://example.com/hook' }))).toMatchObject({ status: 200 });
    expect(told(rig.call('GET', path))).toEqual({
      status: 200,
      body: { endpoint: 'https://example.com/hook', active: true },
    });
  });

  it('issues tokens of a quarter of an hour', () => {
    const rig = makeRig();
    const form = (secret: string) =>
      `grant_type=client_credentials&client_id=${CHANNEL.channelId}&client_secret=${secret}`;
    const headers = { authorization: undefined, 'content-type': 'application/x-www-form-urlencoded' };
    expect(told(rig.call('POST', '/oauth2/v3/token', form('wrong'), headers))).toMatchObject({ status: 400 });
    const issued = told(rig.call('POST', '/oauth2/v3/token', form(CHANNEL.secret), headers));
    expect(issued).toMatchObject({ status: 200, body: { token_type: 'Bearer', expires_in: 900 } });
    const token = issued === 'hang' ? '' : String((issued.body as { access_token: string }).access_token);
    const info = () => told(rig.call('GET', '/v2/bot/info', undefined, { authorization: `Bearer ${token}` }));
    expect(info()).toMatchObject({ status: 200 });
    rig.advance(900_000);
    expect(info()).toMatchObject({ status: 401 });
  });
});

describe('planted faults', () => {
  const KEY = { 'x-line-retry-key': '123e4567-e89b-12d3-a456-426614174000' };
  const faulty = (kind: 'error_500' | 'error_500_after' | 'timeout_before' | 'timeout_after') => {
    const rig = makeRig();
    rig.state.faults = { api: [{ kind, endpoint: 'push', times: 1 }], webhook: [] };
    return rig;
  };

  it.each([
    ['error_500', { status: 500 }, false, 200],
    ['timeout_before', 'hang', false, 200],
    ['error_500_after', { status: 500 }, true, 409],
    ['timeout_after', 'hang', true, 409],
  ] as const)('%s: a retry with the same key settles it', (kind, first, accepted, second) => {
    const rig = faulty(kind);
    const outcome = rig.call('POST', PUSH, HELLO, KEY);
    expect(first === 'hang' ? told(outcome) : told(outcome)).toEqual(
      first === 'hang' ? 'hang' : expect.objectContaining(first),
    );
    expect(outcome).toMatchObject({ accepted, fault: kind });
    expect(outcome.effects).toHaveLength(accepted ? 1 : 0);
    expect(told(rig.call('POST', PUSH, HELLO, KEY))).toMatchObject({ status: second });
    expect(rig.state.settings.quotaUsed).toBe(1);
  });

  it('strikes only the endpoint it names', () => {
    const rig = faulty('error_500');
    expect(told(rig.call('POST', '/v2/bot/message/multicast', { ...HELLO, to: [ALICE] }))).toMatchObject({
      status: 200,
    });
    expect(told(rig.call('POST', PUSH, HELLO))).toMatchObject({ status: 500 });
  });
});
