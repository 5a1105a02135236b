import { type EpochMs, epochMs } from '../../protocol/units.ts';
import type { Route } from '../core/decide/types.ts';
import { gather } from '../core/deliver/casts.ts';
import { callsLeft, LINE_RATES, openAt } from '../core/deliver/line-budget.ts';
import { needless } from '../core/deliver/needless.ts';
import type { Price } from '../core/deliver/price.ts';
import { unsendable } from '../core/deliver/settle.ts';
import type { DeliveryId } from '../core/ids.ts';
import type { LineMessage } from '../core/message/render.ts';
import type { ClaimedDelivery, SenderPort, SettledDelivery } from '../core/ports.ts';
import { castRows } from './cast-rows.ts';
import type { StoreContext } from './context.ts';
import type { DeliveryRow } from './deliveries.ts';
import { type LineBudgets, lineBudgetRows } from './line-budget.ts';
import { listOf } from './many.ts';
import { type Calls, callsOf, learnFrom, spendOn } from './sender-calls.ts';
import { dueRows, ROUTES } from './sender-due.ts';
import { type Person, peopleOf } from './sender-people.ts';
import { type Ending, settleAll } from './sender-settle.ts';
import { together } from './together.ts';
import { transact } from './transact.ts';

/** A lease that ran out means a sender died in the middle of a call. */
const isInDoubt = (row: DeliveryRow): boolean => row.in_doubt === 1 || row.state === 'sending';

/** Deliveries as their sender works them off, in turns of one transaction each. `price` is what LINE takes for a push. */
export function senderQueue(context: StoreContext, price?: Price): SenderPort {
  const { db } = context;
  return {
    turn: (ended, claim) =>
      transact(db, async (tx) => {
        const here = { ...context, db: tx };
        const written = await settleAll(here, ended, price);
        // Last, for all senders want to hold it: while it is held, stock and coupons are waited for only for the few that
        // end in their claim.
        const budgets = await learnFrom(here, ended, claim);
        if (claim.limit === 0) return { claimed: [], written, needless: [] };
        const calls = await dueRows(here, budgets, claim);
        const due = calls.flat();
        if (due.length === 0) return { claimed: [], written, needless: [] };
        const spent = callsOf(calls);
        const [people] = await together(tx, [
          () => peopleOf(here, due),
          () => markSending(here, due, claim),
          () => spendOn(here, budgets, spent),
        ]);
        const claimed: ClaimedDelivery[] = [];
        const unreadable: Ending[] = [];
        const leaving: SettledDelivery[] = [];
        const claimedUntil = epochMs(claim.now + claim.leaseMs);
        for (const row of due) {
          const delivery = read(context, row, people.get(row.member_id), claimedUntil);
          if (delivery === undefined) {
            const { route, attempts } = row;
            unreadable.push({
              delivery: { id: row.id as DeliveryId, route, attempts: attempts + 1, claimedUntil },
              step: unsendable({ inDoubt: isInDoubt(row) }, 'unreadable'),
              at: claim.now,
            });
            continue;
          }
          // Who leaves a cast has left before its call: whoever took it over would take LINE's 409 for theirs too.
          const step = delivery.castKey === undefined ? undefined : needless(delivery, claim.now);
          if (step === undefined) claimed.push(delivery);
          else leaving.push({ delivery, step, at: claim.now });
        }
        await settleAll(here, [...unreadable, ...leaving], price);
        return { claimed: await gatherCasts(here, claimed, budgets, spent, claim.now), written, needless: leaving };
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

/** Pushes of the same words become one multicast each, as far as LINE takes more of them; the calls they save are left. */
async function gatherCasts(
  context: StoreContext,
  claimed: readonly ClaimedDelivery[],
  budgets: LineBudgets,
  spent: Calls,
  now: EpochMs,
): Promise<ClaimedDelivery[]> {
  const { db } = context;
  const again = spent.multicast ?? 0;
  const casts = gather(claimed, now, callsLeft(budgets.multicast, now) - again);
  if (casts.length === 0) return [...claimed];
  const push = (spent.push ?? 0) - casts.flat().length;
  const multicast = again + casts.length;
  const [keys] = await together(db, [
    () => castRows(context).join(casts),
    () => spendOn(context, budgets, { push, multicast }),
  ]);
  return claimed.map((delivery) => {
    const castKey = keys.get(delivery.id);
    return castKey === undefined ? delivery : { ...delivery, castKey };
  });
}

/** `undefined` when what is sealed in it cannot be opened: no later try would fare better. */
function read(
  { vault }: StoreContext,
  row: DeliveryRow,
  person: Person | undefined,
  claimedUntil: EpochMs,
): ClaimedDelivery | undefined {
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
    claimedUntil,
    route: row.route,
    fallback: row.fallback,
    retryKey: row.retry_key,
    createdAt: epochMs(row.created_at),
    attempts: row.attempts + 1,
    inDoubt: isInDoubt(row),
    notAfter: epochMs(row.not_after),
    ...sealed,
    ...(row.cast_key !== null && { castKey: row.cast_key }),
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
