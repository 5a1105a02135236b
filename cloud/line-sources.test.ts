import { expect, it } from 'vitest';
import { campaign, openWorld, said } from './cloud.fixture.ts';

const PHRASE = '夏日冰品';
const GROUP = `C${'7'.repeat(32)}`;
const ice = campaign('ice', {
  trigger: [{ on: 'keyword', phrases: [PHRASE] }, { on: 'enter' }],
  home: 'taipei-1',
  delivery: { fallback: 'push' },
  limits: { messages: { max: 100, per: 'day' } },
});

it('who LINE does not name is nobody we know, and somebody from the day it does', async () => {
  const world = await openWorld(ice);
  const { userId } = (await world.sandbox.control('POST', '/users', { profileConsent: false })).body;
  expect((await world.does(userId, 'follow')).state).toBe('done');
  const door = await world.enters(userId);
  expect(door).toMatchObject({ state: 'done', trust: 'signed' });
  expect(said(door)).toEqual({ ice: 'unknown_subject' });
  expect(said(await world.does(userId, 'text', { text: PHRASE }))).toEqual({ ice: 'unknown_subject' });
  expect((await world.admin('GET', '/members')).body).toEqual({ members: [] });
  expect(await world.calls()).toEqual([]);

  await world.sandbox.control('PATCH', `/users/${userId}`, { profileConsent: true });
  expect(said(await world.does(userId, 'text', { text: PHRASE }))).toEqual({ ice: 'granted' });
});

it('a group gets no coupon whoever types the phrase in it, and is no place to withdraw consent', async () => {
  const world = await openWorld(ice);
  const alice = await world.friend();
  const typed = await world.does(alice, 'text', { text: PHRASE, in: GROUP });
  expect(said(typed)).toEqual({ ice: 'unknown_subject' });
  await world.does(alice, 'text', { text: 'stop', in: GROUP });
  expect((await world.sandbox.control('GET', `/groups/${GROUP}/chat`)).body.messages).toMatchObject([
    { from: 'person', text: PHRASE },
    { from: 'person', text: 'stop' },
  ]);
  expect(await world.calls()).toEqual([]);
  // The same where the two are alone.
  expect(said(await world.does(alice, 'text', { text: PHRASE }))).toEqual({ ice: 'granted' });
});

it('an event whose answer LINE never heard comes again and counts once', async () => {
  const world = await openWorld(ice);
  const alice = await world.friend();
  await world.sandbox.control('PUT', '/settings', { redelivery: { enabled: true, delaysMs: [50] } });
  await world.sandbox.control('PUT', '/faults', { webhook: [{ kind: 'answer_lost', times: 1 }] });
  const event = await world.enters(alice);
  await world.settled(event.sourceId);
  const path = `/log?kind=webhook&webhookEventId=${event.sourceId}`;
  await expect
    .poll(async () => (await world.sandbox.control('GET', path)).body.entries)
    .toMatchObject([{ fault: 'answer_lost' }, { isRedelivery: true, result: { status: 200 } }]);
  expect(await world.chat(alice)).toHaveLength(1);
});
