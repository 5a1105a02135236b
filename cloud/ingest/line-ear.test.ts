import { expect, it } from 'vitest';
import { createLedger } from '../store/ledger.ts';
import { newEvent, openStore, T0 } from '../store/testing.fixture.ts';
import { takeLineEvents } from './line-ear.ts';

const ALICE = { type: 'user', userId: 'Ualice' };

/** What becomes of members when LINE tells of these, one after the other, and has told of nobody before. */
async function hear(...lines: readonly object[]) {
  const store = await openStore();
  const ledger = createLedger(store);
  for (const [index, line] of lines.entries()) {
    const event = { mode: 'active', timestamp: T0 + index, source: ALICE, ...line };
    const heard = newEvent({ body: { destination: 'bot', event } });
    await store.repos.events.add(heard);
    await ledger.transaction((tx) => takeLineEvents(tx, store.mint, [heard.id], T0));
  }
  const members = await store.db.selectFrom('member').select('id').execute();
  const consents = await store.db.selectFrom('consent').select(['action', 'source']).execute();
  const heard = await store.db.selectFrom('event').select('state').distinct().execute();
  expect(heard).toEqual([{ state: 'done' }]);
  return { members: members.length, consents };
}

it.each([
  ['postback', { postback: { data: 'menu=1' }, replyToken: 'r' }],
  ['accountLink', { link: { result: 'ok', nonce: 'n' }, replyToken: 'r' }],
  ['membership', { membership: { type: 'joined', membershipId: 1 }, replyToken: 'r' }],
  ['videoPlayComplete', { videoPlayComplete: { trackingId: 't' }, replyToken: 'r' }],
  ['unsend', { unsend: { messageId: '1' } }],
  ['message', { message: { type: 'sticker' }, replyToken: 'r' }],
  // Not in the form we know it in.
  ['message', { message: 'odd', replyToken: 'r' }],
])('makes a friend of who is first heard of by %s', async (type, more) => {
  const granted = { action: 'granted', source: type };
  expect(await hear({ type, ...more }, { type, ...more })).toEqual({ members: 1, consents: [granted] });
});

it.each([
  ['a notification to a phone number', { type: 'delivery', delivery: { data: 'd' } }],
  ['the end of a membership', { type: 'membership', membership: { type: 'left', membershipId: 1 } }],
  ['a banner in an odd form', { type: 'beacon', beacon: { hwid: 'odd', type: 'banner' } }],
  ['what LINE has made up since', { type: 'teleport' }],
])('makes a member who agreed to nothing of who is first heard of by %s', async (_what, line) => {
  expect(await hear(line)).toEqual({ members: 1, consents: [] });
});

it.each([
  ['in a group', { type: 'message', source: { type: 'group', groupId: 'C1', userId: 'Ualice' } }],
  ['in a room', { type: 'postback', source: { type: 'room', roomId: 'R1', userId: 'Ualice' } }],
  ['without a user id', { type: 'postback', source: { type: 'user' } }],
  ['of nobody', { type: 'accountLink', link: { result: 'failed', nonce: 'n' }, source: undefined }],
])('makes nobody of what happens %s', async (_where, line) => {
  expect(await hear(line)).toEqual({ members: 0, consents: [] });
});

it('lets who withdrew tap without agreeing again', async () => {
  const tap = { type: 'postback', postback: { data: 'menu=1' } };
  const stop = { type: 'message', message: { type: 'text', text: 'STOP' } };
  const { members, consents } = await hear(stop, tap);
  expect([members, consents.map(({ action }) => action)]).toEqual([1, ['withdrawn']]);
});
