import { describe, expect, it } from 'vitest';
import { ALICE, BOB, makeRig, type Rig, text, told } from './platform.fixture.ts';
import { makeUser } from './user.ts';

const KEY = '123e4567-e89b-12d3-a456-426614174000';
const HOUR = 3_600_000;
const INVALID_TOKEN = { status: 400, body: { message: 'Invalid reply token' } };

const reply = (rig: Rig, replyToken: string | undefined, messages: unknown = [text('hi')], headers = {}) =>
  rig.call('POST', '/v2/bot/message/reply', { replyToken, messages }, headers);
const push = (rig: Rig, to: unknown = ALICE, headers = {}, messages: unknown = [text('hi')]) =>
  rig.call('POST', '/v2/bot/message/push', { to, messages }, headers);
const multicast = (rig: Rig, to: unknown, headers = {}) =>
  rig.call('POST', '/v2/bot/message/multicast', { to, messages: [text('hi')] }, headers);
const retry = (key: string) => ({ 'x-line-retry-key': key });
const ENTER = { type: 'beacon', beacon: { hwid: '0a1b2c3d4e', type: 'enter', dm: '00' } } as const;

describe('reply', () => {
  it('shows the messages and is free', () => {
    const rig = makeRig({ quota: { type: 'limited', value: 0 } });
    const outcome = reply(rig, rig.deliver(ALICE, ENTER).replyToken, [text('one'), text('two')]);
    expect(told(outcome)).toMatchObject({ status: 200, body: { sentMessages: [{ id: /^\d+$/ }, {}] } });
    expect(outcome.effects).toMatchObject([
      { chatId: ALICE, via: 'reply', messages: [{ text: 'one' }, { text: 'two' }] },
    ]);
    expect(rig.state.settings.quotaUsed).toBe(0);
  });

  it.each([
    ['at once', 0, 200],
    ['within the minute', 60_000, 200],
    ['after the minute', 60_001, 400],
  ])('%s', (_when, waitMs, status) => {
    const rig = makeRig();
    const { replyToken } = rig.deliver(ALICE, ENTER);
    rig.advance(waitMs);
    expect(told(reply(rig, replyToken))).toMatchObject({ status });
  });

  it.each([
    ['one minute more from a redelivery', 10 * 60_000, 60_000, 200],
    ['no longer than that', 10 * 60_000, 60_001, 400],
    ['never past twenty minutes after the event', 19.5 * 60_000, 30_001, 400],
  ])('%s', (_rule, redeliveredAfterMs, waitMs, status) => {
    const rig = makeRig();
    const event = rig.deliver(ALICE, ENTER);
    rig.advance(redeliveredAfterMs);
    rig.redeliver(event);
    rig.advance(waitMs);
    expect(told(reply(rig, event.replyToken))).toMatchObject({ status });
  });

  it('takes a token once, also after a redelivery', () => {
    const rig = makeRig();
    const event = rig.deliver(ALICE, ENTER);
    expect(told(reply(rig, event.replyToken))).toMatchObject({ status: 200 });
    expect(told(reply(rig, event.replyToken))).toEqual(INVALID_TOKEN);
    rig.redeliver(event);
    expect(told(reply(rig, event.replyToken))).toEqual(INVALID_TOKEN);
  });

  it('leaves the token open when the messages are refused', () => {
    const rig = makeRig();
    const { replyToken } = rig.deliver(ALICE, ENTER);
    expect(told(reply(rig, replyToken, [text('')]))).toMatchObject({ status: 400 });
    expect(told(reply(rig, replyToken))).toMatchObject({ status: 200 });
  });

  it('refuses a token nobody was given and a retry key', () => {
    const rig = makeRig();
    expect(told(reply(rig, 'ff'.repeat(16)))).toEqual(INVALID_TOKEN);
    const { replyToken } = rig.deliver(ALICE, ENTER);
    expect(told(reply(rig, replyToken, [text('hi')], retry(KEY)))).toMatchObject({ status: 400 });
    expect(told(reply(rig, replyToken))).toMatchObject({ status: 200 });
  });

  it('answers 200 to a person who has blocked the account since, and shows nothing', () => {
    const rig = makeRig();
    const { replyToken } = rig.deliver(ALICE, ENTER);
    rig.state.users.set(ALICE, makeUser(ALICE, { blocked: true }));
    const outcome = reply(rig, replyToken);
    expect(told(outcome)).toMatchObject({ status: 200 });
    expect(outcome.effects).toEqual([]);
  });
});

describe('push', () => {
  it('counts people, not message objects', () => {
    const rig = makeRig({ quota: { type: 'limited', value: 2 } });
    const five = Array.from({ length: 5 }, (_, i) => text(`${i}`));
    expect(told(push(rig, ALICE, {}, five))).toMatchObject({ status: 200 });
    expect(rig.state.settings.quotaUsed).toBe(1);
    expect(told(push(rig, BOB))).toMatchObject({ status: 200 });
    const refused = push(rig);
    expect(told(refused)).toEqual({ status: 429, body: { message: 'You have reached your monthly limit.' } });
    expect(refused.effects).toEqual([]);
  });

  it.each([
    ['blocked', { blocked: true }],
    ['no friend', { friend: false }],
  ])('is 200, uncounted and invisible for a person who is %s', (_case, switches) => {
    const rig = makeRig({ quota: { type: 'limited', value: 0 } });
    rig.state.users.set(ALICE, makeUser(ALICE, switches));
    const outcome = push(rig);
    expect(told(outcome)).toMatchObject({ status: 200 });
    expect(outcome.effects).toEqual([]);
    expect(rig.state.settings.quotaUsed).toBe(0);
  });

  it.each([
    [7 * 24 * HOUR - 1, 1],
    [7 * 24 * HOUR, 0],
  ])('reaches a non-friend for seven days after their message (%i ms later)', (waitMs, shown) => {
    const rig = makeRig();
    rig.state.users.set(ALICE, { ...makeUser(ALICE, { friend: false }), lastWroteAtMs: rig.now() });
    rig.advance(waitMs);
    expect(push(rig).effects).toHaveLength(shown);
  });

  it.each([
    ['nobody of this provider', `U${'9'.repeat(32)}`, 'Failed to send messages'],
    ['no user id', 'Uxyz', 'The property, to, in the request body is invalid (line: -, column: -)'],
  ])('is 400 to %s', (_case, to, message) => {
    expect(told(push(makeRig(), to))).toEqual({ status: 400, body: { message } });
  });

  it('takes one aggregation unit of letters, digits and underscores', () => {
    const rig = makeRig();
    const withUnits = (units: string[]) =>
      told(
        rig.call('POST', '/v2/bot/message/push', { to: ALICE, messages: [text('x')], customAggregationUnits: units }),
      );
    expect(withUnits(['spring_2026'])).toMatchObject({ status: 200 });
    expect(withUnits(['spring-2026'])).toMatchObject({ status: 400 });
    expect(withUnits(['a', 'b'])).toMatchObject({ status: 400 });
  });
});

describe('retry key', () => {
  it('is refused with 409 once accepted, with the request and the messages that were', () => {
    const rig = makeRig();
    const first = push(rig, ALICE, retry(KEY));
    const again = push(rig, ALICE, retry(KEY.toUpperCase()));
    expect(again.effects).toEqual([]);
    expect(again.answer).toMatchObject({
      response: {
        status: 409,
        headers: { 'x-line-accepted-request-id': first.requestId },
        body: { message: 'The retry key is already accepted', sentMessages: [{ id: expect.any(String) }] },
      },
    });
    expect(rig.state.settings.quotaUsed).toBe(1);
  });

  it.each([
    [24 * HOUR - 1, 409],
    [24 * HOUR, 200],
  ])('is remembered for 24 hours (%i ms later)', (waitMs, status) => {
    const rig = makeRig();
    push(rig, ALICE, retry(KEY));
    rig.advance(waitMs);
    expect(told(push(rig, ALICE, retry(KEY)))).toMatchObject({ status });
  });

  it('counts the 24 hours from the first request, accepted or not', () => {
    const rig = makeRig({ quota: { type: 'limited', value: 1 }, quotaUsed: 1 });
    expect(told(push(rig, ALICE, retry(KEY)))).toMatchObject({ status: 429 });
    rig.state.settings = { ...rig.state.settings, quotaUsed: 0 };
    rig.advance(HOUR);
    expect(told(push(rig, ALICE, retry(KEY)))).toMatchObject({ status: 200 });
    rig.advance(23 * HOUR - 1);
    expect(told(push(rig, ALICE, retry(KEY)))).toMatchObject({ status: 409 });
    rig.advance(1);
    rig.state.settings = { ...rig.state.settings, quotaUsed: 0 };
    expect(told(push(rig, ALICE, retry(KEY)))).toMatchObject({ status: 200 });
  });

  it('must be a UUID', () => {
    expect(told(push(makeRig(), ALICE, retry('my-key')))).toMatchObject({ status: 400 });
  });
});

describe('multicast', () => {
  it('reaches friends once each, passes over unknown ids and answers {}', () => {
    const rig = makeRig();
    const outcome = multicast(rig, [ALICE, BOB, ALICE, `U${'9'.repeat(32)}`], retry(KEY));
    expect(told(outcome)).toEqual({ status: 200, body: {} });
    expect(outcome.effects).toMatchObject([{ chatId: ALICE }, { chatId: BOB }]);
    expect(rig.state.settings.quotaUsed).toBe(2);
    expect(told(multicast(rig, [ALICE], retry(KEY)))).toEqual({
      status: 409,
      body: { message: 'The retry key is already accepted' },
    });
  });

  it('is all or nothing at the monthly limit and with a malformed id', () => {
    const rig = makeRig({ quota: { type: 'limited', value: 1 } });
    expect(told(multicast(rig, [ALICE, BOB]))).toMatchObject({ status: 429 });
    expect(rig.state.settings.quotaUsed).toBe(0);
    expect(told(multicast(rig, [ALICE, 'nobody']))).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining('to[1]') },
    });
  });

  it('takes 500 people, not 501', () => {
    const people = (count: number) => Array.from({ length: count }, (_, i) => `U${i.toString(16).padStart(32, '0')}`);
    expect(told(multicast(makeRig(), people(500)))).toMatchObject({ status: 200 });
    expect(told(multicast(makeRig(), people(501)))).toMatchObject({ status: 400 });
  });
});

describe("LINE's own coupons", () => {
  const coupon = (couponId: string) => ({ type: 'coupon', couponId });
  const OURS = '01KDWC2S00C0VP0NC0VP0NC0VP';
  const ways = (rig: Rig, messages: object[]) => [
    rig.call('POST', '/v2/bot/message/push', { to: ALICE, messages }),
    rig.call('POST', '/v2/bot/message/multicast', { to: [ALICE], messages }),
    rig.call('POST', '/v2/bot/message/reply', {
      replyToken: rig.deliver(ALICE, { type: 'message', text: 'x' }).replyToken,
      messages,
    }),
  ];

  it('are taken under any id where the account does not say which it has', () => {
    for (const outcome of ways(makeRig(), [coupon('any')])) expect(told(outcome)).toMatchObject({ status: 200 });
  });

  it('are refused under another id where it does, whichever way they go', () => {
    const rig = makeRig({ coupons: [OURS] });
    for (const outcome of ways(rig, [coupon(OURS), text('hi')])) expect(told(outcome)).toMatchObject({ status: 200 });
    for (const outcome of ways(rig, [coupon(OURS), coupon('another')])) {
      expect(outcome.accepted).toBe(false);
      expect(told(outcome)).toMatchObject({
        status: 400,
        body: { details: [{ property: 'messages[1].couponId', message: expect.any(String) }] },
      });
    }
  });
});
