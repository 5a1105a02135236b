import { expect, it } from 'vitest';
import { fixedDm } from '../../protocol/device-message.ts';
import { TagSubject, tagSubjectKey } from '../../protocol/messages/common.ts';
import { epochMs } from '../../protocol/units.ts';
import type { EventId, MemberId } from '../core/ids.ts';
import { createLedger } from '../store/ledger.ts';
import { profileRows } from '../store/member-profile.ts';
import { linkIdentity, memberRows } from '../store/members.ts';
import { runRivals } from '../store/rivals.fixture.ts';
import {
  campaignDocument,
  HWID,
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

/** Ties the LINE account `U<tag>` to the member of each tag. */
async function befriend({ db, mint }: TestStore): Promise<void> {
  const links = await db.selectFrom('identity_link').select(['member_id', 'subject']).execute();
  for (const [index, { member_id }] of links.entries()) {
    await linkIdentity({ db, mint }, member_id, { kind: 'line_user', issuer: 'bot', subject: `U${index + 1}` }, T0);
  }
}

/** Somebody types something, and it waits to be worked off. */
async function types({ repos }: TestStore, text: string, userId: string): Promise<EventId> {
  const body = {
    destination: 'bot',
    event: {
      ...{ type: 'message', mode: 'active', timestamp: T0, replyToken: `token-${text}-${userId}` },
      source: { type: 'user', userId },
      message: { type: 'text', text },
    },
  };
  const event = newEvent({ type: 'message', body });
  await repos.events.add(event);
  return event.id;
}

/** Outcome or reason to how often it was decided. */
async function decided({ db }: TestStore): Promise<Record<string, number>> {
  const rows = await db.selectFrom('decision').select(['outcome', 'reason']).execute();
  const counts: Record<string, number> = {};
  for (const { outcome, reason } of rows) counts[reason ?? outcome] = (counts[reason ?? outcome] ?? 0) + 1;
  return counts;
}

it.each(['500', '8'])(
  'gives a stock of 50 to exactly 50 of 500 who come at once, told by two processes, %s a commit',
  async (together) => {
    const store = await openShop({ ...PUSHES, limits: { ...BUDGET, stock: 50 } });
    await makeMembers(store, 500);
    const rival = new URL('../claim-rival.fixture.ts', import.meta.url);
    const acknowledged = await runRivals(
      rival,
      store.target,
      store.vaultKey.toString('hex'),
      String(T0),
      '500',
      together,
    );
    expect(acknowledged).toEqual([500, 500]);
    expect(await decided(store)).toEqual({ granted: 50, stock_exhausted: 450 });
    const coupons = await store.db.selectFrom('coupon').select('member_id').distinct().execute();
    const deliveries = await store.db.selectFrom('delivery').select('coupon_id').distinct().execute();
    expect([coupons.length, deliveries.length]).toEqual([50, 50]);
    const counters = await store.db.selectFrom('counter').select(['key', 'used']).orderBy('key').execute();
    expect(counters.map(({ used }) => used)).toEqual([50, 50]);
  },
  60_000,
);

it.each([
  ['a campaign', { total: { max: 30, per: 'P1D' } }, [], 'cap_campaign'],
  ['the house', {}, [{ caps: { global: { max: 30, per: 'P1D' } } }], 'cap_global'],
] as const)(
  'keeps a rolling limit of %s over all members, told by two processes',
  async (_whose, limits, policies, reason) => {
    const store = await openShop({ ...PUSHES, limits: { ...BUDGET, ...limits } });
    for (const spec of policies) {
      await store.apply({ apiVersion: 'pharos/v1', kind: 'Policy', metadata: { id: 'house' }, spec });
    }
    await makeMembers(store, 300);
    const rival = new URL('../claim-rival.fixture.ts', import.meta.url);
    const acknowledged = await runRivals(rival, store.target, store.vaultKey.toString('hex'), String(T0), '300', '8');
    expect(acknowledged).toEqual([300, 300]);
    expect(await decided(store)).toEqual({ granted: 30, [reason]: 270 });
  },
  60_000,
);

it('trusts twenty fixed device messages of a door in an hour, told by two processes', async () => {
  const store = await openShop({});
  for (let person = 0; person < 120; person++) {
    const event = {
      ...{ type: 'beacon', mode: 'active', timestamp: T0, replyToken: `token-${person}` },
      source: { type: 'user', userId: `U${person}` },
      beacon: { hwid: HWID, type: 'enter', dm: fixedDm(1) },
    };
    await store.repos.events.add(newEvent({ body: { destination: 'bot', event } }));
  }
  const rival = new URL('../fixed-rival.fixture.ts', import.meta.url);
  const claimed = await runRivals(rival, store.target, store.vaultKey.toString('hex'), String(T0), '8');
  expect(claimed.reduce<number>((sum, count) => sum + Number(count), 0)).toBe(120);
  expect(await decided(store)).toEqual({ granted: 20, untrusted_beacon: 100 });
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
  const type = (text: string, userId: string) => types(store, text, userId);
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

const BOTH_WAYS = {
  trigger: [{ on: 'enter' }, { on: 'keyword', phrases: ['夏日冰品'] }],
  timeZone: 'Asia/Taipei',
  delivery: { fallback: 'push' },
  limits: BUDGET,
};

it('gives one coupon of one campaign to who is heard by two ears, in either order', async () => {
  const store = await openShop(BOTH_WAYS);
  await makeMembers(store, 2);
  await befriend(store);
  const ledger = createLedger(store);
  const send = openSending({ ledger, mint: store.mint, now: () => T0 });
  const typed = async (userId: string) => {
    const id = await types(store, '夏日冰品', userId);
    await ledger.transaction((tx) => takeLineEvents(tx, store.mint, [id], T0));
  };
  await send(NODE, [heardTag(1, 1)]);
  await typed('U1');
  expect(await decided(store)).toEqual({ granted: 1, reissued: 1 });
  await typed('U2');
  await send(NODE, [heardTag(2, 2)]);
  expect(await decided(store)).toEqual({ granted: 2, reissued: 1, already_has_coupon: 1 });
  expect(await store.db.selectFrom('coupon').select('id').execute()).toHaveLength(2);
});

it('gives 60 members one coupon each, who type and walk in at once, told by two processes', async () => {
  const store = await openShop(BOTH_WAYS);
  await makeMembers(store, 60);
  await befriend(store);
  for (let tag = 1; tag <= 60; tag++) await types(store, '夏日冰品', `U${tag}`);
  const rival = new URL('../two-ears-rival.fixture.ts', import.meta.url);
  const troubles = await runRivals(rival, store.target, store.vaultKey.toString('hex'), String(T0), '60');
  expect(troubles).toEqual([[], []]);
  const { granted, reissued = 0, already_has_coupon: held = 0, ...others } = await decided(store);
  expect({ granted, again: reissued + held, others }).toEqual({ granted: 60, again: 60, others: {} });
  const coupons = await store.db.selectFrom('coupon').select('member_id').execute();
  expect([coupons.length, new Set(coupons.map(({ member_id }) => member_id)).size]).toEqual([60, 60]);
}, 60_000);

it('says to exactly those who came too late that all is given out', async () => {
  const soldOut = { template: 'gone.json', sources: { default: '{"type":"text","text":"{{ coupon.value }} gone"}' } };
  const { offer } = campaignDocument().spec as { offer: object };
  const store = await openShop({
    ...{ trigger: { on: 'keyword', phrases: ['夏日冰品'] }, timeZone: 'Asia/Taipei', limits: { stock: 40 } },
    offer: { ...offer, soldOut },
  });
  for (let user = 1; user <= 100; user++) await types(store, '夏日冰品', `U${user}`);
  const rival = new URL('../two-ears-rival.fixture.ts', import.meta.url);
  const troubles = await runRivals(rival, store.target, store.vaultKey.toString('hex'), String(T0), '0');
  expect(troubles).toEqual([[], []]);
  expect(await decided(store)).toEqual({ granted: 40, stock_exhausted: 60 });
  const deliveries = await store.db
    .selectFrom('delivery')
    .innerJoin('decision', 'decision.id', 'delivery.decision_id')
    .select(['decision.outcome', 'delivery.coupon_id', 'delivery.route', 'delivery.stock_key', 'messages_sealed'])
    .execute();
  const late = deliveries.filter(({ outcome }) => outcome === 'refused');
  expect([deliveries.length, late.length]).toEqual([100, 60]);
  for (const { coupon_id, route, stock_key, messages_sealed } of late) {
    expect([coupon_id, route, stock_key]).toEqual([null, 'reply', null]);
    expect(store.vault.open(messages_sealed).toString('utf8')).toContain(' gone');
  }
  expect(await store.db.selectFrom('counter').select('used').execute()).toEqual([{ used: 40 }]);
}, 60_000);

it.each<[string, object, object]>([
  ['a tag', { tag: 'vip' }, { tags: ['vip'] }],
  ['a tier', { tier: { in: ['gold', 'silver'] } }, { tier: 'gold' }],
  ['an attribute', { attribute: { name: 'shoe', gte: 42 } }, { shoe: 43 }],
  ['a birthday', { birthday: 'today' }, { birthday: '1990-12-15' }],
])('knows of %s when it decides', async (_what, audience, { tags = [], ...attributes }: { tags?: string[] }) => {
  const store = await openShop({ ...PUSHES, limits: BUDGET, audience });
  await makeMembers(store, 2);
  const [meant] = await store.db.selectFrom('identity_link').select('member_id').orderBy('subject').execute();
  const member = meant?.member_id as MemberId;
  await profileRows(store).tag(member, tags, T0);
  await profileRows(store).setAttributes(member, attributes, T0);
  const send = openSending({ ledger: createLedger(store), mint: store.mint, now: () => T0 });
  await send(NODE, [heardTag(1, 1), heardTag(2, 2)]);
  const rows = await store.db.selectFrom('decision').select(['member_id', 'outcome']).execute();
  expect(rows.filter(({ outcome }) => outcome === 'granted')).toEqual([{ member_id: member, outcome: 'granted' }]);
  expect(await decided(store)).toEqual({ granted: 1, audience_mismatch: 1 });
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
