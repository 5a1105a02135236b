import { describe, expect, it } from 'vitest';
import { type EpochMs, epochMs } from '../../protocol/units.ts';
import { LINE_RATES, type LineEndpoint } from '../core/deliver/line-budget.ts';
import { handBack, type SettleStep } from '../core/deliver/settle.ts';
import type { ClaimedDelivery, SettledDelivery } from '../core/ports.ts';
import { openDatabase } from './database.ts';
import { eraseMember } from './member-erase.ts';
import { memberRows } from './members.ts';
import { senderQueue } from './sender-queue.ts';
import { newDelivery, ON_POSTGRES, openStore, T0, type TestStore } from './testing.fixture.ts';

const LEASE_MS = 30_000;
const at = (ms: number) => epochMs(T0 + ms);
const TEA = { messages: [{ type: 'text', text: 'Tea is ready' }] };

const claim = async (store: TestStore, now: EpochMs = T0, limit = 10) =>
  (await senderQueue(store).turn([], { now, limit, leaseMs: LEASE_MS, random: 0 })).claimed;
const settle = (
  store: TestStore,
  claimed: readonly ClaimedDelivery[],
  step: SettleStep,
  more: Partial<SettledDelivery> = {},
) =>
  senderQueue(store, { minor: 20, currency: 'TWD' }).turn(
    claimed.map((delivery) => ({ delivery, step, at: at(1), ...more })),
    { limit: 0, leaseMs: LEASE_MS, random: 0, now: at(1) },
  );
async function openCast(size: number) {
  const store = await openStore();
  const made = [];
  for (let i = 0; i < size; i++) made.push(await newDelivery(store, TEA));
  return { store, made };
}
const idsOf = (all: readonly { readonly id: string }[]) => all.map(({ id }) => id).sort();
const keysOf = (all: readonly ClaimedDelivery[]) => new Set(all.map(({ castKey }) => castKey));
const AGAIN = { to: 'ready', at: at(500), inDoubt: true } as const;
const tokens = async (store: TestStore, endpoint: LineEndpoint) => {
  const row = store.db.selectFrom('line_budget').select('milli_tokens').where('endpoint', '=', endpoint);
  return ((await row.executeTakeFirst())?.milli_tokens ?? 0) / 1_000;
};
const limitMulticasts = (store: TestStore, budget: object) =>
  store.db.updateTable('line_budget').set(budget).where('endpoint', '=', 'multicast').execute();

describe('a claim', () => {
  it('gives those with the same words one key, and takes one call of LINE for them', async () => {
    const { store, made } = await openCast(3);
    const alone = await newDelivery(store);
    const claimed = await claim(store);
    expect(idsOf(claimed)).toEqual(idsOf([...made, alone]));
    const cast = claimed.filter(({ castKey }) => castKey !== undefined);
    expect([idsOf(cast), keysOf(cast).size]).toEqual([idsOf(made), 1]);
    const stored = await store.db.selectFrom('delivery').select(['id', 'cast_key']).execute();
    const named = stored.filter(({ cast_key }) => cast_key !== null);
    expect([idsOf(named), new Set(named.map(({ cast_key }) => cast_key))]).toEqual([idsOf(made), keysOf(cast)]);
    expect(cast[0]?.castKey).not.toBe(cast[0]?.retryKey);
    expect([await tokens(store, 'multicast'), await tokens(store, 'push')]).toEqual([
      LINE_RATES.multicast.burst - 1,
      LINE_RATES.push.burst - 1,
    ]);
  });

  it('takes all of a cast again, with its key, however few there is room for', async () => {
    const { store, made } = await openCast(3);
    const first = await claim(store);
    await settle(store, first, AGAIN);
    expect(await claim(store, at(499))).toEqual([]);
    const again = await claim(store, at(500), 1);
    expect([idsOf(again), keysOf(again)]).toEqual([idsOf(made), keysOf(first)]);
    expect(again).toMatchObject(Array(3).fill({ attempts: 2, inDoubt: true }));
    expect(await tokens(store, 'multicast')).toBe(LINE_RATES.multicast.burst - 1);
  });

  it('that is handed back was none: others join those who go alone, and its first end is told by nobody else', async () => {
    const { store, made } = await openCast(1);
    const [alone] = await claim(store);
    if (alone === undefined) throw new Error('nothing was due');
    await settle(store, [alone], handBack(alone, T0));
    const other = await newDelivery(store, TEA);
    const both = await claim(store, at(10));
    expect([idsOf(both), keysOf(both).size, keysOf(both).has(undefined)]).toEqual([idsOf([...made, other]), 1, false]);
    expect(both).toMatchObject(Array(2).fill({ attempts: 1, inDoubt: false }));
    // The same again, from a sender that did not hear of its commit.
    expect((await settle(store, [alone], handBack(alone, T0))).written.size).toBe(0);
    // A multicast nobody was called for is none: who comes meanwhile goes with them.
    await settle(store, both, handBack(alone, T0));
    const third = await newDelivery(store, TEA);
    const all = await claim(store, at(20));
    expect([idsOf(all), keysOf(all).size, keysOf(all).has(undefined)]).toEqual([idsOf([...both, third]), 1, false]);
    expect(keysOf(all)).not.toEqual(keysOf(both));
  });

  it('takes over all of one whose sender died, in doubt', async () => {
    const { store, made } = await openCast(3);
    const dead = await claim(store);
    expect(await claim(store, at(LEASE_MS - 1))).toEqual([]);
    const heir = await claim(store, at(LEASE_MS), 2);
    expect([idsOf(heir), keysOf(heir)]).toEqual([idsOf(made), keysOf(dead)]);
    expect(heir).toMatchObject(Array(3).fill({ attempts: 2, inDoubt: true }));
    await settle(store, dead, { to: 'ready', at: at(1), inDoubt: false, leavesCast: true });
    expect(await claim(store, at(2 * LEASE_MS - 1))).toEqual([]);
  });

  it('leaves out who has left, ends who is leaving before anybody is called, and lets nobody join', async () => {
    const { store, made } = await openCast(4);
    const [erased, blocked, ...others] = made;
    if (erased === undefined || blocked === undefined) throw new Error('nobody');
    const first = await claim(store);
    await settle(store, first, AGAIN);
    await eraseMember(store, { member: erased.memberId, why: 'asked', who: 'test' }, at(2));
    await memberRows(store).setBlocked(blocked.memberId, true);
    const late = await newDelivery(store, TEA);
    const turn = await senderQueue(store).turn([], { now: at(500), limit: 10, leaseMs: LEASE_MS, random: 0 });
    const { claimed: again, needless } = turn;
    const cast = again.filter(({ castKey }) => castKey !== undefined);
    expect([idsOf(cast), keysOf(cast)]).toEqual([idsOf(others), keysOf(first)]);
    expect(needless).toMatchObject([{ delivery: { id: blocked.id }, step: { to: 'unknown' }, at: at(500) }]);
    expect(again.find(({ id }) => id === late.id)).toMatchObject({ attempts: 1 });
    // Whoever takes over from a sender that dies now calls for the same.
    await memberRows(store).setBlocked(blocked.memberId, false);
    const heir = await claim(store, at(500 + LEASE_MS));
    expect(idsOf(heir.filter(({ castKey }) => castKey !== undefined))).toEqual(idsOf(others));
  });

  it.runIf(ON_POSTGRES)('leaves a cast alone while somebody else holds one of it', async () => {
    const { store, made } = await openCast(3);
    await settle(store, await claim(store), AGAIN);
    const other = await openDatabase(store.target);
    try {
      await other.transaction().execute(async (tx) => {
        await tx
          .selectFrom('delivery')
          .select('id')
          .where('id', '=', made[1]?.id ?? '')
          .forUpdate()
          .execute();
        expect(await claim(store, at(500))).toEqual([]);
      });
      expect(await claim(store, at(500))).toHaveLength(3);
    } finally {
      await other.destroy();
    }
  });

  it('sends them one by one where LINE takes no more multicasts for now', async () => {
    const { store } = await openCast(4);
    expect(await claim(store, T0, 1)).toHaveLength(1);
    await limitMulticasts(store, { milli_tokens: 0 });
    const rest = await claim(store);
    expect([rest.length, keysOf(rest)]).toEqual([3, new Set([undefined])]);
    expect(await tokens(store, 'push')).toBe(LINE_RATES.push.burst - 4);
  });

  it('lets a cast wait for its turn at LINE, and says when that is', async () => {
    const { store, made } = await openCast(2);
    await settle(store, await claim(store), AGAIN);
    await limitMulticasts(store, { milli_tokens: 0, at: at(500), paused_until: at(3_000) });
    const alone = await newDelivery(store, { createdAt: at(500) });
    expect(idsOf(await claim(store, at(500)))).toEqual([alone.id]);
    expect(await senderQueue(store).nextDueAt(at(500))).toBe(at(3_000));
    expect(await claim(store, at(2_999))).toEqual([]);
    expect(idsOf(await claim(store, at(3_000)))).toEqual(idsOf(made));
  });
});

describe('the end of a cast', () => {
  it('counts and costs a message for each', async () => {
    const { store } = await openCast(3);
    await store.db
      .insertInto('line_quota')
      .values({ id: 1, month: '2026-12', most: 500, used: 10, read_at: T0 })
      .execute();
    await settle(store, await claim(store), { to: 'accepted', requestId: 'r1' });
    const rows = await store.db.selectFrom('delivery').select(['state', 'request_id', 'cost_minor']).execute();
    expect(rows).toEqual(Array(3).fill({ state: 'accepted', request_id: 'r1', cost_minor: 20 }));
    expect(await store.db.selectFrom('line_quota').select('used').executeTakeFirst()).toEqual({ used: 13 });
  });

  it('makes pushes of their own of those nobody of which got it, and they stay so', async () => {
    const { store, made } = await openCast(3);
    await settle(store, await claim(store), { to: 'ready', at: at(100), inDoubt: false, leavesCast: true });
    expect(await claim(store, at(99))).toEqual([]);
    const alone = await claim(store, at(100));
    expect([idsOf(alone), keysOf(alone)]).toEqual([idsOf(made), new Set([undefined])]);
    expect(alone).toMatchObject(Array(3).fill({ attempts: 2, inDoubt: false, route: 'push' }));
    expect(await store.db.selectFrom('delivery').select('cast_key').execute()).toEqual(
      Array(3).fill({ cast_key: null }),
    );
  });

  it('says what LINE takes of multicasts, and nothing about pushes', async () => {
    const { store } = await openCast(2);
    const attempt = { route: 'push', outcome: 'rate-limited', startedAt: T0, endedAt: at(1) } as const;
    await settle(store, await claim(store), { ...AGAIN, inDoubt: false }, { attempt });
    const rows = await store.db.selectFrom('line_budget').select(['endpoint', 'strikes']).orderBy('endpoint').execute();
    expect(rows).toEqual([
      { endpoint: 'multicast', strikes: 1 },
      { endpoint: 'push', strikes: 0 },
      { endpoint: 'reply', strikes: 0 },
    ]);
  });
});
