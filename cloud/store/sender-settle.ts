import { sql } from 'kysely';
import { unreachable } from '../../protocol/result.ts';
import type { EpochMs } from '../../protocol/units.ts';
import type { Price } from '../core/deliver/price.ts';
import type { ClaimedDelivery, SettledDelivery } from '../core/ports.ts';
import type { StoreContext } from './context.ts';
import { counterRows } from './counters.ts';
import { lineQuotaRows } from './line-quota.ts';
import { insertRows, listOf, rowsTable, type Shape } from './many.ts';
import { together } from './together.ts';

/** What was to be said, and to whom, is nobody's business once it is settled for good. */
export const SCRUBBED = { reply_token_sealed: null, messages_sealed: new Uint8Array() } as const;

/** As much of a delivery as its end needs. */
export interface Ending extends Pick<SettledDelivery, 'step' | 'at' | 'attempt'> {
  readonly delivery: Pick<ClaimedDelivery, 'id' | 'route' | 'attempts' | 'claimedUntil'>;
}

/**
 * Writes how attempts ended and what follows, in the caller's transaction, many in one statement. Every claim counts one
 * attempt, until it is handed back: with the end of its lease the count names the claim, and a sender whose lease ran out
 * and was taken over no longer has a say. Resolves to the ids that were written.
 */
export async function settleAll(
  context: StoreContext,
  endings: readonly Ending[],
  price: Price | undefined,
): Promise<ReadonlySet<string>> {
  const [first] = endings;
  if (first === undefined) return new Set();
  const { db } = context;
  const write = sql<{ id: string; coupon_id: string | null } & Keys>`
    UPDATE delivery SET
      state = r.state, route = r.route, park_reason = r.park_reason, claimed_until = NULL,
      next_attempt_at = COALESCE(r.next_attempt_at, delivery.next_attempt_at),
      in_doubt = COALESCE(r.in_doubt, delivery.in_doubt), attempts = delivery.attempts - r.untried,
      request_id = COALESCE(r.request_id, delivery.request_id), settled_at = r.settled_at,
      cast_key = CASE WHEN r.leaves_cast = 1 THEN NULL ELSE delivery.cast_key END,
      cost_minor = r.cost_minor, cost_currency = r.cost_currency,
      reply_token_sealed = CASE WHEN r.settled_at IS NULL THEN delivery.reply_token_sealed END,
      messages_sealed = CASE WHEN r.settled_at IS NULL THEN delivery.messages_sealed ELSE ${SCRUBBED.messages_sealed} END
    FROM ${rowsTable(
      db,
      STEP,
      endings.map((ending) => stepRow(ending, price)),
    )} AS r
    WHERE delivery.id = r.id AND ${isSending} AND delivery.attempts = r.attempts
      AND delivery.claimed_until = r.claimed_until
    RETURNING delivery.id, delivery.coupon_id, delivery.stock_key, delivery.budget_key
  `;
  const [, { rows: written }] = await together(db, [
    () => insertRows(db, 'delivery_attempt', ATTEMPT, endings.flatMap(attemptRow), ['id']),
    () => write.execute(db),
  ]);
  const byId = new Map(endings.map((ending) => [ending.delivery.id as string, ending]));
  const unseen: string[] = [];
  const back: string[] = [];
  let pushes = 0;
  for (const { id, coupon_id, stock_key, budget_key } of written) {
    const ending = byId.get(id);
    if (ending === undefined) continue;
    const { step, delivery } = ending;
    if (step.to === 'accepted' && delivery.route === 'push') pushes += 1;
    const neverShown = step.to === 'parked' && step.giveBack;
    if (neverShown && coupon_id !== null) unseen.push(coupon_id);
    else if (neverShown && stock_key !== null) back.push(stock_key);
    // The budget was set aside for a push; the free reply made it needless.
    const neverPushed = neverShown || (step.to === 'accepted' && delivery.route === 'reply');
    if (neverPushed && budget_key !== null) back.push(budget_key);
  }
  back.push(...(await revokeUnseen(context, unseen)));
  await counterRows(context).giveBackAll(back);
  await lineQuotaRows(context).count(pushes, first.at);
  return new Set(written.map(({ id }) => id));
}

/**
 * Takes back the coupons of messages that were given up, and returns the stock that comes back with them. A coupon may
 * be shown by several messages, for who asks again is shown it again: it is taken back with the last of them, and never
 * once one may have arrived.
 */
export async function revokeUnseen({ db }: Pick<StoreContext, 'db'>, couponIds: readonly string[]): Promise<string[]> {
  if (couponIds.length === 0) return [];
  // Held first: of two senders that give up the last two messages, the second sees what the first one wrote.
  await db
    .selectFrom('coupon')
    .select('id')
    .where('id', 'in', listOf(db, couponIds))
    .orderBy('id')
    .forUpdate()
    .execute();
  const revoked = await db
    .updateTable('coupon')
    .set({ state: 'revoked' })
    .where('id', 'in', listOf(db, couponIds))
    .where('state', '=', 'issued')
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('delivery')
            .select('delivery.id')
            .whereRef('delivery.coupon_id', '=', 'coupon.id')
            .where('delivery.state', '<>', 'parked'),
        ),
      ),
    )
    .returning('id')
    .execute();
  if (revoked.length === 0) return [];
  const granted = await db
    .selectFrom('delivery')
    .select('stock_key')
    .where(
      'coupon_id',
      'in',
      listOf(
        db,
        revoked.map(({ id }) => id),
      ),
    )
    .where('stock_key', 'is not', null)
    .execute();
  return granted.flatMap(({ stock_key }) => stock_key ?? []);
}

/** In words no index has: SQLite would hold every call under way against every ending, 30 ms a turn at LINE's full rate. */
const isSending = sql<boolean>`(delivery.state = 'sending') IS TRUE`;

interface Keys {
  readonly stock_key: string | null;
  readonly budget_key: string | null;
}

/** One attempt a claim: named after both, it is written once however often a turn is repeated. */
const attemptRow = ({ delivery, attempt }: Ending) =>
  attempt === undefined
    ? []
    : [
        {
          id: `att_${delivery.id.slice(delivery.id.indexOf('_') + 1)}${delivery.attempts.toString(36).padStart(3, '0')}`,
          delivery_id: delivery.id,
          route: attempt.route,
          outcome: attempt.outcome,
          detail: attempt.detail,
          request_id: attempt.requestId,
          started_at: attempt.startedAt,
          ended_at: attempt.endedAt,
        },
      ];

const ATTEMPT = {
  id: 'text',
  delivery_id: 'text',
  route: 'text',
  outcome: 'text',
  detail: 'text',
  request_id: 'text',
  started_at: 'int',
  ended_at: 'int',
} as const satisfies Shape<ReturnType<typeof attemptRow>[number]>;

const stepRow = ({ delivery, step, at }: Ending, price: Price | undefined) => ({
  id: delivery.id as string,
  attempts: delivery.attempts,
  claimed_until: delivery.claimedUntil as number,
  ...outcomeOf(step, at),
  route: step.to === 'push' ? 'push' : delivery.route,
  leaves_cast: step.to === 'ready' && step.leavesCast === true ? 1 : 0,
  untried: step.to === 'ready' && step.untried === true ? 1 : 0,
  request_id: step.to === 'accepted' ? step.requestId : undefined,
  cost_minor: price && costOf(delivery.route, step, price),
  cost_currency: price && costOf(delivery.route, step, price) !== undefined ? price.currency : undefined,
});

/** LINE takes nothing for a reply; what may have arrived is counted as if it had. */
const costOf = (route: 'reply' | 'push', { to }: Ending['step'], price: Price): number | undefined =>
  to === 'accepted' || to === 'unknown' ? (route === 'reply' ? 0 : price.minor) : undefined;

const STEP = {
  id: 'text',
  attempts: 'int',
  claimed_until: 'int',
  state: 'text',
  park_reason: 'text',
  next_attempt_at: 'int',
  in_doubt: 'int',
  settled_at: 'int',
  route: 'text',
  leaves_cast: 'int',
  untried: 'int',
  request_id: 'text',
  cost_minor: 'int',
  cost_currency: 'text',
} as const satisfies Shape<ReturnType<typeof stepRow>>;

interface StateColumns {
  readonly state: string;
  readonly park_reason: string | undefined;
  readonly next_attempt_at: number | undefined;
  readonly in_doubt: number | undefined;
  readonly settled_at: number | undefined;
}

const NONE = { park_reason: undefined, next_attempt_at: undefined, in_doubt: undefined, settled_at: undefined };

function outcomeOf(step: Ending['step'], at: EpochMs): StateColumns {
  switch (step.to) {
    case 'accepted':
    case 'unknown':
      return { ...NONE, state: step.to, settled_at: at };
    case 'parked':
      return { ...NONE, state: 'parked', park_reason: step.reason, settled_at: at };
    case 'ready':
      return { ...NONE, state: 'ready', next_attempt_at: step.at, in_doubt: step.inDoubt ? 1 : 0 };
    case 'push':
      // Still in doubt if the reply was: what may have been shown is not given back later.
      return { ...NONE, state: 'ready', next_attempt_at: at, in_doubt: step.inDoubt ? 1 : 0 };
    default:
      return unreachable(step);
  }
}
