import { present, type StoreContext } from './context.ts';
import { memberRow } from './member-admin.ts';

/** One thing that happened to a member. `what` is a word of its kind: the type of an event, the outcome of a decision. */
export interface Moment {
  readonly at: number;
  readonly kind: 'event' | 'visit' | 'decision' | 'coupon' | 'delivery' | 'consent' | 'form' | 'redemption' | 'sale';
  readonly id: string;
  readonly what: string;
  readonly ear?: string;
  readonly store?: string;
  readonly node?: string;
  readonly campaign?: string;
  readonly reason?: string;
  readonly until?: number;
}

/** At one moment an event comes before what it led to. */
const ORDER: readonly Moment['kind'][] = [
  'event',
  'visit',
  'consent',
  'form',
  'decision',
  'coupon',
  'delivery',
  'redemption',
  'sale',
];

/** Everything about a member in one list, the newest last; at most the `limit` newest. Throws {@link Problem}. */
export async function memberTimeline(context: StoreContext, member: string, limit: number): Promise<Moment[]> {
  await memberRow(context, member);
  const newest = await newestRows(context, member, limit);
  const moments: Moment[] = [
    ...newest.events.map(({ id, at, ear, type, store_id, node_id }) => ({
      ...{ at, kind: 'event' as const, id, what: type, ear },
      ...present({ store: store_id, node: node_id }),
    })),
    ...newest.visits.map(({ id, opened_at, last_at, store_id }) => ({
      ...{ at: opened_at, kind: 'visit' as const, id, what: 'visit', store: store_id, until: last_at },
    })),
    ...newest.decisions.map(({ id, decided_at, outcome, reason, campaign_id, store_id }) => ({
      ...{ at: decided_at, kind: 'decision' as const, id, what: outcome, campaign: campaign_id },
      ...present({ reason, store: store_id }),
    })),
    ...newest.coupons.map(({ id, issued_at, state, campaign_id, store_id, expires_at }) => ({
      ...{ at: issued_at, kind: 'coupon' as const, id, what: state, campaign: campaign_id, until: expires_at },
      ...present({ store: store_id }),
    })),
    ...newest.deliveries.map(({ id, created_at, state, park_reason }) => ({
      ...{ at: created_at, kind: 'delivery' as const, id, what: state },
      ...present({ reason: park_reason }),
    })),
    ...newest.consents.map(({ id, at, purpose, action, wording }) => ({
      ...{ at, kind: 'consent' as const, id, what: `${purpose} ${action}`, reason: wording },
    })),
    ...newest.redemptions.map(({ id, at, kind, campaign_id, channel_id, reason }) => ({
      ...{ at, kind: 'redemption' as const, id, what: kind, campaign: campaign_id, store: channel_id },
      ...present({ reason }),
    })),
    ...newest.sales.map(({ id, at, amount_minor, currency, channel_id, attributed_campaign, voided_at }) => ({
      ...{ at, kind: 'sale' as const, id, what: `${amount_minor} ${currency}`, store: channel_id },
      ...present({ campaign: attributed_campaign, reason: voided_at === null ? undefined : 'voided' }),
    })),
    ...newest.forms.map(({ id, at, form_id, wording_version }) => ({
      ...{ at, kind: 'form' as const, id, what: form_id, reason: wording_version },
    })),
  ];
  return moments
    .sort((a, b) => a.at - b.at || ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) || (a.id < b.id ? -1 : 1))
    .slice(-limit);
}

async function newestRows({ db }: Pick<StoreContext, 'db'>, member: string, limit: number) {
  return {
    events: await db
      .selectFrom('event')
      .selectAll()
      .where('member_id', '=', member)
      .orderBy('at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit)
      .execute(),
    visits: await db
      .selectFrom('visit')
      .selectAll()
      .where('member_id', '=', member)
      .orderBy('opened_at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit)
      .execute(),
    decisions: await db
      .selectFrom('decision')
      .selectAll()
      .where('member_id', '=', member)
      .orderBy('decided_at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit)
      .execute(),
    coupons: await db
      .selectFrom('coupon')
      .selectAll()
      .where('member_id', '=', member)
      .orderBy('issued_at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit)
      .execute(),
    deliveries: await db
      .selectFrom('delivery')
      .selectAll()
      .where('member_id', '=', member)
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit)
      .execute(),
    consents: await db
      .selectFrom('consent')
      .selectAll()
      .where('member_id', '=', member)
      .orderBy('at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit)
      .execute(),
    redemptions: await db
      .selectFrom('redemption')
      .innerJoin('coupon', 'coupon.id', 'redemption.coupon_id')
      .select(['redemption.id', 'redemption.at', 'redemption.kind', 'redemption.channel_id', 'redemption.reason'])
      .select('coupon.campaign_id')
      .where('coupon.member_id', '=', member)
      .orderBy('redemption.at', 'desc')
      .orderBy('redemption.id', 'desc')
      .limit(limit)
      .execute(),
    sales: await db
      .selectFrom('sale')
      .selectAll()
      .where('member_id', '=', member)
      .orderBy('at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit)
      .execute(),
    forms: await db
      .selectFrom('form_answer')
      .selectAll()
      .where('member_id', '=', member)
      .orderBy('at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit)
      .execute(),
  };
}
