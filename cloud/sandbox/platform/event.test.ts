import { describe, expect, it } from 'vitest';
import { type EventContent, mintEvent } from './event.ts';
import { ALICE, BOB, makeRig, type Rig, text, told } from './platform.fixture.ts';
import { makeUser } from './user.ts';
import { webhookBody } from './webhook.ts';

const GROUP = `C${'1'.repeat(32)}`;
const ROOM = `R${'2'.repeat(32)}`;
const HI: EventContent = { type: 'message', text: 'hi' };
const other = (named: string): EventContent => ({ type: 'other', named, own: { [named]: { a: 1 } } });

it.each<[EventContent, boolean]>([
  [{ type: 'beacon', beacon: { hwid: '0a1b2c3d4e', type: 'enter' } }, true],
  [HI, true],
  [{ type: 'postback', data: 'a=1' }, true],
  [{ type: 'follow', isUnblocked: true }, true],
  [{ type: 'accountLink', result: 'ok', nonce: 'n' }, true],
  [{ type: 'accountLink', result: 'failed', nonce: 'n' }, false],
  [{ type: 'unfollow' }, false],
  ...['membership', 'videoPlayComplete', 'join', 'memberJoined'].map((named) => [other(named), true] as const),
  ...['unsend', 'delivery', 'leave', 'memberLeft', 'module', 'activated', 'deactivated', 'botSuspended'].map(
    (named) => [other(named), false] as const,
  ),
] as [EventContent, boolean][])('gives a reply token where LINE does: %o', (content, hasToken) => {
  const { state, moment } = makeRig();
  expect(mintEvent(state, ALICE, content, moment()).replyToken !== undefined).toBe(hasToken);
});

describe('who did it, and where', () => {
  const sourceIn = ({ state }: Rig, event: ReturnType<Rig['deliver']>) =>
    JSON.parse(webhookBody(state, [event], false)).events[0].source;

  it.each([
    [undefined, { type: 'user' }],
    [GROUP, { type: 'group', groupId: GROUP }],
    [ROOM, { type: 'room', roomId: ROOM }],
  ])('in %s, with a profile that accounts may see and without', (chatId, where) => {
    const rig = makeRig();
    rig.state.users.set(BOB, makeUser(BOB, { profileConsent: false }));
    expect(sourceIn(rig, rig.deliver(ALICE, HI, chatId))).toEqual({ ...where, userId: ALICE });
    expect(sourceIn(rig, rig.deliver(BOB, HI, chatId))).toEqual(where);
  });

  it('stays as it was when it happened, whatever is switched before it comes again', () => {
    const rig = makeRig();
    const event = rig.deliver(ALICE, HI);
    rig.state.users.set(ALICE, makeUser(ALICE, { profileConsent: false }));
    expect(sourceIn(rig, event)).toEqual({ type: 'user', userId: ALICE });
  });

  it('nobody, where a link was refused', () => {
    const rig = makeRig();
    expect(sourceIn(rig, rig.deliver(ALICE, { type: 'accountLink', result: 'failed', nonce: 'n' }))).toBeUndefined();
  });

  it('a profile nobody may see is not found', () => {
    const rig = makeRig();
    rig.state.users.set(BOB, makeUser(BOB, { profileConsent: false }));
    expect(told(rig.call('GET', `/v2/bot/profile/${BOB}`))).toMatchObject({ status: 404 });
    expect(told(rig.call('GET', `/v2/bot/profile/${ALICE}`))).toMatchObject({ status: 200 });
  });
});

describe('an answer', () => {
  const reply = (rig: Rig, replyToken: string | undefined) =>
    rig.call('POST', '/v2/bot/message/reply', { replyToken, messages: [text('secret')] });

  it('comes to who is not named', () => {
    const rig = makeRig();
    rig.state.users.set(BOB, makeUser(BOB, { profileConsent: false }));
    const outcome = reply(rig, rig.deliver(BOB, HI).replyToken);
    expect(outcome).toMatchObject({ effects: [{ chatId: BOB }], note: { to: [BOB], reached: 1 } });
  });

  it('goes into the group it was asked in, and everybody heard there sees it', () => {
    const rig = makeRig();
    rig.deliver(BOB, HI, GROUP);
    rig.state.users.set(BOB, makeUser(BOB, { friend: false }));
    const outcome = reply(rig, rig.deliver(ALICE, HI, GROUP).replyToken);
    expect(outcome.effects).toMatchObject([{ type: 'show', chatId: GROUP, via: 'reply' }]);
    expect(outcome.note).toMatchObject({ to: [GROUP], reached: 2, shownTo: [BOB, ALICE] });
    expect(rig.state.settings.quotaUsed).toBe(0);
  });
});
