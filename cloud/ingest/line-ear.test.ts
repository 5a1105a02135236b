import { expect, it } from 'vitest';
import { epochMs } from '../../protocol/units.ts';
import { createLedger } from '../store/ledger.ts';
import { memberRows } from '../store/members.ts';
import { newEvent, newMember, openStore, T0 } from '../store/testing.fixture.ts';
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

/** What becomes of the consent of somebody known by a form or a list when LINE tells of them. */
async function hearOfKnown(line: object, said: readonly ('granted' | 'withdrawn')[] = []) {
  const store = await openStore();
  const memberId = await newMember(store, ALICE.userId);
  await memberRows(store).consentAll(
    said.map((action, index) => ({ memberId, action, source: 'form', at: epochMs(T0 - 9 + index) })),
  );
  const event = { mode: 'active', timestamp: T0, source: ALICE, ...line };
  const heard = newEvent({ body: { destination: 'bot', event } });
  await store.repos.events.add(heard);
  await createLedger(store).transaction((tx) => takeLineEvents(tx, store.mint, [heard.id], T0));
  const rows = await store.db.selectFrom('consent').select(['action', 'source']).orderBy('at').execute();
  return rows.map(({ action, source }) => `${action} ${source}`);
}

it.each([
  ['writes', { type: 'message', message: { type: 'text', text: 'hello' } }, ['granted message']],
  ['taps', { type: 'postback', postback: { data: 'menu=1' } }, ['granted postback']],
  // As a banner shows, a phone may tell of somebody who is no friend.
  ['enters', { type: 'beacon', beacon: { hwid: '0a1b2c3d4e', type: 'enter' } }, []],
  ['sees a banner', { type: 'beacon', beacon: { hwid: '0a1b2c3d4e', type: 'banner' } }, []],
  ['gets a notification', { type: 'delivery', delivery: { data: 'd' } }, []],
])('takes for a friend, too, who was known by a form or a list before and now %s', async (_what, line, consents) => {
  expect(await hearOfKnown(line)).toEqual(consents);
});

it('leaves it at what was said before', async () => {
  const line = { type: 'message', message: { type: 'text', text: 'hello' } };
  expect(await hearOfKnown(line, ['granted'])).toEqual(['granted form']);
  expect(await hearOfKnown(line, ['granted', 'withdrawn'])).toEqual(['granted form', 'withdrawn form']);
});

it.each([
  ['a new friend', { type: 'follow', follow: { isUnblocked: false } }, 'granted'],
  ['one who left', { type: 'unfollow' }, 'withdrawn'],
])('writes down once what %s said, though LINE tells it again and it is judged anew', async (_who, line, action) => {
  const store = await openStore();
  const event = { mode: 'active', timestamp: T0, source: ALICE, ...line };
  const heard = newEvent({ body: { destination: 'bot', event } });
  await store.repos.events.add(heard);
  const take = () => createLedger(store).transaction((tx) => takeLineEvents(tx, store.mint, [heard.id], T0));
  await take();
  const body_sealed = store.vault.seal(JSON.stringify(heard.body));
  await store.db.updateTable('event').set({ state: 'pending', body_sealed }).execute();
  expect(await take()).toMatchObject({ claimed: 1 });
  expect(await store.db.selectFrom('consent').select(['action', 'source']).execute()).toEqual([
    { action, source: heard.id },
  ]);
});

it('lets who withdrew tap without agreeing again', async () => {
  const tap = { type: 'postback', postback: { data: 'menu=1' } };
  const stop = { type: 'message', message: { type: 'text', text: 'STOP' } };
  const { members, consents } = await hear(stop, tap);
  expect([members, consents.map(({ action }) => action)]).toEqual([1, ['withdrawn']]);
});
