import { describe, expect, it } from 'vitest';
import { type EpochMs, epochMs } from '../../protocol/units.ts';
import type { SettleStep } from '../core/deliver/settle.ts';
import type { MemberId } from '../core/ids.ts';
import type { ClaimedDelivery } from '../core/ports.ts';
import { memberRows } from './members.ts';
import { senderQueue } from './sender-queue.ts';
import { newDelivery, newMember, openStore, T0, type TestStore } from './testing.fixture.ts';

const LEASE_MS = 30_000;
const at = (ms: number) => epochMs(T0 + ms);

const claim = async (store: TestStore, now: EpochMs, limit = 10) =>
  (await senderQueue(store).turn([], { now, limit, leaseMs: LEASE_MS, random: 0 })).claimed;
async function claimOne(store: TestStore, ms = 0): Promise<ClaimedDelivery> {
  const [claimed] = await claim(store, at(ms));
  if (claimed === undefined) throw new Error('nothing was due');
  return claimed;
}
const NO_CLAIM = { limit: 0, leaseMs: LEASE_MS, random: 0 };
const settle = (store: TestStore, delivery: ClaimedDelivery, step: SettleStep, ms = 1) =>
  senderQueue(store).turn([{ delivery, step, at: at(ms) }], { ...NO_CLAIM, now: at(ms) });
const rowOf = (store: TestStore) => store.db.selectFrom('delivery').selectAll().executeTakeFirstOrThrow();
const used = async (store: TestStore, key: string) =>
  (await store.db.selectFrom('counter').select('used').where('key', '=', key).executeTakeFirst())?.used;

describe('a claim', () => {
  it('hands out everything the call needs', async () => {
    const store = await openStore();
    const memberId = await newMember(store, 'Ualice');
    const reply = { route: 'reply', replyToken: 'token-1', tokenReceivedAt: T0, fallback: 'push' } as const;
    const { id } = await newDelivery(store, { memberId, ...reply });
    expect(await claimOne(store)).toEqual({
      id,
      ...reply,
      retryKey: expect.stringMatching(/^[0-9a-f-]{36}$/),
      messages: [{ type: 'text', text: `hello, ${memberId}` }],
      createdAt: T0,
      claimedUntil: at(LEASE_MS),
      attempts: 1,
      inDoubt: false,
      notAfter: at(3600_000),
      lineUserId: 'Ualice',
    });
  });

  it('gives each delivery to one sender', async () => {
    const store = await openStore();
    for (let i = 0; i < 5; i++) await newDelivery(store);
    const claims = await Promise.all([1, 2, 3].map(() => claim(store, T0, 3)));
    expect(claims.map(({ length }) => length).reduce((sum, each) => sum + each)).toBe(5);
    expect(new Set(claims.flat().map(({ id }) => id)).size).toBe(5);
  });

  it('gives up the one that cannot be read, and hands out the others', async () => {
    const store = await openStore();
    const sealed = store.vault.seal('no JSON');
    const [foreign, noJson, sound] = [await newDelivery(store), await newDelivery(store), await newDelivery(store)];
    const spoil = (id: string, messages_sealed: Uint8Array) =>
      store.db.updateTable('delivery').set({ messages_sealed }).where('id', '=', id).execute();
    await spoil(
      foreign.id,
      sealed.map((byte) => byte ^ 1),
    );
    await spoil(noJson.id, sealed);
    expect((await claim(store, T0)).map(({ id }) => id)).toEqual([sound.id]);
    for (const { id, couponId } of [foreign, noJson]) {
      const row = store.db.selectFrom('delivery').selectAll().where('id', '=', id);
      expect(await row.executeTakeFirst()).toMatchObject({ state: 'parked', park_reason: 'unreadable', attempts: 1 });
      const coupon = store.db.selectFrom('coupon').select('state').where('id', '=', couponId);
      expect(await coupon.executeTakeFirst()).toEqual({ state: 'revoked' });
    }
  });

  it('leaves one open that cannot be read but may have been shown', async () => {
    const store = await openStore();
    const { couponId } = await newDelivery(store);
    await claimOne(store);
    await store.db
      .updateTable('delivery')
      .set({ messages_sealed: Uint8Array.of(1) })
      .execute();
    expect(await claim(store, at(LEASE_MS))).toEqual([]);
    expect(await rowOf(store)).toMatchObject({ state: 'unknown' });
    const coupon = store.db.selectFrom('coupon').select('state').where('id', '=', couponId);
    expect(await coupon.executeTakeFirst()).toEqual({ state: 'issued' });
  });

  it('leaves what is not due', async () => {
    const store = await openStore();
    await newDelivery(store, { createdAt: at(100) });
    expect(await claim(store, at(99))).toEqual([]);
    expect(await senderQueue(store).nextDueAt(T0)).toBe(at(100));
  });

  it('is taken over in doubt when its lease runs out, and then has no say any more', async () => {
    const store = await openStore();
    await newDelivery(store);
    const dead = await claimOne(store);
    expect(await claim(store, at(LEASE_MS - 1))).toEqual([]);
    expect(await senderQueue(store).nextDueAt(T0)).toBe(at(LEASE_MS));
    const heir = await claimOne(store, LEASE_MS);
    expect(heir).toMatchObject({ id: dead.id, inDoubt: true, attempts: 2, retryKey: dead.retryKey });

    await settle(store, dead, { to: 'parked', reason: 'expired', giveBack: true });
    expect(await rowOf(store)).toMatchObject({ state: 'sending' });
    await settle(store, heir, { to: 'accepted', requestId: 'r1' });
    expect(await rowOf(store)).toMatchObject({ state: 'accepted', request_id: 'r1' });
  });

  it('says who blocked the account or took back the consent since, and goes by the last word', async () => {
    const store = await openStore();
    const [blocked, stopped, back] = [await newDelivery(store), await newDelivery(store), await newDelivery(store)];
    await store.db.updateTable('member').set({ blocked: 1 }).where('id', '=', blocked.memberId).execute();
    const members = memberRows(store);
    const said = (memberId: MemberId, action: 'granted' | 'withdrawn', ms: number) =>
      members.consentAll([{ memberId, action, source: 'test', at: at(ms) }]);
    await said(stopped.memberId, 'granted', 0);
    await said(stopped.memberId, 'withdrawn', 1);
    await said(back.memberId, 'withdrawn', 1);
    await said(back.memberId, 'granted', 2);
    const claimed = await claim(store, at(3));
    const of = (id: string) => claimed.find((delivery) => delivery.id === id);
    expect(of(blocked.id)).toMatchObject({ blocked: true });
    expect(of(stopped.id)).toMatchObject({ withdrew: true });
    expect(of(back.id)).not.toHaveProperty('withdrew');
  });

  it('has nobody to send to when the link to LINE has ended', async () => {
    const store = await openStore();
    await newDelivery(store);
    await store.db.updateTable('identity_link').set({ ended_at: T0 }).execute();
    expect(await claimOne(store)).not.toHaveProperty('lineUserId');
  });
});

describe('settling', () => {
  const KEYS = { stockKey: 'stock|tea', budgetKey: 'messages|tea|2026-12' };
  async function counted(given = {}) {
    const store = await openStore();
    for (const key of Object.values(KEYS)) await store.repos.counters.take(key, 9);
    const made = await newDelivery(store, { ...KEYS, ...given });
    const counters = async () => [await used(store, KEYS.stockKey), await used(store, KEYS.budgetKey)];
    const couponState = async () =>
      (await store.db.selectFrom('coupon').select('state').where('id', '=', made.couponId).executeTakeFirstOrThrow())
        .state;
    return { store, ...made, counters, couponState, claimed: await claimOne(store) };
  }
  const REPLY = { route: 'reply', replyToken: 'token-1', tokenReceivedAt: T0, fallback: 'push' } as const;

  it('an accepted push keeps stock and budget', async () => {
    const { store, claimed, counters, couponState } = await counted();
    await settle(store, claimed, { to: 'accepted' });
    expect([await counters(), await couponState()]).toEqual([[1, 1], 'issued']);
  });

  it('an accepted reply gives the budget of its fallback back', async () => {
    const { store, claimed, counters } = await counted(REPLY);
    await settle(store, claimed, { to: 'accepted' });
    expect(await counters()).toEqual([1, 0]);
    expect(await rowOf(store)).toMatchObject({ reply_token_sealed: null, settled_at: at(1) });
  });

  it('forgets what was said once it is settled for good, and not before', async () => {
    const said = async (store: TestStore): Promise<boolean> => {
      const { messages_sealed, reply_token_sealed } = await rowOf(store);
      return messages_sealed.length > 0 || reply_token_sealed !== null;
    };
    for (const step of [
      { to: 'accepted' },
      { to: 'unknown' },
      { to: 'parked', reason: 'expired', giveBack: false },
    ] as const) {
      const { store, claimed } = await counted(REPLY);
      await settle(store, claimed, { to: 'ready', at: T0, inDoubt: false });
      expect(await said(store)).toBe(true);
      await settle(store, await claimOne(store), step);
      expect(await said(store), step.to).toBe(false);
    }
  });

  it('what was never shown is given back whole, once', async () => {
    const { store, claimed, counters, couponState } = await counted();
    await settle(store, claimed, { to: 'parked', reason: 'refused_by_line', giveBack: true });
    await settle(store, claimed, { to: 'parked', reason: 'refused_by_line', giveBack: true });
    expect([await counters(), await couponState()]).toEqual([[0, 0], 'revoked']);
    expect(await rowOf(store)).toMatchObject({ state: 'parked', park_reason: 'refused_by_line' });
    expect(await senderQueue(store).nextDueAt(T0)).toBeUndefined();
  });

  it('a coupon several messages show is taken back with the last of them, and its stock with it', async () => {
    const { store, claimed, counters, couponState, couponId, memberId } = await counted();
    const again = await newDelivery(store, { memberId, couponId, ...REPLY, fallback: 'none' });
    const parked = { to: 'parked', reason: 'reply_token_dead', giveBack: true } as const;
    await settle(store, claimed, parked);
    expect([await counters(), await couponState()]).toEqual([[1, 0], 'issued']);
    const second = await claimOne(store);
    expect(second.id).toBe(again.id);
    await settle(store, second, parked);
    expect([await counters(), await couponState()]).toEqual([[0, 0], 'revoked']);
  });

  it('a coupon somebody holds stays good when showing it again fails', async () => {
    const { store, claimed, counters, couponState, couponId, memberId } = await counted();
    await settle(store, claimed, { to: 'accepted' });
    await newDelivery(store, { memberId, couponId, ...REPLY, fallback: 'none' });
    await settle(store, await claimOne(store), { to: 'parked', reason: 'reply_token_dead', giveBack: true });
    expect([await counters(), await couponState()]).toEqual([[1, 1], 'issued']);
  });

  it('what may have been shown is not', async () => {
    const { store, claimed, counters, couponState } = await counted();
    await settle(store, claimed, { to: 'unknown' });
    expect([await counters(), await couponState()]).toEqual([[1, 1], 'issued']);
  });

  it('a retry waits for its time and remembers the doubt', async () => {
    const { store, claimed } = await counted();
    await settle(store, claimed, { to: 'ready', at: at(500), inDoubt: true });
    expect(await claim(store, at(499))).toEqual([]);
    expect(await claimOne(store, 500)).toMatchObject({ attempts: 2, inDoubt: true, retryKey: claimed.retryKey });
  });

  it('a fallback goes out at once, by push, under the same key', async () => {
    const { store, claimed, counters } = await counted(REPLY);
    await settle(store, claimed, { to: 'push', inDoubt: false });
    const pushed = await claimOne(store, 1);
    expect(pushed).toMatchObject({ route: 'push', retryKey: claimed.retryKey, inDoubt: false });
    await settle(store, pushed, { to: 'accepted' });
    expect(await counters()).toEqual([1, 1]);
  });

  it('writes every attempt', async () => {
    const { store, claimed } = await counted();
    const attempt = {
      route: 'push',
      outcome: 'no-answer',
      detail: 'TimeoutError',
      startedAt: T0,
      endedAt: at(9),
    } as const;
    const step = { to: 'ready', at: at(500), inDoubt: true } as const;
    const ended = { delivery: claimed, step, attempt, at: at(9) };
    await senderQueue(store).turn([ended], { ...NO_CLAIM, now: at(9) });
    // A turn whose end was not heard is taken again.
    await senderQueue(store).turn([ended], { ...NO_CLAIM, now: at(9) });
    expect(await store.db.selectFrom('delivery_attempt').selectAll().execute()).toMatchObject([
      { delivery_id: claimed.id, route: 'push', outcome: 'no-answer', detail: 'TimeoutError', ended_at: at(9) },
    ]);
  });
});

describe('what a push costs', () => {
  it('is written where LINE may have taken it, and a reply costs nothing', async () => {
    const store = await openStore();
    const price = { minor: 20, currency: 'TWD' };
    const reply = { route: 'reply', replyToken: 'token-1', tokenReceivedAt: T0, fallback: 'none' } as const;
    const made = [await newDelivery(store), await newDelivery(store, reply), await newDelivery(store)];
    const priced = senderQueue(store, price);
    const { claimed } = await priced.turn([], { ...NO_CLAIM, limit: 10, now: T0 });
    const steps = new Map<string, SettleStep>([
      [made[0]?.id ?? '', { to: 'accepted' }],
      [made[1]?.id ?? '', { to: 'accepted' }],
      [made[2]?.id ?? '', { to: 'parked', reason: 'refused_by_line', giveBack: true }],
    ]);
    const ended = claimed.map((delivery) => {
      const step = steps.get(delivery.id);
      if (step === undefined) throw new Error('claimed another one');
      return { delivery, step, at: at(1) };
    });
    await priced.turn(ended, { ...NO_CLAIM, now: at(1) });
    const rows = await store.db.selectFrom('delivery').select(['id', 'cost_minor', 'cost_currency']).execute();
    const cost = new Map(rows.map(({ id, cost_minor, cost_currency }) => [id, [cost_minor, cost_currency]]));
    expect(made.map(({ id }) => cost.get(id))).toEqual([
      [20, 'TWD'],
      [0, 'TWD'],
      [null, null],
    ]);
  });
});

describe('the rate all senders share', () => {
  it('does not wait for a clock that was set back to catch up', async () => {
    const store = await openStore();
    const later = 3600_000;
    const budget = { milli_tokens: 0, at: at(later), paused_until: at(later + 1_000), strikes: 1 };
    await claim(store, T0);
    await store.db.updateTable('line_budget').set(budget).execute();
    await newDelivery(store);
    expect(await claim(store, T0)).toEqual([]);
    expect(await senderQueue(store).nextDueAt(T0)).toBe(at(1_000));
    expect(await claim(store, at(1_000))).toHaveLength(1);
  });

  it('lets replies through first, and then as many pushes as are left', async () => {
    const store = await openStore();
    const reply = { route: 'reply', replyToken: 'token-1', tokenReceivedAt: T0, fallback: 'none' } as const;
    for (let i = 0; i < 2; i++) await newDelivery(store);
    const { id } = await newDelivery(store, { ...reply, createdAt: at(5) });
    expect((await claim(store, at(5), 1)).map((delivery) => delivery.id)).toEqual([id]);
    const budget = { milli_tokens: 1_000, at: at(5), paused_until: 0, strikes: 0 };
    await store.db.updateTable('line_budget').set(budget).where('endpoint', '=', 'push').execute();
    expect(await claim(store, at(5))).toHaveLength(1);
    expect(await claim(store, at(5))).toEqual([]);
    expect(await senderQueue(store).nextDueAt(at(5))).toBe(at(6));
    expect(await claim(store, at(6))).toHaveLength(1);
  });
});
