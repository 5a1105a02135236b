import { expect, it } from 'vitest';
import type { CampaignId } from '../core/ids.ts';
import { grantedTo, newDelivery, newEvent, openStore, T0 } from './testing.fixture.ts';

it('takes the same occurrence once', async () => {
  const { events } = (await openStore()).repos;
  expect(await events.add(newEvent({ sourceId: 'line-1' }))).toBe(true);
  expect(await events.add(newEvent({ sourceId: 'line-1' }))).toBe(false);
});

it('hands out what waits in the order it came, whole', async () => {
  const { events } = (await openStore()).repos;
  const body = { destination: 'bot', event: { replyToken: 'secret', nested: ['茶'] } };
  const [first, second] = [newEvent({ body }), newEvent({ ear: 'tag' })];
  await events.add(first);
  await events.add(second);
  expect(await events.pending(10)).toEqual([first.id, second.id]);
  expect(await events.pending(1)).toEqual([first.id]);
  const claimed = await events.claim([second.id, first.id]);
  expect(claimed.map((event) => ({ ...event, body: event.body() }))).toEqual([first, second]);
});

it('hands out nothing that is closed, and closes nothing twice', async () => {
  const { db, repos } = await openStore();
  const event = newEvent();
  await repos.events.add(event);
  await repos.events.close(event.id, 'done', { trust: 'signed' });
  await repos.events.close(event.id, 'failed', {});
  expect(await repos.events.claim([event.id])).toEqual([]);
  const row = await db.selectFrom('event').select(['state', 'trust']).executeTakeFirstOrThrow();
  expect(row).toEqual({ state: 'done', trust: 'signed' });
});

it('keeps the body of what failed', async () => {
  const { db, repos, vault } = await openStore();
  const event = newEvent({ body: { odd: true } });
  await repos.events.add(event);
  await repos.events.close(event.id, 'failed', {});
  const { body_sealed } = await db.selectFrom('event').select('body_sealed').executeTakeFirstOrThrow();
  expect(vault.open(body_sealed ?? new Uint8Array()).toString('utf8')).toBe('{"odd":true}');
});

it('closes an event with what was found out, and keeps nothing of its body', async () => {
  const { db, repos } = await openStore();
  const event = newEvent({ body: { secret: true } });
  await repos.events.add(event);
  await repos.events.close(event.id, 'done', { trust: 'bad', hwid: '0a1b2c3d4e', count: 42 });
  expect(await repos.events.pending(10)).toEqual([]);
  const row = await db.selectFrom('event').selectAll().executeTakeFirstOrThrow();
  expect(row).toMatchObject({
    state: 'done',
    trust: 'bad',
    hwid: '0a1b2c3d4e',
    count: 42,
    body_sealed: null,
    member_id: null,
  });
});

it('makes wait once more only what nothing came of', async () => {
  const store = await openStore();
  const { events, decisions } = store.repos;
  const { eventId, memberId, decisionId } = await newDelivery(store);
  await events.close(eventId, 'done', {});
  const late = grantedTo(memberId, { campaignId: 'late' as CampaignId, outcome: 'refused', reason: 'late_event' });
  await decisions.add(eventId, late, { trust: 'signed', at: T0 });
  const again = newEvent({ sourceId: eventId });
  expect(await events.renew(again)).toBe(false);
  // All is given out, and the message says so.
  await store.db
    .updateTable('decision')
    .set({ outcome: 'refused', reason: 'stock_exhausted' })
    .where('id', '=', decisionId)
    .execute();
  expect(await events.renew(again)).toBe(false);
  await store.db.deleteFrom('delivery').execute();
  expect(await events.renew(again)).toBe(true);
  expect(await store.db.selectFrom('decision').select('id').execute()).toEqual([]);
});
