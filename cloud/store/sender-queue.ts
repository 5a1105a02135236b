import type { Selectable } from 'kysely';
import { unreachable } from '../../protocol/result.ts';
import { type EpochMs, epochMs } from '../../protocol/units.ts';
import type { Route } from '../core/decide/types.ts';
import { type SettleStep, unreadable } from '../core/deliver/settle.ts';
import type { DeliveryId } from '../core/ids.ts';
import type { LineMessage } from '../core/message/render.ts';
import type { ClaimedDelivery, SenderPort } from '../core/ports.ts';
import type { StoreContext } from './context.ts';
import { counterRows } from './counters.ts';
import type { Database } from './schema.ts';
import { transact } from './transact.ts';

type DeliveryRow = Selectable<Database['delivery']>;

/** What was to be said, and to whom, is nobody's business once it is settled for good. */
export const SCRUBBED = { reply_token_sealed: null, messages_sealed: new Uint8Array() } as const;

/** A lease that ran out means a sender died in the middle of a call. */
const isInDoubt = (row: DeliveryRow): boolean => row.in_doubt === 1 || row.state === 'sending';

/** Deliveries as their sender works them off: claim with a lease, attempt, settle. */
export function senderQueue(context: StoreContext): SenderPort {
  const { db, vault, mint } = context;

  /** `undefined` when what is sealed in it cannot be opened: no later try would fare better. */
  const read = (row: DeliveryRow, lineUserId: string | undefined): ClaimedDelivery | undefined => {
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
      ...(lineUserId !== undefined && { lineUserId }),
    };
  };

  return {
    async claim(now, limit, leaseMs) {
      return await transact(db, async (tx) => {
        const due = await tx
          .selectFrom('delivery')
          .selectAll()
          .where((eb) =>
            eb.or([
              eb.and([eb('state', '=', 'ready'), eb('next_attempt_at', '<=', now)]),
              eb.and([eb('state', '=', 'sending'), eb('claimed_until', '<=', now)]),
            ]),
          )
          .orderBy('next_attempt_at')
          .limit(limit)
          .forUpdate()
          .skipLocked()
          .execute();
        if (due.length === 0) return [];
        await tx
          .updateTable('delivery')
          .set((eb) => ({ state: 'sending', claimed_until: now + leaseMs, attempts: eb('attempts', '+', 1) }))
          .where(
            'id',
            'in',
            due.map(({ id }) => id),
          )
          .execute();
        const links = await tx
          .selectFrom('identity_link')
          .select(['member_id', 'subject'])
          .where('kind', '=', 'line_user')
          .where('ended_at', 'is', null)
          .where(
            'member_id',
            'in',
            due.map(({ member_id }) => member_id),
          )
          // Of several accounts of one person the one that was linked last is written to.
          .orderBy('created_at')
          .orderBy('id')
          .execute();
        const lineUser = new Map(links.map(({ member_id, subject }) => [member_id, subject]));
        const claimed: ClaimedDelivery[] = [];
        for (const row of due) {
          const delivery = read(row, lineUser.get(row.member_id));
          if (delivery !== undefined) claimed.push(delivery);
          else {
            const { id, route, attempts } = row;
            await writeStep(
              { ...context, db: tx },
              { id, route, attempts: attempts + 1 },
              unreadable({ inDoubt: isInDoubt(row) }),
              now,
            );
          }
        }
        return claimed;
      });
    },

    async settle(delivery, step, attempt, now) {
      await transact(db, async (tx) => {
        if (attempt !== undefined) {
          await tx
            .insertInto('delivery_attempt')
            .values({
              id: mint.id('attempt'),
              delivery_id: delivery.id,
              route: attempt.route,
              outcome: attempt.outcome,
              detail: attempt.detail ?? null,
              request_id: attempt.requestId ?? null,
              started_at: attempt.startedAt,
              ended_at: attempt.endedAt,
            })
            .execute();
        }
        await writeStep({ ...context, db: tx }, delivery, step, now);
      });
    },

    async nextDueAt() {
      const soonest = async (state: 'ready' | 'sending', column: 'next_attempt_at' | 'claimed_until') =>
        (
          await db
            .selectFrom('delivery')
            .select(({ fn }) => [fn.min<number | null>(column).as('at')])
            .where('state', '=', state)
            .executeTakeFirst()
        )?.at ?? undefined;
      const times = [await soonest('ready', 'next_attempt_at'), await soonest('sending', 'claimed_until')];
      const known = times.filter((time) => time !== undefined);
      return known.length === 0 ? undefined : epochMs(Math.min(...known));
    },
  };
}

/** What follows an attempt, in the caller's transaction. */
async function writeStep(
  context: StoreContext,
  delivery: { readonly id: string; readonly route: Route; readonly attempts: number },
  step: SettleStep,
  now: EpochMs,
): Promise<void> {
  const { db } = context;
  // Every claim counts one attempt: a sender whose lease ran out and was taken over no longer has a say.
  const update = db
    .updateTable('delivery')
    .where('id', '=', delivery.id)
    .where('state', '=', 'sending')
    .where('attempts', '=', delivery.attempts);
  switch (step.to) {
    case 'accepted':
    case 'unknown': {
      const row = await update
        .set({
          state: step.to,
          claimed_until: null,
          settled_at: now,
          ...SCRUBBED,
          ...(step.to === 'accepted' && step.requestId !== undefined && { request_id: step.requestId }),
        })
        .returning('budget_key')
        .executeTakeFirst();
      // The budget was set aside for a push that the free reply made needless.
      if (step.to === 'accepted' && delivery.route === 'reply' && row !== undefined && row.budget_key !== null) {
        await counterRows(context).giveBack(row.budget_key);
      }
      return;
    }
    case 'ready':
      await update
        .set({ state: 'ready', claimed_until: null, next_attempt_at: step.at, in_doubt: step.inDoubt ? 1 : 0 })
        .execute();
      return;
    case 'push':
      await update
        // Still in doubt if the reply was: what may have been shown is not given back later.
        .set({
          state: 'ready',
          route: 'push',
          claimed_until: null,
          next_attempt_at: now,
          in_doubt: step.inDoubt ? 1 : 0,
        })
        .execute();
      return;
    case 'parked': {
      const row = await update
        .set({
          state: 'parked',
          park_reason: step.reason,
          claimed_until: null,
          settled_at: now,
          ...SCRUBBED,
        })
        .returning(['coupon_id', 'stock_key', 'budget_key'])
        .executeTakeFirst();
      if (!step.giveBack || row === undefined) return;
      const counters = counterRows(context);
      if (row.coupon_id !== null) {
        await db
          .updateTable('coupon')
          .set({ state: 'revoked' })
          .where('id', '=', row.coupon_id)
          .where('state', '=', 'issued')
          .execute();
      }
      if (row.stock_key !== null) await counters.giveBack(row.stock_key);
      if (row.budget_key !== null) await counters.giveBack(row.budget_key);
      return;
    }
    default:
      unreachable(step);
  }
}
