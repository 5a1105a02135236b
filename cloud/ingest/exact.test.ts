import { expect, it } from 'vitest';
import { TagSubject, tagSubjectKey } from '../../protocol/messages/common.ts';
import { epochMs } from '../../protocol/units.ts';
import { createLedger } from '../store/ledger.ts';
import { memberRows } from '../store/members.ts';
import { runRivals } from '../store/rivals.fixture.ts';
import {
  campaignDocument,
  NODE,
  newEvent,
  nodeDocument,
  openStore,
  storeDocument,
  T0,
  type TestStore,
} from '../store/testing.fixture.ts';
import { heardTag, openSending, tagNumber } from './ear.fixture.ts';
import { takeLineEvents } from './line-ear.ts';

const MINUTE = 60_000;
const PUSHES = { delivery: { prefer: 'push' }, freshFor: 'PT2H' };
const BUDGET = { messages: { max: 10_000, per: 'month' } };

/** A shop that never closes, with one campaign. */
async function openShop(campaign: object): Promise<TestStore> {
  const store = await openStore();
  await store.apply(storeDocument({ hours: '00:00-24:00' }), nodeDocument(), campaignDocument(campaign));
  return store;
}

/** Members with the tags 1 to `count`, who agreed to offers. */
async function makeMembers(store: TestStore, count: number): Promise<void> {
  const members = memberRows(store);
  const made = await members.make(
    Array.from({ length: count }, (_, index) => ({
      kind: 'ble_tag' as const,
      issuer: 'ibeacon',
      subject: tagSubjectKey(TagSubject.parse(tagNumber(index + 1))),
      at: T0,
    })),
  );
  await members.consentAll(
    [...made.values()].map((memberId) => ({ memberId, action: 'granted', source: 'test', at: T0 })),
  );
}

/** Outcome or reason to how often it was decided. */
async function decided({ db }: TestStore): Promise<Record<string, number>> {
  const rows = await db.selectFrom('decision').select(['outcome', 'reason']).execute();
  const counts: Record<string, number> = {};
  for (const { outcome, reason } of rows) counts[reason ?? outcome] = (counts[reason ?? outcome] ?? 0) + 1;
  return counts;
}

it('gives a stock of 50 to exactly 50 of 500 who come at once, told by two processes', async () => {
  const store = await openShop({ ...PUSHES, limits: { ...BUDGET, stock: 50 } });
  await makeMembers(store, 500);
  const rival = new URL('../claim-rival.fixture.ts', import.meta.url);
  const acknowledged = await runRivals(rival, store.target, store.vaultKey.toString('hex'), String(T0), '500');
  expect(acknowledged).toEqual([500, 500]);
  expect(await decided(store)).toEqual({ granted: 50, stock_exhausted: 450 });
  const coupons = await store.db.selectFrom('coupon').select('member_id').distinct().execute();
  const deliveries = await store.db.selectFrom('delivery').select('coupon_id').distinct().execute();
  expect([coupons.length, deliveries.length]).toEqual([50, 50]);
  const counters = await store.db.selectFrom('counter').select(['key', 'used']).orderBy('key').execute();
  expect(counters.map(({ used }) => used)).toEqual([50, 50]);
}, 60_000);

it('grants one of twenty walks in and out within an hour, and says why not of the others', async () => {
  const store = await openShop({ ...PUSHES, limits: { ...BUDGET, perMember: { max: 1, per: 'P30D' } } });
  await makeMembers(store, 1);
  const send = openSending({ ledger: createLedger(store), mint: store.mint, now: () => T0 });
  const walks = Array.from({ length: 20 }, (_, walk) => [
    heardTag(2 * walk + 1, 1, { agoMs: (60 - 3 * walk) * MINUTE }),
    heardTag(2 * walk + 2, 1, { agoMs: (59 - 3 * walk) * MINUTE, type: 'exit', presentMs: MINUTE }),
  ]).flat();
  await send(NODE, walks);
  expect(await decided(store)).toEqual({ granted: 1, visit_continues: 19 });
  // A later visit: no visit that goes on, but a limit.
  const later = openSending({ ledger: createLedger(store), mint: store.mint, now: () => epochMs(T0 + 120 * MINUTE) });
  await later(NODE, [heardTag(99, 1)]);
  expect(await decided(store)).toEqual({ granted: 1, visit_continues: 19, cap_member_campaign: 1 });
});

it('shows who types the phrase again the coupon they hold', async () => {
  const store = await openShop({ trigger: { on: 'keyword', phrases: ['夏日 冰品'] }, timeZone: 'Asia/Taipei' });
  const ledger = createLedger(store);
  const type = async (text: string, userId: string) => {
    const body = {
      destination: 'bot',
      event: {
        ...{ type: 'message', mode: 'active', timestamp: T0, replyToken: `token-${text}-${userId}` },
        source: { type: 'user', userId },
        message: { type: 'text', text },
      },
    };
    const event = newEvent({ type: 'message', body });
    await store.repos.events.add(event);
    return event.id;
  };
  const ids = [
    await type('夏日冰品！', 'Ualice'),
    await type('夏日、冰品', 'Ualice'),
    await type('hello', 'Ualice'),
    await type('夏日冰品', 'Ubob'),
    await type('STOP', 'Ubob'),
    await type('夏日冰品', 'Ubob'),
  ];
  const taken = await ledger.transaction((tx) => takeLineEvents(tx, store.mint, ids, T0));
  expect(taken).toMatchObject({ claimed: 6, deliveries: 3, broken: [], unmade: [] });
  expect(await decided(store)).toEqual({ granted: 2, reissued: 1, no_consent: 1 });
  const deliveries = await store.db
    .selectFrom('delivery')
    .innerJoin('decision', 'decision.id', 'delivery.decision_id')
    .select(['decision.outcome', 'delivery.coupon_id', 'delivery.messages_sealed', 'decision.event_id'])
    .execute();
  const [first, again] = ids.map((id) => deliveries.find(({ event_id }) => event_id === id));
  expect([first?.outcome, again?.outcome]).toEqual(['granted', 'reissued']);
  expect(again?.coupon_id).toBe(first?.coupon_id);
  const shown = (row: typeof first) => store.vault.open(row?.messages_sealed ?? new Uint8Array()).toString('utf8');
  expect(shown(again)).toBe(shown(first));
  expect(await store.db.selectFrom('coupon').select('id').execute()).toHaveLength(2);
});

it('keeps nothing of a tag that is nobody’s, and decides about nobody', async () => {
  const store = await openShop({ ...PUSHES, limits: BUDGET });
  const send = openSending({ ledger: createLedger(store), mint: store.mint, now: () => T0 });
  await send(NODE, [heardTag(1, 4_711)]);
  expect(await decided(store)).toEqual({ unknown_subject: 1 });
  expect(await store.db.selectFrom('decision').select(['member_id', 'visit_id']).execute()).toEqual([
    { member_id: null, visit_id: null },
  ]);
  const told = JSON.stringify(await store.db.selectFrom('event').selectAll().execute());
  expect(told).not.toMatch(/4711|d0d2ce24/);
});
