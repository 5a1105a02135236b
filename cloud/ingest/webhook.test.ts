import { createHmac } from 'node:crypto';
import { sql } from 'kysely';
import { expect, it, onTestFinished } from 'vitest';
import { fixedDm } from '../../protocol/device-message.ts';
import { epochMs } from '../../protocol/units.ts';
import { eventually } from '../sandbox/sandbox.fixture.ts';
import { openDatabase } from '../store/database.ts';
import { createLedger } from '../store/ledger.ts';
import {
  campaignDocument,
  HWID,
  nodeDocument,
  ON_POSTGRES,
  openStore,
  storeDocument,
  T0,
} from '../store/testing.fixture.ts';
import { takeLineEvents } from './line-ear.ts';
import { createWebhook } from './webhook.ts';

const SECRET = 'channel-secret';
const MINUTE = 60_000;
const after = (ms: number) => epochMs(T0 + ms);

/** A shop with a campaign that replies, and others, and a phone that heard its door at T0. */
async function openEar(...others: readonly object[]) {
  const store = await openStore();
  await store.apply(storeDocument({ hours: '00:00-24:00' }), nodeDocument(), campaignDocument(), ...others);
  const ledger = createLedger(store);
  let now = T0;
  const take = createWebhook({
    ledger,
    mint: store.mint,
    channelSecrets: () => [SECRET],
    now: () => now,
    onStored: () => undefined,
  });
  const event = {
    type: 'beacon',
    mode: 'active',
    webhookEventId: 'heard-once',
    timestamp: T0,
    replyToken: 'token',
    source: { type: 'user', userId: 'Ualice' },
    beacon: { hwid: HWID, type: 'enter', dm: fixedDm(1) },
  };
  return {
    store,
    /** LINE calls this long after it happened. */
    async comes(ms: number, isRedelivery: boolean) {
      now = after(ms);
      const body = Buffer.from(
        JSON.stringify({ destination: 'bot', events: [{ ...event, deliveryContext: { isRedelivery } }] }),
      );
      return await take(body, createHmac('sha256', SECRET).update(body).digest('base64'));
    },
    /** The worker gets to it this long after it happened. */
    async worksOff(ms: number): Promise<void> {
      for (const id of await ledger.read(({ events }) => events.pending(10))) {
        await ledger.transaction((tx) => takeLineEvents(tx, store.mint, [id], after(ms)));
      }
    },
    async decided() {
      const rows = await store.db.selectFrom('decision').select(['outcome', 'reason']).orderBy('campaign_id').execute();
      return rows.map(({ outcome, reason }) => reason ?? outcome);
    },
  };
}

it('answers by the token of a repeat what it was too late for', async () => {
  const { store, comes, worksOff, decided } = await openEar();
  await comes(0, false);
  await worksOff(3 * MINUTE);
  expect(await decided()).toEqual(['late_event']);
  expect(await comes(4 * MINUTE, true)).toEqual({ status: 200, stored: 1, duplicates: 0 });
  await worksOff(4 * MINUTE + 100);
  expect(await decided()).toEqual(['granted']);
  const delivery = store.db.selectFrom('delivery').select(['route', 'token_received_at']);
  expect(await delivery.execute()).toEqual([{ route: 'reply', token_received_at: after(4 * MINUTE) }]);

  expect(await comes(5 * MINUTE, true)).toEqual({ status: 200, stored: 0, duplicates: 1 });
  await worksOff(5 * MINUTE);
  expect(await decided()).toEqual(['granted']);
});

it('answers by the token of a repeat also where another campaign had a reason of its own', async () => {
  const gold = campaignDocument({ audience: { tag: 'gold' }, priority: 9 }, 'gold');
  const { store, comes, worksOff, decided } = await openEar(gold);
  await comes(0, false);
  await worksOff(1 * MINUTE);
  expect(await decided()).toEqual(['audience_mismatch', 'late_event']);
  expect(await comes(1.5 * MINUTE, true)).toEqual({ status: 200, stored: 1, duplicates: 0 });
  await worksOff(1.5 * MINUTE + 100);
  expect(await decided()).toEqual(['audience_mismatch', 'granted']);
  const delivery = store.db.selectFrom('delivery').select(['route', 'token_received_at']);
  expect(await delivery.execute()).toEqual([{ route: 'reply', token_received_at: after(1.5 * MINUTE) }]);
  expect(await comes(2 * MINUTE, true)).toEqual({ status: 200, stored: 0, duplicates: 1 });
});

it('takes a repeat of what nobody was late for as a repeat', async () => {
  const { comes, worksOff, decided } = await openEar(campaignDocument({ audience: { tag: 'gold' } }));
  await comes(0, false);
  await worksOff(1 * MINUTE);
  expect(await comes(1.5 * MINUTE, true)).toEqual({ status: 200, stored: 0, duplicates: 1 });
  expect(await decided()).toEqual(['audience_mismatch']);
});

it('counts the token of what still waits from its repeat', async () => {
  const { store, comes, worksOff } = await openEar();
  await comes(0, false);
  await comes(3 * MINUTE, true);
  await worksOff(3 * MINUTE + 100);
  const delivery = store.db.selectFrom('delivery').select(['route', 'token_received_at']);
  expect(await delivery.execute()).toEqual([{ route: 'reply', token_received_at: after(3 * MINUTE) }]);
});

it.each([
  ['without LINE saying that it is one', 4 * MINUTE, false],
  ['after LINE would have stopped', 21 * MINUTE, true],
])('takes a repeat for a repeat %s', async (_name, ms, isRedelivery) => {
  const { comes, worksOff, decided } = await openEar();
  await comes(0, false);
  await worksOff(3 * MINUTE);
  expect(await comes(ms, isRedelivery)).toEqual({ status: 200, stored: 0, duplicates: 1 });
  await worksOff(ms);
  expect(await decided()).toEqual(['late_event']);
});

it('notes what campaigns could wait for, and nothing where somebody only stays', async () => {
  const { store, comes, worksOff } = await openEar();
  await comes(0, false);
  const stay = { type: 'beacon', timestamp: T0, beacon: { hwid: HWID, type: 'stay', dm: fixedDm(1) } };
  await store.repos.events.add({
    id: store.mint.id('event') as never,
    ear: 'line',
    sourceId: 'stays',
    type: 'beacon',
    at: T0,
    receivedAt: T0,
    ageMs: 0,
    body: { destination: 'bot', event: { ...stay, mode: 'active' } },
  });
  await worksOff(100);
  const rows = await store.db.selectFrom('event').select('trigger_on').orderBy('seq').execute();
  expect(rows).toEqual([{ trigger_on: 'enter' }, { trigger_on: null }]);
});

const signed = (body: Buffer, secret = SECRET) => createHmac('sha256', secret).update(body).digest('base64');
const callOf = (...ids: readonly string[]) =>
  Buffer.from(
    JSON.stringify({
      destination: 'bot',
      events: ids.map((webhookEventId) => ({ type: 'unheardOf', webhookEventId, timestamp: T0, more: [1] })),
    }),
  );

it('writes calls that come together in few commits, each event once, and keeps what it does not know', async () => {
  const store = await openStore();
  const ledger = createLedger(store);
  let commits = 0;
  const take = createWebhook({
    ledger: {
      ...ledger,
      hear: (events) => {
        commits += 1;
        return ledger.hear(events);
      },
    },
    mint: store.mint,
    channelSecrets: () => ['the next one', SECRET],
    now: () => T0,
    onStored: () => undefined,
  });
  const calls = Array.from({ length: 50 }, (_, index) => callOf(`a${index}`, `b${index % 10}`, `a${index}`));
  const answers = await Promise.all(calls.map((body) => take(body, signed(body))));
  expect(answers.every(({ status }) => status === 200)).toBe(true);
  const rows = await store.db.selectFrom('event').select(['type', 'state']).execute();
  expect(rows).toHaveLength(60);
  expect(rows[0]).toEqual({ type: 'unheardOf', state: 'pending' });
  expect(commits).toBeLessThan(5);
  const body = callOf('signed anew');
  expect(await take(body, signed(body, 'the next one'))).toMatchObject({ stored: 1 });
  expect(await take(body, signed(body, 'the one before'))).toMatchObject({ status: 401 });
});

it('keeps an event whose texts no database keeps, once, and those that came with it', async () => {
  const store = await openStore();
  const ledger = createLedger(store);
  const take = createWebhook({
    ledger,
    mint: store.mint,
    channelSecrets: () => [SECRET],
    now: () => T0,
    onStored: () => undefined,
  });
  const source = { type: 'user', userId: 'U\0\ud83d' };
  const odd = { webhookEventId: 'odd\0', timestamp: T0, source, replyToken: 'token\0' };
  const beacon = { ...odd, type: 'beacon', mode: 'active', beacon: { hwid: HWID, type: 'enter', dm: 'dm\0' } };
  const message = { ...odd, webhookEventId: 'said', type: 'message', message: { type: 'text', text: 'tea\0' } };
  const unknown = { ...odd, webhookEventId: 'unknown', type: 'new\0' };
  const body = Buffer.from(JSON.stringify({ destination: 'bot\0', events: [beacon, message, unknown] }));
  const both = [body, callOf('plain')].map((one) => take(one, signed(one)));
  expect(await Promise.all(both)).toEqual([
    { status: 200, stored: 3, duplicates: 0 },
    { status: 200, stored: 1, duplicates: 0 },
  ]);
  expect(await take(body, signed(body))).toMatchObject({ stored: 0, duplicates: 3 });
  for (const more of [[], ['again']]) {
    if (more.length > 0) await take(callOf(...more), signed(callOf(...more)));
    const taken = await ledger.transaction((tx) => takeLineEvents(tx, store.mint, { most: 10 }, T0));
    expect(taken.broken).toEqual([]);
  }
  const rows = await store.db.selectFrom('event').select(['type', 'state', 'dm']).orderBy('seq').execute();
  const done = { state: 'done', dm: null };
  expect(rows).toEqual([
    { ...done, type: 'beacon', dm: 'dm\ufffd' },
    { ...done, type: 'message' },
    { ...done, type: 'new\ufffd' },
    { ...done, type: 'unheardOf' },
    { ...done, type: 'unheardOf' },
  ]);
  expect(await store.db.selectFrom('member').select('id').execute()).toHaveLength(1);
});

it('says so when the disk is too slow, and keeps what was written after all', async () => {
  const store = await openStore();
  const ledger = createLedger(store);
  let goOn = (): void => undefined;
  const slow = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const take = createWebhook({
    ledger: { ...ledger, hear: (events) => slow.then(() => ledger.hear(events)) },
    mint: store.mint,
    channelSecrets: () => [SECRET],
    now: () => T0,
    onStored: () => undefined,
    storeWithinMs: 150,
  });
  const body = callOf('late');
  expect(await take(body, signed(body))).toMatchObject({ status: 503, code: 'busy' });
  goOn();
  await eventually(async () =>
    expect(await take(body, signed(body))).toEqual({ status: 200, stored: 0, duplicates: 1 }),
  );
});

it('answers at once while somebody else holds the database, and keeps what it refused', async () => {
  const store = await openStore();
  const service = await openDatabase(store.target, 'service');
  onTestFinished(() => service.destroy());
  const take = createWebhook({
    ledger: createLedger({ ...store, db: service }),
    mint: store.mint,
    channelSecrets: () => [SECRET],
    now: () => T0,
    onStored: () => undefined,
    storeWithinMs: 100,
  });
  const rival = await store.db.startTransaction().execute();
  await rival.updateTable('vault_check').set({ id: 1 }).execute();
  if (ON_POSTGRES) await sql`LOCK TABLE event IN EXCLUSIVE MODE`.execute(rival);
  const began = performance.now();
  const body = callOf('held up');
  expect(await take(body, signed(body))).toMatchObject({ status: 503, code: 'busy' });
  expect(performance.now() - began).toBeLessThan(2_000);
  await rival.rollback().execute();
  await eventually(async () =>
    expect(await take(body, signed(body))).toEqual({ status: 200, stored: 0, duplicates: 1 }),
  );
});
