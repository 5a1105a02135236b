import { expect, it } from 'vitest';
import { explain } from './explain.ts';
import { readings } from './reading.ts';
import { campaignDocument, newDelivery, newMember, openStore, T0 } from './testing.fixture.ts';

it('tells the same story whichever thread is pulled', async () => {
  const store = await openStore();
  const { id, eventId, couponId, decisionId, memberId } = await newDelivery(store);
  await store.repos.events.close(eventId, 'done', { memberId });
  const stories = await Promise.all(
    [eventId, couponId, decisionId, id, memberId].map(async (asked) => (await explain(store, asked)).events),
  );
  for (const events of stories) {
    expect(events).toMatchObject([
      {
        id: eventId,
        state: 'done',
        decisions: [
          {
            id: decisionId,
            campaign: 'tea',
            outcome: 'granted',
            coupon: { id: couponId, state: 'issued' },
            delivery: { id, route: 'push', state: 'ready', attempts: [] },
          },
        ],
      },
    ]);
  }
});

it('tells the key LINE knows a message by', async () => {
  const store = await openStore();
  const { id } = await newDelivery(store);
  const delivery = async () => (await explain(store, id)).events[0]?.decisions[0]?.delivery;
  const { retry_key } = await store.db.selectFrom('delivery').select('retry_key').executeTakeFirstOrThrow();
  expect(await delivery()).toMatchObject({ retryKey: retry_key });
  expect(await delivery()).not.toHaveProperty('multicast');
  await store.db.updateTable('delivery').set({ cast_key: 'of-the-cast' }).execute();
  expect(await delivery()).toMatchObject({ retryKey: 'of-the-cast', multicast: true });
});

it('tells why other campaigns stayed out of it', async () => {
  const store = await openStore();
  await store.apply(campaignDocument({ trigger: { on: 'exit' } }, 'goodbye'));
  const { eventId } = await newDelivery(store);
  await store.repos.events.close(eventId, 'done', { trigger: 'enter' });
  expect((await explain(store, eventId)).events[0]?.others).toEqual([
    { campaign: 'goodbye', why: 'waits for another kind of event' },
  ]);
});

it('tells of what fell due that it was for one campaign, whatever else waits for its hour', async () => {
  const store = await openStore();
  const hours = { on: 'schedule', every: { time: '12:00' } };
  const push = { delivery: { prefer: 'push' }, limits: { messages: { max: 9, per: 'day' } } };
  await store.apply(campaignDocument({ trigger: hours, timeZone: 'Asia/Taipei', ...push }, 'lunch'));
  const { eventId } = await newDelivery(store);
  await store.repos.events.close(eventId, 'done', { trigger: 'schedule' });
  expect((await explain(store, eventId)).events[0]?.others).toEqual([
    { campaign: 'lunch', why: 'was not the one that fell due' },
  ]);
});

it('tells of an event that starts nothing, as when somebody stays', async () => {
  const store = await openStore();
  await store.apply(campaignDocument());
  const { eventId } = await newDelivery(store);
  await store.db.deleteFrom('delivery').execute();
  await store.db.deleteFrom('decision').execute();
  await store.repos.events.close(eventId, 'done', {});
  expect((await explain(store, eventId)).events[0]?.others).toEqual([
    { campaign: 'tea', why: 'the event starts no campaign' },
  ]);
});

it.each(['evt_0', 'cpn_0', 'dec_0', 'dlv_0', 'mem_0', '3467-9ACD-EFGH', 'node:epoch:1'])(
  'knows nothing of %s',
  async (asked) => {
    await expect(explain(await openStore(), asked)).rejects.toMatchObject({ kind: 'not_found', code: 'nothing_known' });
  },
);

it('tells who came and was never heard from who is not there, and repeats no LINE user id', async () => {
  const store = await openStore();
  const member = await newMember(store);
  await expect(explain(store, member)).rejects.toMatchObject({ code: 'nothing_happened' });
  const user = `U${'0a'.repeat(16)}`;
  const problem = await explain(store, user).catch((error: unknown) => error);
  expect(problem).toMatchObject({ code: 'nothing_known' });
  expect(JSON.stringify([problem, String(problem)])).not.toContain(user);
});

it('tells of a coupon that was asked for over and over how it was given, and not each time', async () => {
  const store = await openStore();
  const { db, mint } = store;
  const { couponId, eventId } = await newDelivery(store);
  const event = await db.selectFrom('event').selectAll().where('id', '=', eventId).executeTakeFirstOrThrow();
  const decision = await db.selectFrom('decision').selectAll().executeTakeFirstOrThrow();
  const { seq: _, ...again } = event;
  for (let time = 1; time <= 30; time += 1) {
    const heard = { ...again, id: mint.id('event'), source_id: `again-${time}` };
    await db.insertInto('event').values(heard).execute();
    const shown = { id: mint.id('decision'), event_id: heard.id, outcome: 'reissued', decided_at: T0 + time };
    await db
      .insertInto('decision')
      .values({ ...decision, ...shown })
      .execute();
  }
  const { events } = await explain(store, couponId);
  expect(events).toHaveLength(20);
  expect(events[0]?.id).toBe(eventId);
});

it('reads a coupon and the newest events back', async () => {
  const store = await openStore();
  const { couponId, eventId, memberId } = await newDelivery(store);
  await store.repos.events.close(eventId, 'done', { memberId });
  const read = readings(store);
  expect(await read.coupon(couponId)).toMatchObject({ id: couponId, campaign: 'tea', member: memberId, issuedAt: T0 });
  await expect(read.coupon('cpn_0')).rejects.toMatchObject({ code: 'unknown_coupon' });
  const { eventId: newest } = await newDelivery(store);
  expect((await read.events({ limit: 10 })).map((event) => event.id)).toEqual([newest, eventId]);
  expect((await read.events({ limit: 10, member: memberId })).map((event) => event.id)).toEqual([eventId]);
  expect(await read.events({ limit: 1 })).toHaveLength(1);
});
