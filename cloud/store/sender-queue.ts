import { type Selectable, sql } from 'kysely';
import { type EpochMs, epochMs } from '../../protocol/units.ts';
import { MARKETING } from '../core/consent.ts';
import type { Route } from '../core/decide/types.ts';
import { callsLeft, LINE_RATES, type LineEndpoint, learn, openAt, spend } from '../core/deliver/line-budget.ts';
import type { Price } from '../core/deliver/price.ts';
import { unsendable } from '../core/deliver/settle.ts';
import type { DeliveryId } from '../core/ids.ts';
import type { LineMessage } from '../core/message/render.ts';
import type { ClaimedDelivery, SenderPort, SettledDelivery } from '../core/ports.ts';
import type { StoreContext } from './context.ts';
import { type LineBudgets, lineBudgetRows } from './line-budget.ts';
import { listOf } from './many.ts';
import type { Database } from './schema.ts';
import { type Ending, settleAll } from './sender-settle.ts';
import { together } from './together.ts';
import { transact } from './transact.ts';

type DeliveryRow = Selectable<Database['delivery']>;

/** A lease that ran out means a sender died in the middle of a call. */
const isInDoubt = (row: DeliveryRow): boolean => row.in_doubt === 1 || row.state === 'sending';

/** Replies go first: their tokens live a minute. */
const ROUTES = ['reply', 'push'] as const satisfies readonly LineEndpoint[];

/** Deliveries as their sender works them off, in turns of one transaction each. `price` is what LINE takes for a push. */
export function senderQueue(context: StoreContext, price?: Price): SenderPort {
  const { db } = context;
  return {
    turn: (ended, claim) =>
      transact(db, async (tx) => {
        const here = { ...context, db: tx };
        await settleAll(here, ended, price);
        // Last, for all senders want to hold it: while it is held, nobody else's stock or coupon is waited for.
        const budgets = await learnFrom(here, ended, claim);
        if (claim.limit === 0) return [];
        const due = await dueRows(here, budgets, claim);
        if (due.length === 0) return [];
        const [people] = await together(tx, [
          () => peopleOf(here, due),
          () => markSending(here, due, claim),
          () => spendOn(here, due, budgets),
        ]);
        const claimed: ClaimedDelivery[] = [];
        const unreadable: Ending[] = [];
        for (const row of due) {
          const delivery = read(context, row, people.get(row.member_id));
          if (delivery !== undefined) claimed.push(delivery);
          else {
            const { route, attempts } = row;
            unreadable.push({
              delivery: { id: row.id as DeliveryId, route, attempts: attempts + 1 },
              step: unsendable({ inDoubt: isInDoubt(row) }, 'unreadable'),
              at: claim.now,
            });
          }
        }
        await settleAll(here, unreadable, price);
        return claimed;
      }),

    async nextDueAt(now) {
      const budgets = await lineBudgetRows(context).read(now);
      const times: number[] = [];
      const first = await soonest(context);
      for (const route of ROUTES) {
        const { ready, sending } = first[route];
        if (ready !== null) times.push(Math.max(ready, openAt(budgets[route], LINE_RATES[route])));
        if (sending !== null) times.push(sending);
      }
      return times.length === 0 ? undefined : epochMs(Math.min(...times));
    },
  };
}

/** What LINE's answers mean for all senders; the budgets as they are then, held until the transaction ends. */
async function learnFrom(
  context: StoreContext,
  ended: readonly SettledDelivery[],
  { now, random, limit }: { readonly now: EpochMs; readonly random: number; readonly limit: number },
): Promise<LineBudgets> {
  const rows = lineBudgetRows(context);
  const outcomes = (route: LineEndpoint) =>
    ended.flatMap(({ attempt }) => (attempt?.route === route ? attempt.outcome : []));
  const answers = (route: LineEndpoint) => ({
    limited: outcomes(route).filter((outcome) => outcome === 'rate-limited').length,
    passed: outcomes(route).filter((outcome) => outcome === 'accepted' || outcome === 'accepted-before').length,
  });
  const limited = ROUTES.some((route) => answers(route).limited > 0);
  if (limit === 0 && !limited) return await rows.read(now);
  const budgets = { ...(await rows.hold(now)) };
  for (const route of ROUTES) {
    const learned = learn(budgets[route], answers(route), now, random);
    if (learned !== budgets[route]) await rows.save(route, learned);
    budgets[route] = learned;
  }
  return budgets;
}

/**
 * What may be called for now, replies first, the longest due first, no more than the budgets allow. All are asked for at
 * once: a push that is locked and then left to the replies is free again when the transaction ends.
 */
async function dueRows(
  { db }: StoreContext,
  budgets: LineBudgets,
  { now, limit }: { readonly now: EpochMs; readonly limit: number },
): Promise<DeliveryRow[]> {
  const most = (route: LineEndpoint) => Math.min(limit, callsLeft(budgets[route], now));
  const find = async (state: DeliveryRow['state'], routes: readonly LineEndpoint[], count: number) =>
    count === 0
      ? []
      : await db
          .selectFrom('delivery')
          .selectAll()
          .where('state', '=', state)
          .where('route', 'in', routes)
          .where('next_attempt_at', '<=', now)
          .where((eb) => eb.or([eb('claimed_until', 'is', null), eb('claimed_until', '<=', now)]))
          .orderBy('next_attempt_at')
          .limit(count)
          .forUpdate()
          .skipLocked()
          .execute();
  const found = await together(db, [
    // Of senders that died: few, and the first to be seen to.
    () => find('sending', ROUTES, limit),
    () => find('ready', ['reply'], most('reply')),
    () => find('ready', ['push'], most('push')),
  ]);
  const due: DeliveryRow[] = [];
  const left = { reply: most('reply'), push: most('push') };
  for (const route of ROUTES) {
    for (const row of found.flat()) {
      if (row.route !== route || left[route] === 0 || due.length === limit) continue;
      left[route] -= 1;
      due.push(row);
    }
  }
  return due;
}

async function markSending(
  { db }: StoreContext,
  due: readonly DeliveryRow[],
  { now, leaseMs }: { readonly now: EpochMs; readonly leaseMs: number },
): Promise<void> {
  await db
    .updateTable('delivery')
    .set((eb) => ({
      state: 'sending',
      claimed_until: now + leaseMs,
      // So that the index finds the leases that ran out without looking at those that did not.
      next_attempt_at: now + leaseMs,
      attempts: eb('attempts', '+', 1),
    }))
    .where(
      'id',
      'in',
      listOf(
        db,
        due.map(({ id }) => id),
      ),
    )
    .execute();
}

async function spendOn(context: StoreContext, due: readonly DeliveryRow[], budgets: LineBudgets): Promise<void> {
  const rows = lineBudgetRows(context);
  for (const route of ROUTES) {
    const calls = due.filter((row) => row.route === route).length;
    if (calls > 0) await rows.save(route, spend(budgets[route], calls));
  }
}

interface Person {
  readonly lineUserId: string;
  readonly blocked: boolean;
  /** Took back the consent to be sent offers, after the decision. */
  readonly withdrew: boolean;
}

/**
 * Who the deliveries go to; a member whose link to LINE has ended is not among them. Each member's link and last word are
 * looked up by themselves: as a join, either database went through the links of all people once it had no statistics.
 */
async function peopleOf({ db }: StoreContext, due: readonly DeliveryRow[]): Promise<ReadonlyMap<string, Person>> {
  const people = await db
    .selectFrom('member')
    .select(({ selectFrom }) => [
      'member.id',
      'member.blocked',
      // Of several accounts of one person the one that was linked last is written to.
      selectFrom('identity_link')
        .select('subject')
        .whereRef('identity_link.member_id', '=', 'member.id')
        .where(isLiveLineUser)
        .orderBy('created_at', 'desc')
        .orderBy('identity_link.id', 'desc')
        .limit(1)
        .as('subject'),
      selectFrom('consent')
        .select('action')
        .whereRef('consent.member_id', '=', 'member.id')
        .where('purpose', '=', MARKETING)
        .orderBy('at', 'desc')
        .orderBy('consent.id', 'desc')
        .limit(1)
        .as('consent'),
    ])
    .where(
      'member.id',
      'in',
      listOf(
        db,
        due.map(({ member_id }) => member_id),
      ),
    )
    .execute();
  return new Map(
    people.flatMap(({ id, blocked, subject, consent }) =>
      subject === null
        ? []
        : [[id, { lineUserId: subject, blocked: blocked === 1, withdrew: consent === 'withdrawn' }] as const],
    ),
  );
}

/** In words no index has, so that SQLite finds the links by their member. */
const isLiveLineUser = sql<boolean>`(kind = 'line_user' AND ended_at IS NULL) IS TRUE`;

/** `undefined` when what is sealed in it cannot be opened: no later try would fare better. */
function read({ vault }: StoreContext, row: DeliveryRow, person: Person | undefined): ClaimedDelivery | undefined {
  let sealed: Pick<ClaimedDelivery, 'messages' | 'replyToken'>;
  try {
    sealed = {
      messages: JSON.parse(vault.open(row.messages_sealed).toString('utf8')) as LineMessage[],
      ...(row.reply_token_sealed !== null && { replyToken: vault.open(row.reply_token_sealed).toString('utf8') }),
    };
  } catch {
    return undefined;
  }
  return {
    id: row.id as DeliveryId,
    route: row.route,
    fallback: row.fallback,
    retryKey: row.retry_key,
    createdAt: epochMs(row.created_at),
    attempts: row.attempts + 1,
    inDoubt: isInDoubt(row),
    notAfter: epochMs(row.not_after),
    ...sealed,
    ...(row.token_received_at !== null && { tokenReceivedAt: epochMs(row.token_received_at) }),
    ...(person !== undefined && { lineUserId: person.lineUserId }),
    ...(person?.blocked === true && { blocked: true }),
    ...(person?.withdrew === true && { withdrew: true }),
  };
}

/** When the first of each kind is due, or its lease ends; each is one look into the index. */
async function soonest({ db }: StoreContext) {
  const found = await db
    .selectNoFrom(({ selectFrom }) => {
      const first = (state: DeliveryRow['state'], route: Route) =>
        selectFrom('delivery')
          .select(({ fn }) => fn.min<number | null>('next_attempt_at').as('at'))
          .where('state', '=', state)
          .where('route', '=', route);
      return [
        first('ready', 'reply').as('ready_reply'),
        first('sending', 'reply').as('sending_reply'),
        first('ready', 'push').as('ready_push'),
        first('sending', 'push').as('sending_push'),
      ];
    })
    .executeTakeFirstOrThrow();
  return {
    reply: { ready: found.ready_reply, sending: found.sending_reply },
    push: { ready: found.ready_push, sending: found.sending_push },
  };
}
