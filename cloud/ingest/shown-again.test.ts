import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { epochMs } from '../../protocol/units.ts';
import type { Ledger } from '../core/ports.ts';
import { eventually } from '../sandbox/sandbox.fixture.ts';
import type { Db } from '../store/database.ts';
import { createLedger } from '../store/ledger.ts';
import { Overtaken } from '../store/overtaken.ts';
import { senderQueue } from '../store/sender-queue.ts';
import { campaignDocument, newEvent, ON_POSTGRES, openStore, T0 } from '../store/testing.fixture.ts';
import { takeLineEvents } from './line-ear.ts';

/**
 * A sender gives up the only message that shows a coupon, and takes the coupon back, while its owner types the phrase
 * once more. SQLite does one after the other; on PostgreSQL both are under way at once.
 */
async function openRace() {
  const store = await openStore();
  const trigger = { on: 'keyword', phrases: ['夏日冰品'] };
  await store.apply(campaignDocument({ trigger, timeZone: 'Asia/Taipei', limits: { stock: 9 } }));
  const ledger = createLedger(store);
  const sender = senderQueue(store);
  const types = async () => {
    const source = { type: 'user', userId: 'Ualice' };
    const line = { type: 'message', mode: 'active', timestamp: T0, replyToken: 'token', source };
    const event = { ...line, message: { type: 'text', text: '夏日冰品' } };
    const heard = newEvent({ type: 'message', body: { destination: 'bot', event } });
    await store.repos.events.add(heard);
    return heard.id;
  };
  const first = await types();
  await ledger.transaction((tx) => takeLineEvents(tx, store.mint, [first], T0));
  const claim = { now: T0, limit: 1, leaseMs: 60_000, random: 0 };
  const [delivery] = (await sender.turn([], claim)).claimed;
  if (delivery === undefined) throw new Error('nothing was to be sent');
  const again = await types();
  return {
    store,
    /** LINE will not have the message. */
    giveUp: async () => {
      const step = { to: 'parked', reason: 'refused_by_line', giveBack: true } as const;
      await sender.turn([{ delivery, step, at: epochMs(T0 + 1) }], { ...claim, limit: 0 });
    },
    /** The phrase is worked off; `between` stands before or after the writing of what came of it, at this try. */
    answer: (between: { before?: () => Promise<unknown>; after?: () => Promise<unknown> }, atTry = 1) => {
      let tries = 0;
      const beset: Ledger['transaction'] = (work) =>
        ledger.transaction((tx) => {
          tries += 1;
          const write: typeof tx.write = async (changes) => {
            if (tries < atTry) throw new Overtaken('this time');
            if (tries === atTry) await between.before?.();
            await tx.write(changes);
            if (tries === atTry) await between.after?.();
          };
          return work({ ...tx, write });
        });
      return beset((tx) => takeLineEvents(tx, store.mint, [again], T0));
    },
    outcome: async () => {
      const coupons = await store.db.selectFrom('coupon').select(['id', 'state']).orderBy('issued_at').execute();
      const open = await store.db.selectFrom('delivery').select('coupon_id').where('state', '=', 'ready').execute();
      const { used } = await store.db.selectFrom('counter').select('used').executeTakeFirstOrThrow();
      return {
        states: coupons.map(({ state }) => state).sort(),
        shown: open.map(({ coupon_id }) => coupons.find(({ id }) => id === coupon_id)?.state),
        used,
      };
    },
  };
}

/** What they ask for who wait for what somebody else holds. */
async function awaited(db: Db): Promise<string[]> {
  const { rows } = await sql<{ query: string }>`
    SELECT query FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
  `.execute(db);
  return rows.map(({ query }) => query);
}

it.runIf(ON_POSTGRES)('gives a new coupon to who would have been shown one that was taken back meanwhile', async () => {
  const { giveUp, answer, outcome } = await openRace();
  await answer({ before: giveUp });
  expect(await outcome()).toEqual({ states: ['issued', 'revoked'], shown: ['issued'], used: 1 });
});

it.runIf(ON_POSTGRES)('takes no coupon back that is being shown once more', async () => {
  const { store, giveUp, answer, outcome } = await openRace();
  let given: Promise<void> | undefined;
  let isGiven = false;
  await answer({
    after: async () => {
      given = giveUp().then(() => {
        isGiven = true;
      });
      await eventually(async () => expect(isGiven || (await awaited(store.db)).length > 0).toBe(true));
    },
  });
  await given;
  expect(await outcome()).toEqual({ states: ['issued'], shown: ['issued'], used: 1 });
});

it.runIf(ON_POSTGRES)('lets a sender wait for the coupon, not for the stock while it has the coupon', async () => {
  const { store, giveUp, answer, outcome } = await openRace();
  let given: Promise<void> | undefined;
  const before = async () => {
    given = giveUp();
    await eventually(async () => expect(await awaited(store.db)).toEqual([expect.stringMatching(/from "coupon"/)]));
  };
  // Overtaken once, a batch holds the stock before it knows what it will show.
  await answer({ before }, 2);
  await given;
  expect(await outcome()).toEqual({ states: ['issued'], shown: ['issued'], used: 1 });
});
