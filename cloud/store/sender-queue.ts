import type { Selectable } from 'kysely';
import { type EpochMs, epochMs } from '../../protocol/units.ts';
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
        const budgets = await learnFrom(here, ended, claim);
        if (claim.limit === 0) return [];
        const due = await dueRows(here, budgets, claim);
        if (due.length === 0) return [];
        await tx
          .updateTable('delivery')
          .set((eb) => ({
            state: 'sending',
            claimed_until: claim.now + claim.leaseMs,
            // So that the index finds the leases that ran out without looking at those that did not.
            next_attempt_at: claim.now + claim.leaseMs,
            attempts: eb('attempts', '+', 1),
          }))
          .where(
            'id',
            'in',
            listOf(
              tx,
              due.map(({ id }) => id),
            ),
          )
          .execute();
        const rows = lineBudgetRows(here);
        for (const route of ROUTES) {
          const calls = due.filter((row) => row.route === route).length;
          if (calls > 0) await rows.save(route, spend(budgets[route], calls));
        }
        const people = await peopleOf(here, due);
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
      for (const route of ROUTES) {
        const ready = await soonest(context, 'ready', route);
        if (ready !== undefined) times.push(Math.max(ready, openAt(budgets[route], LINE_RATES[route])));
        const sending = await soonest(context, 'sending', route);
        if (sending !== undefined) times.push(sending);
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

/** What may be called for now, replies first, the longest due first, no more than the budgets allow. */
async function dueRows(
  { db }: StoreContext,
  budgets: LineBudgets,
  { now, limit }: { readonly now: EpochMs; readonly limit: number },
): Promise<DeliveryRow[]> {
  const due: DeliveryRow[] = [];
  for (const route of ROUTES) {
    const most = () => Math.min(limit - due.length, left);
    let left = callsLeft(budgets[route], now);
    for (const state of ['sending', 'ready'] as const) {
      if (most() <= 0) continue;
      const rows = await db
        .selectFrom('delivery')
        .selectAll()
        .where('state', '=', state)
        .where('route', '=', route)
        .where('next_attempt_at', '<=', now)
        .where((eb) => eb.or([eb('claimed_until', 'is', null), eb('claimed_until', '<=', now)]))
        .orderBy('next_attempt_at')
        .limit(most())
        .forUpdate()
        .skipLocked()
        .execute();
      left -= rows.length;
      due.push(...rows);
    }
  }
  return due;
}

interface Person {
  readonly lineUserId: string;
  readonly blocked: boolean;
}

/** Who the deliveries go to; a member whose link to LINE has ended is not among them. */
async function peopleOf({ db }: StoreContext, due: readonly DeliveryRow[]): Promise<ReadonlyMap<string, Person>> {
  const links = await db
    .selectFrom('identity_link')
    .innerJoin('member', 'member.id', 'identity_link.member_id')
    .select(['member_id', 'subject', 'blocked'])
    .where('kind', '=', 'line_user')
    .where('ended_at', 'is', null)
    .where(
      'member_id',
      'in',
      listOf(
        db,
        due.map(({ member_id }) => member_id),
      ),
    )
    // Of several accounts of one person the one that was linked last is written to.
    .orderBy('identity_link.created_at')
    .orderBy('identity_link.id')
    .execute();
  return new Map(
    links.map(({ member_id, subject, blocked }) => [member_id, { lineUserId: subject, blocked: blocked === 1 }]),
  );
}

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
  };
}

async function soonest({ db }: StoreContext, state: 'ready' | 'sending', route: Route): Promise<number | undefined> {
  const found = await db
    .selectFrom('delivery')
    .select(({ fn }) => [fn.min<number | null>('next_attempt_at').as('at')])
    .where('state', '=', state)
    .where('route', '=', route)
    .executeTakeFirst();
  return found?.at ?? undefined;
}
