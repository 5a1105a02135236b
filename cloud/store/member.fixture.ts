import { sql } from 'kysely';
import { epochMs } from '../../protocol/units.ts';
import { issueKey } from '../core/coupon/coupon.ts';
import type { CampaignId, EventId, MemberId, VisitId } from '../core/ids.ts';
import { profileRows } from './member-profile.ts';
import { linkIdentity } from './members.ts';
import { tablesOf } from './tables.ts';
import { grantedTo, newCoupon, newEvent, newMember, STORE, T0, type TestStore } from './testing.fixture.ts';

const HOUR = 3600_000;

/** What somebody did before two members turned out to be one; every number is hours after T0. */
export interface Life {
  readonly visits: readonly { readonly from: number; readonly hours: number }[];
  readonly grants: readonly {
    readonly campaign: string;
    readonly at: number;
    readonly state: 'issued' | 'locked' | 'redeemed' | 'revoked' | 'ghost';
    readonly lasts: number;
    readonly stocked: boolean;
  }[];
  readonly arms: readonly { readonly campaign: string; readonly at: number; readonly arm: 'treated' | 'control' }[];
  readonly tags: readonly string[];
  readonly attributes: Readonly<Record<string, string>>;
  readonly tag?: string;
  readonly blocked: boolean;
}

/** A member with that life, written row by row as the dispatcher would have. */
export async function live(store: TestStore, life: Life): Promise<MemberId> {
  const { db, mint, repos } = store;
  const member = await newMember(store);
  await db
    .updateTable('member')
    .set({ blocked: life.blocked ? 1 : 0 })
    .where('id', '=', member)
    .execute();
  if (life.tag !== undefined) {
    await linkIdentity(store, member, { kind: 'ble_tag', issuer: 'ibeacon', subject: life.tag }, T0);
  }
  const consent = { id: mint.id('consent'), member_id: member, purpose: 'line_marketing', action: 'granted' as const };
  await db
    .insertInto('consent')
    .values({ ...consent, wording: 'line-friendship', source: 'test', at: T0 })
    .execute();
  await profileRows(store).tag(member, life.tags, T0);
  await profileRows(store).setAttributes(member, life.attributes, T0);
  for (const { from, hours } of life.visits) {
    const id = mint.id('visit') as VisitId;
    const bounds = { opened_at: T0 + from * HOUR, last_at: T0 + (from + hours) * HOUR };
    await db
      .insertInto('visit')
      .values({ id, member_id: member, store_id: STORE, ...bounds })
      .execute();
    await heard(store, member, bounds.opened_at, id);
  }
  const ordinals = new Map<string, number>();
  for (const { campaign, at, state, lasts, stocked } of life.grants) {
    const event = await heard(store, member, T0 + at * HOUR);
    const decision = grantedTo(member, {
      campaignId: campaign as CampaignId,
      ...(state === 'ghost' && { outcome: 'ghost' }),
    });
    const facts = { trust: 'signed' as const, storeId: STORE, at: epochMs(T0 + at * HOUR) };
    if (state === 'ghost') {
      await repos.decisions.add(event, decision, facts);
      continue;
    }
    const ordinal = (ordinals.get(campaign) ?? 0) + 1;
    ordinals.set(campaign, ordinal);
    const couponId = await repos.coupons.issue(
      newCoupon(member, {
        campaignId: campaign as CampaignId,
        issuedAt: facts.at,
        expiresAt: epochMs(T0 + (at + lasts) * HOUR),
      }),
      issueKey(campaign as CampaignId, member, ordinal),
    );
    if (couponId === undefined) throw new Error('the issue key was taken');
    await db.updateTable('coupon').set({ state }).where('id', '=', couponId).execute();
    const decisionId = await repos.decisions.add(event, decision, { ...facts, couponId });
    if (stocked) await repos.counters.take(`stock|${campaign}`, 1_000);
    const delivery = await repos.deliveries.add({
      decisionId,
      memberId: member,
      couponId,
      route: 'push',
      fallback: 'none',
      messages: [{ type: 'text', text: `for ${member}` }],
      notAfter: epochMs(facts.at + HOUR),
      createdAt: facts.at,
      ...(stocked && { stockKey: `stock|${campaign}` }),
    });
    if (at % 2 === 0) await db.updateTable('delivery').set({ state: 'accepted' }).where('id', '=', delivery).execute();
  }
  for (const { campaign, at, arm } of life.arms) {
    await db
      .insertInto('exposure')
      .values({ campaign_id: campaign, member_id: member, arm, bucket: at, algorithm: 1, at: T0 + at * HOUR })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
  return member;
}

async function heard(store: TestStore, member: MemberId, at: number, visitId?: VisitId): Promise<EventId> {
  const event = newEvent({ at: epochMs(at), receivedAt: epochMs(at) });
  await store.repos.events.add(event);
  await store.repos.events.close(event.id, 'done', { memberId: member, storeId: STORE, ...(visitId && { visitId }) });
  return event.id;
}

/** Everything in the database, table by table, in one order; without the tables named. */
export async function dump(
  store: Pick<TestStore, 'db'>,
  ...without: readonly string[]
): Promise<Record<string, string[]>> {
  const all: Record<string, string[]> = {};
  for (const { name } of await tablesOf(store.db)) {
    if (without.includes(name)) continue;
    const { rows } = await sql<Record<string, unknown>>`SELECT * FROM ${sql.table(name)}`.execute(store.db);
    all[name] = rows.map((row) => JSON.stringify(row, Object.keys(row).sort())).sort();
  }
  return all;
}
