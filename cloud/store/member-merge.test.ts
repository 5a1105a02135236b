import fc from 'fast-check';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { epochMs } from '../../protocol/units.ts';
import { issueKey } from '../core/coupon/coupon.ts';
import type { CampaignId, MemberId } from '../core/ids.ts';
import { FOLDED_TABLES, MOVED_TABLES } from '../core/member/journal.ts';
import { rememberPast } from '../core/working-set-memory.ts';
import { decisionRows } from './decisions.ts';
import { dump, type Life, live } from './member.fixture.ts';
import { eraseMember } from './member-erase.ts';
import { mergeMembers } from './member-merge.ts';
import { unmergeMembers } from './member-unmerge.ts';
import { linkIdentity, memberRows } from './members.ts';
import { senderQueue } from './sender-queue.ts';
import { tablesOf } from './tables.ts';
import {
  campaignDocument,
  newCoupon,
  newEvent,
  newMember,
  nodeDocument,
  openStore,
  storeDocument,
  T0,
  TEA,
  type TestStore,
} from './testing.fixture.ts';

const HOUR = 3600_000;
const NOW = epochMs(T0 + 100 * HOUR);
const NOBODY: Life = { visits: [], grants: [], arms: [], tags: [], attributes: {}, blocked: false };
const asked = (survivor: string, absorbed: string) => ({ survivor, absorbed, why: 'one person', who: 'test' });

async function openShop(): Promise<TestStore> {
  const store = await openStore();
  await store.apply(storeDocument(), nodeDocument(), campaignDocument({ limits: { stock: 1000 } }));
  return store;
}

const grant = (given: Partial<Life['grants'][number]> = {}): Life['grants'][number] => ({
  campaign: 'tea',
  at: 90,
  state: 'issued',
  lasts: 48,
  stocked: true,
  ...given,
});

const coupons = async ({ db }: TestStore) =>
  await db
    .selectFrom('coupon')
    .select(['id', 'member_id', 'state', 'folded_into', 'expires_at'])
    .orderBy('id')
    .execute();

it('makes two members one: rows change hands, and what one person has once is folded', async () => {
  const store = await openShop();
  const { db } = store;
  const survivor = await live(store, {
    ...NOBODY,
    visits: [
      { from: 0, hours: 1 },
      { from: 50, hours: 1 },
    ],
    grants: [grant({ lasts: 24 }), grant({ at: 10, state: 'redeemed' })],
    arms: [{ campaign: 'tea', at: 5, arm: 'treated' }],
    tags: ['vip'],
    attributes: { tier: 'gold' },
    blocked: true,
  });
  const absorbed = await live(store, {
    ...NOBODY,
    visits: [
      { from: 1.25, hours: 1 },
      { from: 70, hours: 1 },
    ],
    grants: [grant({ lasts: 48 })],
    arms: [
      { campaign: 'tea', at: 3, arm: 'control' },
      { campaign: 'cake', at: 9, arm: 'control' },
    ],
    tags: ['vip', 'staff'],
    attributes: { tier: 'silver', name: 'Anna' },
    tag: 'a-tag',
  });
  await db
    .updateTable('identity_link')
    .set({ created_at: T0 + 5 })
    .where('member_id', '=', absorbed)
    .execute();
  const done = await mergeMembers(store, asked(survivor, absorbed), NOW);
  expect(done).toMatchObject({ visitsFolded: 1, moved: { identity_link: 2, event: 3, decision: 1, coupon: 1 } });

  const one = await memberRows(store).facts([survivor], new Set(['tags', 'tier', 'attributes']));
  expect(one.get(survivor)).toMatchObject({ tags: new Set(['vip', 'staff']), tier: 'gold' });
  expect(one.get(survivor)?.attributes?.get('name')).toBe('Anna');
  // Whose LINE account was linked last can be reached.
  expect(await memberRows(store).lock([survivor, absorbed])).toMatchObject([{ id: survivor, blocked: false }]);
  const states = await coupons(store);
  expect(new Set(states.map(({ member_id }) => member_id))).toEqual(new Set([survivor]));
  expect(states.map(({ state }) => state).sort()).toEqual(['issued', 'redeemed', 'revoked']);
  const kept = states.find(({ state }) => state === 'issued');
  expect(kept?.expires_at).toBe(T0 + 138 * HOUR);
  expect(states.find(({ state }) => state === 'revoked')).toMatchObject({ id: done.revoked[0], folded_into: kept?.id });
  const stock = await db.selectFrom('counter').select('used').where('key', '=', 'stock|tea').executeTakeFirstOrThrow();
  expect(stock.used).toBe(2);
  const visits = await db.selectFrom('visit').select(['opened_at', 'last_at']).orderBy('opened_at').execute();
  expect(visits.map(({ opened_at, last_at }) => [(opened_at - T0) / HOUR, (last_at - T0) / HOUR])).toEqual([
    [0, 2.25],
    [50, 51],
    [70, 71],
  ]);
  const lost = await db
    .selectFrom('event')
    .select('id')
    .where('visit_id', 'not in', db.selectFrom('visit').select('id'))
    .execute();
  expect(lost).toEqual([]);
  const arms = await db
    .selectFrom('exposure')
    .select(['campaign_id', 'arm', 'member_id'])
    .orderBy('campaign_id')
    .execute();
  expect(arms).toEqual([
    { campaign_id: 'cake', arm: 'control', member_id: survivor },
    { campaign_id: 'tea', arm: 'control', member_id: survivor },
  ]);
});

const life = fc.record<Life>({
  visits: fc.array(fc.record({ from: fc.nat(60), hours: fc.nat(3) }), { maxLength: 4 }),
  grants: fc.array(
    fc.record({
      campaign: fc.constantFrom('tea', 'cake'),
      at: fc.nat(99),
      state: fc.constantFrom('issued', 'locked', 'redeemed', 'revoked', 'ghost'),
      lasts: fc.integer({ min: 1, max: 200 }),
      stocked: fc.boolean(),
    }),
    { maxLength: 4 },
  ),
  arms: fc.array(
    fc.record({
      campaign: fc.constantFrom('tea', 'cake', 'ice'),
      at: fc.nat(9),
      arm: fc.constantFrom('treated', 'control'),
    }),
    { maxLength: 3 },
  ),
  tags: fc.uniqueArray(fc.constantFrom('vip', 'staff', 'new')),
  attributes: fc.dictionary(fc.constantFrom('tier', 'name', 'city'), fc.constantFrom('a', 'b')),
  blocked: fc.boolean(),
});

it('merged and unmerged, everything is as before; and no limit leaves more than before', async () => {
  const store = await openShop();
  const counted = async (member: MemberId, campaign: string): Promise<number> =>
    (await decisionRows(store).gotBy([member], epochMs(0))).filter(({ campaignId }) => campaignId === campaign).length;
  const usable = async (member: string, campaign: string): Promise<number> =>
    (
      await store.db
        .selectFrom('coupon')
        .select('id')
        .where('member_id', '=', member)
        .where('campaign_id', '=', campaign)
        .where('state', '=', 'issued')
        .where('expires_at', '>', NOW)
        .execute()
    ).length;
  await fc.assert(
    fc.asyncProperty(life, life, async (one, other) => {
      const a = await live(store, one);
      const b = await live(store, other);
      const before = await dump(store, 'member_merge');
      const had = {
        tea: (await counted(a, 'tea')) + (await counted(b, 'tea')),
        cake: (await counted(a, 'cake')) + (await counted(b, 'cake')),
      };
      await mergeMembers(store, asked(a, b), NOW);
      for (const campaign of ['tea', 'cake'] as const) {
        expect(await counted(a, campaign)).toBe(had[campaign]);
        expect(await usable(a, campaign)).toBeLessThanOrEqual(1);
      }
      const back = await unmergeMembers(store, b, epochMs(NOW + 1));
      expect(back).toMatchObject({ survivor: a, absorbed: b, kept: {}, stayed: {} });
      expect(await dump(store, 'member_merge')).toEqual(before);
    }),
    { numRuns: process.env['PHAROS_TEST_LONG'] === '1' ? 200 : 12, seed: 50 },
  );
}, 60_000);

it('says what happened since, and leaves it with the survivor', async () => {
  const store = await openShop();
  const { db, repos } = store;
  const a = await live(store, { ...NOBODY, grants: [grant({ lasts: 400 })], visits: [{ from: 0, hours: 1 }] });
  const b = await live(store, { ...NOBODY, grants: [grant({ at: 91, lasts: 200 })], visits: [{ from: 1, hours: 1 }] });
  await mergeMembers(store, asked(a, b), NOW);
  const event = newEvent({ receivedAt: epochMs(NOW + 1) });
  await repos.events.add(event);
  await repos.events.close(event.id, 'done', { memberId: a });
  // The merged visit goes on, and the last piece of stock is taken.
  await db
    .updateTable('visit')
    .set({ last_at: T0 + 3 * HOUR })
    .where('member_id', '=', a)
    .execute();
  await db.updateTable('counter').set({ used: 1000 }).where('key', '=', 'stock|tea').execute();
  const back = await unmergeMembers(store, b, epochMs(NOW + 2));
  expect(back).toMatchObject({ stayed: { event: 1 }, kept: { visit: 1, coupon: 1 } });
  expect(await memberRows(store).lock([a, b])).toHaveLength(2);
  // Its message would show a coupon that stays revoked.
  const ofRevoked = await db
    .selectFrom('delivery')
    .innerJoin('coupon', 'coupon.id', 'delivery.coupon_id')
    .select('delivery.state')
    .where('coupon.state', '=', 'revoked')
    .execute();
  expect(ofRevoked).toEqual([{ state: 'parked' }]);
  const { member_id } = await db
    .selectFrom('event')
    .select('member_id')
    .where('id', '=', event.id)
    .executeTakeFirstOrThrow();
  expect(member_id).toBe(a);
});

it('leads a sale to the visit that stays, and back', async () => {
  const store = await openShop();
  const { db } = store;
  const a = await live(store, { ...NOBODY, visits: [{ from: 0, hours: 1 }] });
  const b = await live(store, { ...NOBODY, visits: [{ from: 1, hours: 1 }] });
  const visitOf = async (member: string) =>
    (await db.selectFrom('visit').select('id').where('member_id', '=', member).execute()).map(({ id }) => id);
  const [[stays], [goes = '']] = [await visitOf(a), await visitOf(b)];
  const money = { amount_minor: 1, currency: 'TWD', refunded_minor: 0 };
  const till = { channel_kind: 'store', channel_id: 'taipei-1', txn: '1', source: 'till' } as const;
  const sale = { id: 'sal_1', member_id: b, at: T0, recorded_at: T0, attributed_by: 'visit', attributed_visit: goes };
  await db
    .insertInto('sale')
    .values({ ...sale, ...money, ...till } as never)
    .execute();
  const leadsTo = async () => (await db.selectFrom('sale').select('attributed_visit').execute())[0]?.attributed_visit;
  await mergeMembers(store, asked(a, b), NOW);
  expect(await leadsTo()).toBe(stays);
  expect(await unmergeMembers(store, b, NOW)).toMatchObject({ kept: {} });
  expect(await leadsTo()).toBe(goes);
});

it('takes no message from the budget for a coupon that stays revoked', async () => {
  const store = await openShop();
  const { db } = store;
  const budget = 'messages|tea|2026-12';
  const a = await live(store, { ...NOBODY, grants: [grant({ at: 91, lasts: 400 })] });
  const b = await live(store, { ...NOBODY, grants: [grant({ at: 91 })] });
  const c = await live(store, { ...NOBODY, grants: [grant({ at: 91, lasts: 400, campaign: 'milk' })] });
  const d = await live(store, { ...NOBODY, grants: [grant({ at: 91, campaign: 'milk', stocked: false })] });
  await db.updateTable('delivery').set({ budget_key: budget }).execute();
  await db.insertInto('counter').values({ key: budget, used: 4 }).execute();
  const used = async () =>
    (await db.selectFrom('counter').select('used').where('key', '=', budget).executeTakeFirstOrThrow()).used;
  await mergeMembers(store, asked(a, b), NOW);
  await mergeMembers(store, asked(c, d), NOW);
  expect(await used()).toBe(2);
  await db.updateTable('counter').set({ used: 1000 }).where('key', '=', 'stock|tea').execute();
  expect(await unmergeMembers(store, b, epochMs(NOW + 1))).toMatchObject({ kept: { coupon: 1 } });
  expect(await used()).toBe(2);
  expect(await unmergeMembers(store, d, epochMs(NOW + 1))).toMatchObject({ kept: {} });
  expect(await used()).toBe(3);
});

it('takes back the budget of each coupon by itself: one that stays revoked speaks for no other', async () => {
  const store = await openShop();
  const { db } = store;
  const budget = 'messages|all|2026-12';
  const a = await live(store, {
    ...NOBODY,
    grants: ['tea', 'milk'].map((campaign) => grant({ campaign, lasts: 400 })),
  });
  // The one that ends first is folded last, and taken back first.
  const theirs = [grant({ at: 91 }), grant({ at: 91, campaign: 'milk', lasts: 60, stocked: false })];
  const b = await live(store, { ...NOBODY, grants: theirs });
  await db.updateTable('delivery').set({ budget_key: budget }).where('member_id', '=', b).execute();
  await db.insertInto('counter').values({ key: budget, used: 2 }).execute();
  await mergeMembers(store, asked(a, b), NOW);
  await db.updateTable('counter').set({ used: 1000 }).where('key', '=', 'stock|tea').execute();
  expect(await unmergeMembers(store, b, epochMs(NOW + 1))).toMatchObject({ kept: { coupon: 1 } });
  const row = await db.selectFrom('counter').select('used').where('key', '=', budget).executeTakeFirstOrThrow();
  expect(row.used).toBe(1);
});

it('takes what is folded out of its multicast for good: apart again it goes alone, or nobody knows', async () => {
  const store = await openShop();
  const { db } = store;
  const a = await live(store, { ...NOBODY, grants: [grant({ lasts: 400 }), grant({ campaign: 'milk', lasts: 400 })] });
  const b = await live(store, { ...NOBODY, grants: [grant({ at: 91 }), grant({ campaign: 'milk', at: 91 })] });
  const theirs = await db.selectFrom('delivery').select('id').where('member_id', '=', b).orderBy('id').execute();
  const [sure, doubtful] = theirs.map(({ id }) => id);
  await db.updateTable('delivery').set({ cast_key: 'k', attempts: 1 }).where('member_id', '=', b).execute();
  await db
    .updateTable('delivery')
    .set({ in_doubt: 1 })
    .where('id', '=', doubtful ?? '')
    .execute();
  await mergeMembers(store, asked(a, b), NOW);
  await unmergeMembers(store, b, epochMs(NOW + 1));
  const due = db.selectFrom('delivery').select(({ fn }) => fn.max('next_attempt_at').as('at'));
  const now = epochMs((await due.executeTakeFirst())?.at ?? NOW);
  const claim = { now, limit: 9, leaseMs: 30_000, random: 0 };
  const { claimed } = await senderQueue(store, { minor: 20, currency: 'TWD' }).turn([], claim);
  const here = claimed.filter(({ id }) => theirs.some((one) => one.id === id));
  expect(here).toMatchObject([{ id: sure }]);
  const rows = db
    .selectFrom('delivery')
    .select(['state', 'cast_key', 'cost_minor', sql<number>`length(messages_sealed)`.as('left')])
    .where('id', '=', doubtful ?? '');
  expect([here[0]?.castKey, await rows.execute()]).toEqual([
    undefined,
    [{ state: 'unknown', cast_key: 'k', cost_minor: 20, left: 0 }],
  ]);
});

it('gives a next coupon a name of its own, merged and apart again', async () => {
  const store = await openShop();
  const a = await live(store, { ...NOBODY, grants: [grant({ state: 'redeemed' })] });
  const b = await live(store, { ...NOBODY, grants: [grant({ state: 'redeemed' })] });
  const next = async (member: MemberId): Promise<string> => {
    const nothing = {
      campaigns: [TEA],
      visitsSince: T0,
      grantsSince: T0,
      allCoupons: false,
      totals: [],
    };
    const lists = { counters: [], exposures: [], fixedOffers: [], fixedOffersSince: T0 };
    const past = await store.repos.load({ members: [member], ...nothing, ...lists });
    const ordinal = rememberPast(past, store.mint).nextOrdinal(TEA as CampaignId, member);
    const key = issueKey(TEA, member, ordinal);
    expect(await store.repos.coupons.issue(newCoupon(member), key), key).toBeDefined();
    return key;
  };
  await mergeMembers(store, asked(a, b), NOW);
  expect(await next(a)).toBe(issueKey(TEA, a, 3));
  await unmergeMembers(store, b, NOW);
  expect(await next(a)).toBe(issueKey(TEA, a, 4));
  expect(await next(b)).toBe(issueKey(TEA, b, 2));
  await mergeMembers(store, asked(b, a), NOW);
  expect(await next(b)).toBe(issueKey(TEA, b, 6));
});

it('refuses what cannot be, and takes merges apart in their order only', async () => {
  const store = await openShop();
  const [a, b, c] = [await newMember(store), await newMember(store), await newMember(store)];
  const refused = (code: string) => expect.objectContaining({ code });
  await expect(mergeMembers(store, asked(a, 'mem_0'), NOW)).rejects.toEqual(refused('unknown_member'));
  await expect(mergeMembers(store, asked(a, a), NOW)).rejects.toEqual(refused('same_member'));
  await expect(unmergeMembers(store, a, NOW)).rejects.toEqual(refused('not_merged'));
  await mergeMembers(store, asked(a, b), NOW);
  await expect(mergeMembers(store, asked(c, b), NOW)).rejects.toEqual(refused('member_merged'));
  await mergeMembers(store, asked(c, a), epochMs(NOW + 1));
  await expect(unmergeMembers(store, b, NOW)).rejects.toEqual(refused('merged_since'));
  await unmergeMembers(store, a, NOW);
  await unmergeMembers(store, b, NOW);
  expect(await memberRows(store).lock([a, b, c])).toHaveLength(3);
});

it('an event that was on its way to the absorbed member begins anew and finds the survivor', async () => {
  const store = await openShop();
  const [a, b] = [await newMember(store), await newMember(store, 'Uabsorbed')];
  const identity = { kind: 'line_user', issuer: 'bot', subject: 'Uabsorbed' } as const;
  await linkIdentity(store, a, { kind: 'phone', issuer: 'phone', subject: '+886912345678' }, T0);
  await mergeMembers(store, asked(a, b), NOW);
  const nothing = {
    campaigns: [],
    visitsSince: T0,
    grantsSince: T0,
    allCoupons: false,
    totals: [],
  };
  const lists = { counters: [], exposures: [], fixedOffers: [], fixedOffersSince: T0 };
  await expect(store.repos.load({ members: [b], ...nothing, ...lists })).rejects.toThrow('members');
  expect([...(await store.repos.members.find([identity])).values()]).toEqual([a]);
});

it('knows of every table that says whose a row is', async () => {
  const store = await openStore();
  const known = new Set<string>([...Object.keys(MOVED_TABLES), ...FOLDED_TABLES, 'member_erasure', 'profile_change']);
  for (const { name } of await tablesOf(store.db)) {
    const columns = (await store.db.introspection.getTables()).find((table) => table.name === name)?.columns ?? [];
    if (columns.some((column) => column.name === 'member_id'))
      expect([...known], `what becomes of ${name}?`).toContain(name);
  }
});

it('of those who merge, and forget, at the same time, one is first and the others are told', async () => {
  const store = await openShop();
  for (let round = 0; round < 5; round++) {
    const [a, b] = [await newMember(store), await newMember(store)];
    const results = await Promise.allSettled([
      mergeMembers(store, asked(a, b), NOW),
      mergeMembers(store, asked(b, a), NOW),
      eraseMember(store, { member: a, why: 'asked', who: 'test' }, NOW),
      mergeMembers(store, asked(a, b), NOW),
    ]);
    const merged = results.filter(({ status }, index) => status === 'fulfilled' && index !== 2);
    expect(merged.length).toBeLessThanOrEqual(1);
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason.code).toMatch(/^member_(merged|erased)$/);
    }
    const live = await store.db
      .selectFrom('member_merge')
      .select('id')
      .where((eb) => eb.or([eb('survivor_id', 'in', [a, b]), eb('absorbed_id', 'in', [a, b])]))
      .execute();
    expect(live.length).toBe(results[2]?.status === 'fulfilled' ? 0 : 1);
  }
});
