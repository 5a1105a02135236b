import { describe, expect, it } from 'vitest';
import { ALICE, BOB, makeRig, type Rig, text, told } from './platform.fixture.ts';
import { UNITS_PER_MONTH } from './tallies.ts';
import { makeUser } from './user.ts';

const DAY = 86_400_000;
const send = (rig: Rig, path: string, body: object) =>
  rig.call('POST', `/v2/bot/message/${path}`, { messages: [text('hi')], ...body });
/** A GET with a query. */
const ask = (rig: Rig, path: string) => {
  const [before = '', query] = path.split('?');
  return told(rig.ask(before, query));
};

it('tells of a day on the next day, in days of UTC+9', () => {
  const rig = makeRig();
  send(rig, 'push', { to: ALICE });
  send(rig, 'multicast', { to: [ALICE, BOB] });
  send(rig, 'reply', { replyToken: rig.deliver(ALICE, { type: 'message', text: 'x' }).replyToken });
  const figures = () =>
    ['reply', 'push', 'multicast', 'broadcast'].map((way) => ask(rig, `/v2/bot/message/delivery/${way}?date=20260101`));
  expect(figures()).toMatchObject(Array(4).fill({ status: 200, body: { status: 'unready' } }));
  rig.advance(15 * 3_600_000);
  expect(figures()).toMatchObject([1, 1, 2, 0].map((success) => ({ body: { status: 'ready', success } })));
  expect(ask(rig, '/v2/bot/message/delivery/push?date=20180101')).toMatchObject({ body: { status: 'out_of_service' } });
  expect(ask(rig, '/v2/bot/message/delivery/push?date=yesterday')).toMatchObject({ status: 400 });
});

it('counts friends, those who can be reached, and those who blocked', () => {
  const rig = makeRig();
  rig.state.users.set(BOB, makeUser(BOB, { blocked: true }));
  rig.advance(DAY);
  expect(ask(rig, '/v2/bot/insight/followers?date=20260101')).toMatchObject({
    body: { status: 'ready', followers: 2, targetedReaches: 1, blocks: 1 },
  });
});

it('lists followers page by page, to verified accounts only', () => {
  expect(ask(makeRig(), '/v2/bot/followers/ids')).toMatchObject({ status: 403 });
  const rig = makeRig({ verified: true });
  expect(ask(rig, '/v2/bot/followers/ids?limit=1')).toMatchObject({ body: { userIds: [ALICE], next: '1' } });
  expect(ask(rig, '/v2/bot/followers/ids?limit=1&start=1')).toEqual({ status: 200, body: { userIds: [BOB] } });
  expect(ask(rig, '/v2/bot/followers/ids?limit=1001')).toMatchObject({ status: 400 });
});

it('keeps a thousand aggregation units a month and takes messages with more', () => {
  const rig = makeRig();
  for (let i = 0; i <= UNITS_PER_MONTH; i++) {
    rig.advance(1);
    expect(send(rig, 'push', { to: ALICE, customAggregationUnits: [`unit_${i}`] }).accepted).toBe(true);
  }
  expect(ask(rig, '/v2/bot/message/aggregation/info')).toMatchObject({
    body: { numOfCustomAggregationUnits: UNITS_PER_MONTH },
  });
  expect(ask(rig, '/v2/bot/message/aggregation/list?limit=2')).toMatchObject({
    body: { customAggregationUnits: ['unit_0', 'unit_1'], next: '2' },
  });
  rig.advance(31 * DAY);
  expect(ask(rig, '/v2/bot/message/aggregation/info')).toMatchObject({ body: { numOfCustomAggregationUnits: 0 } });
});

describe('signs in a chat', () => {
  const load = (rig: Rig, body: object) => rig.call('POST', '/v2/bot/chat/loading/start', body);

  it.each([
    [5, 202],
    [60, 202],
    [undefined, 202],
    [4, 400],
    [61, 400],
    [7, 400],
  ])('dots for %s seconds: %i', (loadingSeconds, status) => {
    expect(told(load(makeRig(), { chatId: ALICE, loadingSeconds }))).toMatchObject({ status });
  });

  it('dots are seen by who has the chat open', () => {
    const rig = makeRig();
    expect(load(rig, { chatId: ALICE }).effects).toMatchObject([{ type: 'sign', sign: 'loading' }]);
    rig.state.users.set(ALICE, makeUser(ALICE, { lineOpen: false }));
    expect(load(rig, { chatId: ALICE })).toMatchObject({ effects: [], answer: { response: { status: 202 } } });
  });

  it('the read mark follows the token of a message', () => {
    const rig = makeRig();
    const { own } = rig.deliver(ALICE, { type: 'message', text: 'hi' });
    const { markAsReadToken } = own['message'] as { markAsReadToken: string };
    const mark = (token: string) => rig.call('POST', '/v2/bot/chat/markAsRead', { markAsReadToken: token });
    expect(mark(markAsReadToken).effects).toEqual([{ type: 'sign', userId: ALICE, sign: 'read' }]);
    expect(told(mark('nope'))).toMatchObject({ status: 400 });
  });

  it('a link token is for friends', () => {
    const rig = makeRig();
    const path = `/v2/bot/user/${ALICE}/linkToken`;
    expect(told(rig.call('POST', path))).toEqual({ status: 200, body: { linkToken: expect.any(String) } });
    rig.state.users.set(ALICE, makeUser(ALICE, { friend: false }));
    expect(told(rig.call('POST', path))).toMatchObject({ status: 404 });
  });
});
