import type { ApiLogEntry, LogEntry, WebhookLogEntry } from './sandbox/judge-entries.ts';
import type { StoreContext } from './store/context.ts';

/** Everything a judge may look at: LINE's own log, what was handed over, and the ledger's rows. */
export interface Evidence {
  readonly log: readonly LogEntry[];
  /** Source ids of tag events whose node was told that they are safe. */
  readonly acked: readonly string[];
  readonly db: StoreContext['db'];
}

export interface Verdict {
  /** One sentence for each broken promise; empty where all were kept. */
  readonly complaints: readonly string[];
  readonly seen: {
    readonly events: number;
    readonly coupons: number;
    readonly deliveries: Readonly<Record<string, number>>;
    readonly replies: number;
    readonly pushes: number;
    /** Calls to several people at once, and the people. */
    readonly casts: number;
    readonly castTo: number;
    readonly unknown: number;
  };
}

/** Whether what LINE took and what the ledger says agree, to the last message. */
export async function judge({ log, acked, db }: Evidence): Promise<Verdict> {
  const complaints: string[] = [];
  const complain = (holds: boolean, sentence: string): void => {
    if (!holds) complaints.push(sentence);
  };
  const calls = log.filter((entry): entry is LogEntry & ApiLogEntry => entry.kind === 'api');
  const webhooks = log.filter((entry): entry is LogEntry & WebhookLogEntry => entry.kind === 'webhook');
  const events = await db.selectFrom('event').select(['id', 'source_id', 'type', 'state']).execute();
  const decisions = await db.selectFrom('decision').selectAll().execute();
  const coupons = await db.selectFrom('coupon').selectAll().execute();
  const counters = await db.selectFrom('counter').selectAll().execute();
  const deliveries = await db.selectFrom('delivery').selectAll().execute();

  const bySource = new Map(events.map((event) => [event.source_id, event]));
  const eventOf = new Map(events.map((event) => [event.id, event]));
  const decisionOf = new Map(decisions.map((decision) => [decision.id, decision]));
  const pushesBy = countBy(calls.filter(taken('push')), ({ retryKey }) => retryKey);
  // Of a call to several people each has got one message, under the one key of the call.
  const casts = calls.filter(taken('multicast'));
  const castTo = countBy(
    casts.flatMap(({ retryKey = '', to = [] }) => to.map((person) => ({ retryKey, person }))),
    ({ retryKey, person }) => `${retryKey} ${person}`,
  );
  const people = await db.selectFrom('identity_link').selectAll().where('kind', '=', 'line_user').execute();
  const personOf = new Map(people.map(({ member_id, subject }) => [member_id, subject]));
  const repliesTo = countBy(calls.filter(taken('reply')), ({ webhookEventId }) => webhookEventId);

  for (const { status, error, endpoint, path } of calls) {
    const spoilt = status === 400 && error !== 'Invalid reply token';
    complain(!spoilt, `LINE could not read a ${endpoint} (${path}): ${error}`);
  }
  const keys = new Set(deliveries.map(({ retry_key }) => retry_key));
  for (const key of pushesBy.keys()) complain(keys.has(key), `a push under a key no delivery has: ${key}`);
  const castOf = new Set(deliveries.map(({ cast_key, member_id }) => `${cast_key} ${personOf.get(member_id)}`));
  for (const key of castTo.keys()) complain(castOf.has(key), `a multicast to somebody who is not of it: ${key}`);

  for (const { id, source_id, state } of events) complain(state === 'done', `event ${source_id} (${id}) is ${state}`);
  for (const { webhookEventId = '', result, fault } of webhooks) {
    const handedOver = result.outcome === 'success' && fault !== 'wrong_signature';
    complain(!handedOver || bySource.has(webhookEventId), `event ${webhookEventId} was taken in and is not there`);
  }
  for (const source of acked) complain(bySource.has(source), `row ${source} was acknowledged and is not there`);
  // In standby another module has the conversation, and we have nothing to say.
  const standby = new Set(webhooks.flatMap(({ fault, webhookEventId }) => (fault === 'standby' ? webhookEventId : [])));
  for (const { id, source_id, type } of events) {
    if (type !== 'follow' || standby.has(source_id)) continue;
    const answered = decisions.some(({ event_id, campaign_id }) => event_id === id && campaign_id === 'welcome');
    complain(answered, `nothing was decided of follow ${source_id}`);
  }

  const shows = new Map<string, string[]>();
  for (const delivery of deliveries) {
    const { id, state, route, fallback, retry_key, cast_key, park_reason, coupon_id, decision_id, member_id } =
      delivery;
    const event = eventOf.get(decisionOf.get(decision_id)?.event_id ?? '');
    const pushes = (pushesBy.get(retry_key) ?? 0) + (castTo.get(`${cast_key} ${personOf.get(member_id)}`) ?? 0);
    const replies = repliesTo.get(event?.source_id ?? '') ?? 0;
    const what = `delivery ${id} (${state}${park_reason ? `, ${park_reason}` : ''}, ${route}, ${fallback})`;
    const told = `${what} of ${event?.type}: ${pushes} pushes, ${replies} replies`;
    complain(state === 'accepted' || state === 'unknown' || state === 'parked', `${what} is not settled`);
    complain(state !== 'parked' || park_reason !== null, `${what} is parked without a reason`);
    complain(pushes <= 1 && replies <= 1, `more than once: ${told}`);
    complain(fallback === 'push' || pushes + replies <= 1, `no fallback, and yet twice: ${told}`);
    if (state === 'parked') complain(pushes + replies === 0, `given back, and yet shown: ${told}`);
    if (state === 'accepted') complain((route === 'push' ? pushes : replies) === 1, `said to be accepted: ${told}`);
    if (coupon_id !== null) shows.set(coupon_id, [...(shows.get(coupon_id) ?? []), state]);
  }
  const granted = decisions.filter(({ outcome }) => outcome === 'granted');
  complain(coupons.length === granted.length, `${granted.length} rights decided, ${coupons.length} coupons`);
  for (const { id, coupon_id } of granted) {
    const times = deliveries.filter(({ decision_id }) => decision_id === id).length;
    complain(coupon_id !== null && times === 1, `right ${id} has ${times} deliveries and coupon ${coupon_id}`);
  }
  for (const { id, state } of coupons) {
    const states = shows.get(id) ?? [];
    const wanted = states.every((it) => it === 'parked') ? 'revoked' : 'issued';
    complain(state === wanted, `coupon ${id} is ${state}, its messages are ${states.join(' ')}`);
  }

  const live = (campaign: string) =>
    coupons.filter(({ campaign_id, state }) => campaign_id === campaign && state !== 'revoked').length;
  const spent = (key: string) =>
    deliveries.filter(
      ({ budget_key, state, route }) =>
        budget_key === key && state !== 'parked' && !(state === 'accepted' && route === 'reply'),
    ).length;
  for (const { key, used } of counters) {
    const [kind, campaign = ''] = key.split('|');
    if (kind === 'stock') complain(used === live(campaign), `${key} says ${used}, there are ${live(campaign)} coupons`);
    if (kind === 'messages') complain(used === spent(key), `${key} says ${used}, the rows say ${spent(key)}`);
  }

  return {
    complaints,
    seen: {
      events: events.length,
      coupons: coupons.length,
      deliveries: Object.fromEntries(
        countBy(deliveries, ({ state, park_reason }) => (park_reason === null ? state : `${state}: ${park_reason}`)),
      ),
      replies: sum(repliesTo),
      pushes: sum(pushesBy),
      casts: casts.length,
      castTo: sum(castTo),
      unknown: deliveries.filter(({ state }) => state === 'unknown').length,
    },
  };
}

const taken =
  (endpoint: 'push' | 'multicast' | 'reply') =>
  (call: ApiLogEntry): boolean =>
    call.endpoint === endpoint && call.accepted;

function countBy<T>(items: readonly T[], keyOf: (item: T) => string | undefined): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) {
    const key = keyOf(item) ?? '';
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

const sum = (counts: ReadonlyMap<string, number>): number => [...counts.values()].reduce((all, one) => all + one, 0);
