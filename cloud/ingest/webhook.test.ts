import { createHmac } from 'node:crypto';
import { expect, it } from 'vitest';
import { fixedDm } from '../../protocol/device-message.ts';
import { epochMs } from '../../protocol/units.ts';
import { createLedger } from '../store/ledger.ts';
import { campaignDocument, HWID, nodeDocument, openStore, storeDocument, T0 } from '../store/testing.fixture.ts';
import { takeLineEvents } from './line-ear.ts';
import { createWebhook } from './webhook.ts';

const SECRET = 'channel-secret';
const MINUTE = 60_000;
const after = (ms: number) => epochMs(T0 + ms);

/** A shop with one campaign that replies, and a phone that heard its door at T0. */
async function openEar() {
  const store = await openStore();
  await store.apply(storeDocument({ hours: '00:00-24:00' }), nodeDocument(), campaignDocument());
  const ledger = createLedger(store);
  let now = T0;
  const take = createWebhook({
    ledger,
    mint: store.mint,
    channelSecret: () => SECRET,
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
      const rows = await store.db.selectFrom('decision').select(['outcome', 'reason']).execute();
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
