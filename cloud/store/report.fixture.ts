import { randomUUID } from 'node:crypto';
import { systemMint } from './mint.ts';
import {
  campaignDocument,
  NODE,
  nodeDocument,
  openStore,
  STORE,
  storeDocument,
  TEA,
  type TestStore,
} from './testing.fixture.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
/** Noon of 15 December in Taipei. */
export const NOON = Date.parse('2026-12-15T04:00:00Z');
export const AWAY = 'tainan-1';

/** Two stores, one with a door; a campaign with an experiment. */
export async function openReports(spec: object = {}) {
  const store = await openStore();
  await store.apply(
    storeDocument(spec),
    {
      apiVersion: 'pharos/v1',
      kind: 'Store',
      metadata: { id: AWAY, name: '台南一店' },
      spec: { timeZone: 'Asia/Taipei', ...spec },
    },
    nodeDocument(),
    campaignDocument({ experiment: { holdout: '10%' } }),
  );
  return { store, rows: rowsOf(store) };
}

let serial = 0;

/** Rows as the service leaves them behind, at whatever time a test wants. */
export function rowsOf({ db }: Pick<TestStore, 'db'>) {
  const member = async (): Promise<string> => {
    const id = systemMint.id('member');
    await db.insertInto('member').values({ id, blocked: 0, created_at: 0 }).execute();
    return id;
  };

  const heard = async (given: {
    at: number;
    member?: string | undefined;
    trust?: string;
    type?: string;
    state?: 'pending' | 'done' | 'failed';
  }) => {
    const id = systemMint.id('event');
    const { at, trust = 'signed', type = 'beacon', state = 'done' } = given;
    await db
      .insertInto('event')
      .values({
        ...{ id, ear: 'line', source_id: id, type, at, received_at: at, age_ms: 300, state, trust },
        ...{
          node_id: NODE,
          store_id: STORE,
          member_id: given.member ?? null,
          trigger_on: type === 'beacon' ? 'enter' : null,
        },
      })
      .execute();
    return id;
  };

  const decided = async (given: {
    at: number;
    outcome: string;
    reason?: string;
    member?: string | undefined;
    coupon?: string;
    store?: string | null;
    campaign?: string;
  }) => {
    const event = await heard(given);
    const id = systemMint.id('decision');
    await db
      .insertInto('decision')
      .values({
        ...{ id, event_id: event, campaign_id: given.campaign ?? TEA, campaign_version: 1, weighed: 1, passed: '[]' },
        ...{
          member_id: given.member ?? null,
          node_id: NODE,
          store_id: given.store === undefined ? STORE : given.store,
        },
        ...{ outcome: given.outcome, reason: given.reason ?? null, trust: 'signed', decided_at: given.at },
        coupon_id: given.coupon ?? null,
      })
      .execute();
    return { id, event };
  };

  return {
    member,
    heard,
    decided,

    refused: (at: number, reason: string, who?: string) => decided({ at, outcome: 'refused', reason, member: who }),

    /** Event, decision, coupon and message. */
    async granted(given: {
      at: number;
      state?: 'ready' | 'accepted' | 'unknown' | 'parked';
      parkReason?: string;
      cost?: number;
      openedAt?: number;
      couponState?: 'issued' | 'redeemed' | 'revoked';
      who?: string;
      campaign?: string;
    }) {
      const { at, state = 'accepted', couponState = 'issued', campaign = TEA } = given;
      const who = given.who ?? (await member());
      const coupon = systemMint.id('coupon');
      serial += 1;
      await db
        .insertInto('coupon')
        .values({
          ...{ id: coupon, campaign_id: campaign, campaign_version: 1, member_id: who, state: couponState },
          ...{ issue_key: `k${serial}`, code_hash: `h${serial}`, code_sealed: new Uint8Array(), store_id: STORE },
          ...{ issued_at: at, expires_at: at + 24 * HOUR, opened_at: given.openedAt ?? null },
        })
        .execute();
      const decision = await decided({ at, outcome: 'granted', member: who, coupon, campaign });
      await db
        .insertInto('delivery')
        .values({
          ...{ id: systemMint.id('delivery'), decision_id: decision.id, member_id: who, coupon_id: coupon, state },
          ...{
            route: 'push',
            fallback: 'none',
            retry_key: randomUUID(),
            messages_sealed: new Uint8Array(),
            in_doubt: 0,
          },
          ...{
            attempts: 1,
            next_attempt_at: at,
            not_after: at + HOUR,
            created_at: at,
            park_reason: given.parkReason ?? null,
          },
          ...(given.cost !== undefined && { cost_minor: given.cost, cost_currency: 'TWD' }),
        })
        .execute();
      return { who, coupon, decision: decision.id, event: decision.event };
    },

    async sold(given: {
      at: number;
      amount: number;
      currency?: string;
      channel?: string;
      refunded?: number;
      redemption?: string;
      visit?: string;
      who?: string;
    }) {
      const { at, amount, redemption, visit } = given;
      const id = systemMint.id('sale');
      await db
        .insertInto('sale')
        .values({
          ...{ id, channel_kind: 'store', channel_id: given.channel ?? STORE, txn: id, at, recorded_at: at },
          ...{
            amount_minor: amount,
            currency: given.currency ?? 'TWD',
            source: 'till',
            refunded_minor: given.refunded ?? 0,
          },
          member_id: given.who ?? null,
          attributed_by: redemption !== undefined ? 'redemption' : visit !== undefined ? 'visit' : 'unattributed',
          attributed_why: redemption === undefined && visit === undefined ? 'no_member' : null,
          ...{ attributed_redemption: redemption ?? null, attributed_visit: visit ?? null },
          attributed_campaign: redemption === undefined ? null : TEA,
        })
        .execute();
      return id;
    },

    async redeemed(coupon: string, at: number, channel: string = STORE) {
      const id = systemMint.id('redemption');
      await db
        .insertInto('redemption')
        .values({
          id,
          kind: 'redeem',
          coupon_id: coupon,
          channel_kind: 'store',
          channel_id: channel,
          idempotency_key: id,
          at,
          token_id: 't',
        })
        .execute();
      await db.updateTable('coupon').set({ state: 'redeemed' }).where('id', '=', coupon).execute();
      return id;
    },
  };
}
