import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { type EpochMs, epochMs } from '../../protocol/units.ts';
import type { CampaignId, MemberId } from '../core/ids.ts';
import type { Ledger } from '../core/ports.ts';
import { eventually } from '../sandbox/sandbox.fixture.ts';
import { clockRows } from '../store/clock.ts';
import { createLedger } from '../store/ledger.ts';
import { memberRows } from '../store/members.ts';
import {
  campaignDocument,
  newEvent,
  ON_POSTGRES,
  openStore,
  storeDocument,
  T0,
  TEA,
} from '../store/testing.fixture.ts';
import { createClock } from './clock.ts';
import { beginRuns, dueRuns, takeDue } from './clock-ear.ts';
import { takeLineEvents } from './line-ear.ts';

const HOUR = 3600_000;
/** 2026-12-15, 22:00 in Taipei. */
const LATE_EVENING = epochMs(T0 + 10 * HOUR);
const PUSHES = { delivery: { prefer: 'push' }, limits: { messages: { max: 1_000, per: 'month' } } };

async function openClock(campaign: object, beset: (ledger: Ledger) => Ledger = (ledger) => ledger) {
  const store = await openStore();
  await store.apply(
    storeDocument({ hours: '10:00-21:00' }),
    campaignDocument({ home: 'taipei-1', ...PUSHES, ...campaign }),
  );
  const ledger = createLedger(store);
  let now: EpochMs = T0;
  const troubles: unknown[] = [];
  const done: EpochMs[] = [];
  const clock = () =>
    createClock({
      ledger: beset(ledger),
      mint: store.mint,
      now: () => now,
      onDeliveries: () => undefined,
      onFailed: (...told) => void troubles.push(told),
      onFault: (error) => void troubles.push(error),
      onDone: () => void done.push(now),
    });
  const decided = async () =>
    (
      await store.db
        .selectFrom('decision')
        .innerJoin('event', 'event.id', 'decision.event_id')
        .select(['event.ear', 'decision.outcome', 'decision.reason'])
        .orderBy('event.seq')
        .execute()
    ).map(({ ear, outcome, reason }) => `${ear} ${reason ?? outcome}`);
  return {
    ...{ store, ledger, clock, decided, troubles, done },
    at(time: EpochMs): void {
      now = time;
    },
  };
}

it('decides again, once, what was put off until the shop opens', async () => {
  const { store, ledger, clock, decided, troubles, at } = await openClock({ trigger: { on: 'follow' } });
  const event = { type: 'follow', mode: 'active', timestamp: LATE_EVENING, source: { type: 'user', userId: 'Ualice' } };
  const heard = newEvent({
    ...{ type: 'follow', at: LATE_EVENING, receivedAt: LATE_EVENING },
    body: { destination: 'bot', event },
  });
  await store.repos.events.add(heard);
  await ledger.transaction((tx) => takeLineEvents(tx, store.mint, [heard.id], LATE_EVENING));
  expect(await decided()).toEqual(['line quiet_hours_deferred']);
  at(epochMs(T0 + 21 * HOUR));
  await clock().tick();
  expect(await decided()).toHaveLength(1);
  // 10:00 the next morning, and two clocks at once.
  at(epochMs(T0 + 22 * HOUR));
  await Promise.all([clock().tick(), clock().tick()]);
  await clock().tick();
  expect(troubles).toEqual([]);
  expect(await decided()).toEqual(['line quiet_hours_deferred', 'clock granted']);
  expect(await store.db.selectFrom('delivery').select('route').execute()).toEqual([{ route: 'push' }]);
});

it('gives every member a turn in a scheduled run, once, and leaves out what was slept through', async () => {
  const trigger = { on: 'schedule', every: { time: '12:30' } };
  const { store, clock, decided, troubles, at } = await openClock({ trigger });
  const members = memberRows(store);
  const made = await members.make(
    Array.from({ length: 450 }, (_, index) => ({
      kind: 'line_user' as const,
      issuer: 'bot',
      subject: `U${index}`,
      at: T0,
    })),
  );
  const ids = [...made.values()];
  await members.consentAll(ids.slice(50).map((memberId) => ({ memberId, action: 'granted', source: 's', at: T0 })));
  await clock().tick();
  expect(await decided()).toEqual([]);
  at(epochMs(T0 + 0.5 * HOUR + 1_000));
  await Promise.all([clock().tick(), clock().tick()]);
  await clock().tick();
  expect(troubles).toEqual([]);
  const told = await decided();
  expect(told).toHaveLength(450);
  expect(told.filter((one) => one === 'clock granted')).toHaveLength(400);
  expect(told.filter((one) => one === 'clock no_consent')).toHaveLength(50);
  // Two days later, in the evening: both runs are past their time.
  at(epochMs(T0 + 56 * HOUR));
  await clock().tick();
  expect(await decided()).toHaveLength(450);
});

it('begins a run that came due within the hour before a restart, and none of before that', async () => {
  const trigger = { on: 'schedule', every: { time: '12:30' } };
  const { store, clock, decided, troubles, at } = await openClock({ trigger });
  const made = await memberRows(store).make([{ kind: 'line_user', issuer: 'bot', subject: 'Ualice', at: T0 }]);
  const [memberId] = made.values();
  if (memberId === undefined) throw new Error('nobody was made');
  await memberRows(store).consentAll([{ memberId, action: 'granted', source: 's', at: T0 }]);
  at(epochMs(T0 + 1.5 * HOUR));
  await clock().tick();
  expect(await decided()).toEqual(['clock granted']);
  at(epochMs(T0 + 25.5 * HOUR + 1));
  await clock().tick();
  expect(await decided()).toEqual(['clock granted']);
  expect(troubles).toEqual([]);
});

/** Friends with ids in their order. */
async function befriend(store: Awaited<ReturnType<typeof openClock>>['store'], count: number): Promise<MemberId[]> {
  const people = Array.from({ length: count }, (_, index) => ({
    ...{ kind: 'line_user' as const, issuer: 'bot' },
    ...{ subject: `U${index}`, at: T0 },
  }));
  const ids = [...(await memberRows(store).make(people)).values()].sort();
  await memberRows(store).consentAll(ids.map((memberId) => ({ memberId, action: 'granted', source: 's', at: T0 })));
  return ids;
}

it('goes on with its runs after the clock of this machine was ahead for a while', async () => {
  const { store, clock, decided, troubles, at } = await openClock({
    trigger: { on: 'schedule', every: { time: '12:30' } },
  });
  await befriend(store, 1);
  // A year too late, between two runs.
  at(epochMs(T0 + 365 * 24 * HOUR));
  await clock().tick();
  expect(await decided()).toEqual([]);
  at(epochMs(T0 + 0.5 * HOUR + 1_000));
  await clock().tick();
  expect([await decided(), troubles]).toEqual([['clock granted'], []]);
});

/** A run of 450 that somebody died over after the first 200, and another campaign's that waited behind it. */
async function openCutOff(more: object = {}) {
  const opened = await openClock({ trigger: { on: 'schedule', every: { time: '12:30' } }, ...more });
  const { store, ledger, at } = opened;
  const home = { home: 'taipei-1', ...PUSHES, trigger: { on: 'schedule', every: { time: '12:31' } } };
  await store.apply(campaignDocument(home, 'milk'));
  await befriend(store, 450);
  const dueAt = epochMs(T0 + 0.5 * HOUR);
  const diedAt = epochMs(dueAt + 61_000);
  at(diedAt);
  await ledger.transaction((tx) => beginRuns(tx, diedAt));
  await ledger.transaction((tx) => takeDue(dueRuns(store.mint, diedAt), tx, 200));
  expect(await opened.decided()).toHaveLength(200);
  return { ...opened, diedAt };
}

it('goes on with a run that was cut off within the hour, and with what waited behind it', async () => {
  const { clock, decided, troubles, at, diedAt } = await openCutOff();
  at(epochMs(diedAt + HOUR - 62_000));
  await clock().tick();
  expect([(await decided()).length, troubles]).toEqual([900, []]);
});

it('ends runs that were cut off for longer, and tells so', async () => {
  const { store, clock, decided, troubles, at, diedAt } = await openCutOff();
  at(epochMs(diedAt + 77 * HOUR));
  // A run that is left out moves nothing.
  await clockRows(store).beginRun('cream' as CampaignId, T0, epochMs(diedAt + 77 * HOUR));
  await clock().tick();
  await clock().tick();
  expect(await decided()).toHaveLength(200);
  const cutOff = expect.objectContaining({ message: expect.stringContaining('cut off') });
  expect(troubles).toEqual([
    [expect.stringContaining(TEA), cutOff],
    [expect.stringContaining('milk'), cutOff],
  ]);
});

it('goes on with a run whose last member was passed over, since nobody can tell when', async () => {
  const { store, clock, decided, troubles, at, diedAt } = await openCutOff();
  const [run] = (await clockRows(store).openRuns()).runs;
  const [next] = run === undefined ? [] : await clockRows(store).membersAfter(run.afterMember, 1);
  if (run === undefined || next === undefined) throw new Error('no run');
  expect(await clockRows(store).advanceRun(run, next, undefined)).toBe(true);
  at(epochMs(diedAt + 3 * HOUR));
  await clock().tick();
  expect([(await decided()).length, troubles]).toEqual([899, []]);
});

it('goes on with a run that waited for another one, however long that took', async () => {
  const { store, ledger, clock, decided, troubles, at, diedAt } = await openCutOff();
  const muchLater = epochMs(diedAt + 3 * HOUR);
  // Nobody died: the first run was just slow.
  for (let minute = 0; minute < 3; minute++) {
    await ledger.transaction((tx) => takeDue(dueRuns(store.mint, muchLater), tx, 100));
  }
  at(epochMs(muchLater + 1_000));
  await clock().tick();
  expect([(await decided()).length, troubles]).toEqual([900, []]);
});

it('begins what comes due while a run of hours is under way', async () => {
  let batches = 0;
  const { store, clock, decided, troubles, at } = await openClock(
    { trigger: { on: 'schedule', every: { time: '12:30' } } },
    (real) => ({
      ...real,
      transaction: async (work) =>
        await real.transaction((tx) =>
          work({
            ...tx,
            write: async (changes) => {
              if (changes.heard.length > 0) at(epochMs(T0 + (1 + ++batches) * 0.5 * HOUR));
              await tx.write(changes);
            },
          }),
        ),
    }),
  );
  const home = { home: 'taipei-1', ...PUSHES, trigger: { on: 'schedule', every: { time: '12:31' } } };
  await store.apply(campaignDocument(home, 'milk'));
  await befriend(store, 700);
  at(epochMs(T0 + 0.5 * HOUR));
  await clock().tick();
  expect([(await decided()).length, troubles]).toEqual([1400, []]);
});

it('tells when the database was in trouble, and when all was done', async () => {
  let isAway = true;
  const { clock, troubles, done } = await openClock({ trigger: { on: 'follow' } }, (real) => ({
    ...real,
    transaction: async (work) => {
      if (isAway) throw new Error('the database is away');
      return await real.transaction(work);
    },
  }));
  const waiting = clock();
  await waiting.tick();
  expect([troubles.length, done]).toEqual([1, []]);
  isAway = false;
  await waiting.tick();
  expect([troubles.length, done]).toEqual([1, [T0]]);
});

/** A ledger that breaks on what the clock starts under a source id with `mark` in it; `meanwhile` comes after the second time. */
function breakingOn(mark: () => string, meanwhile: () => Promise<unknown> = async () => undefined) {
  let broken = 0;
  return (real: Ledger): Ledger => ({
    ...real,
    transaction: async (work) => {
      if (broken === 2) {
        broken += 1;
        await meanwhile();
      }
      return await real.transaction((tx) =>
        work({
          ...tx,
          write: async (changes) => {
            if (changes.heard.some(({ event }) => event.sourceId.includes(mark()))) {
              broken += 1;
              throw new Error('broken');
            }
            await tx.write(changes);
          },
        }),
      );
    },
  });
}

/** Two friends who came late in the evening are to be greeted in the morning; the first one breaks us. */
async function openMorning(meanwhile?: (opened: Awaited<ReturnType<typeof openClock>>) => Promise<unknown>) {
  const mark = { of: 'nobody' };
  const beset = breakingOn(
    () => mark.of,
    async () => await meanwhile?.(opened),
  );
  const opened = await openClock({ trigger: { on: 'follow' } }, beset);
  for (const [index, userId] of ['Ualice', 'Ubob'].entries()) {
    const at = epochMs(LATE_EVENING + index);
    const event = { type: 'follow', mode: 'active', timestamp: at, source: { type: 'user', userId } };
    const heard = newEvent({ type: 'follow', at, receivedAt: at, body: { destination: 'bot', event } });
    await opened.store.repos.events.add(heard);
    await opened.ledger.transaction((tx) => takeLineEvents(tx, opened.store.mint, [heard.id], at));
  }
  const waiting = await opened.store.db.selectFrom('deferral').select('event_id').orderBy('event_id').execute();
  const first = waiting[0]?.event_id ?? '';
  mark.of = first;
  opened.at(epochMs(T0 + 22 * HOUR));
  const closed = async (): Promise<string[]> => {
    const rows = opened.store.db.selectFrom('deferral').select('event_id').where('closed_at', 'is not', null);
    return (await rows.execute()).map(({ event_id }) => event_id);
  };
  return { ...opened, first, closed };
}

const BOTH_WAIT = ['line quiet_hours_deferred', 'line quiet_hours_deferred'];
const toldOf = (id: string) => [expect.stringContaining(id), expect.objectContaining({ message: 'broken' })];

it('passes over a deferral that breaks it, and holds up nobody', async () => {
  const { clock, decided, troubles, first, closed } = await openMorning();
  await clock().tick();
  expect(await decided()).toEqual([...BOTH_WAIT, 'clock granted']);
  expect(await closed()).toHaveLength(2);
  expect(troubles).toEqual([toldOf(first)]);
});

it.runIf(ON_POSTGRES)('passes over what broke it, not what is free while somebody else holds that', async () => {
  let ended: Promise<unknown> | undefined;
  const { clock, decided, troubles, first, closed } = await openMorning(async ({ store }) => {
    const rival = await store.db.startTransaction().execute();
    await clockRows({ db: rival }).dueDeferrals(epochMs(T0 + 22 * HOUR), 1);
    const isSeenTo = async () => {
      const { rows } = await sql`
        SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
      `.execute(store.db);
      return rows.length > 0 || (await closed()).length > 0;
    };
    ended = eventually(async () => expect(await isSeenTo()).toBe(true)).finally(() => rival.rollback().execute());
  });
  await clock().tick();
  await ended;
  expect(troubles).toEqual([toldOf(first)]);
  expect(await decided()).toEqual([...BOTH_WAIT, 'clock granted']);
});

it('passes over the member of a run that broke it, and not the next one where a rival has done so', async () => {
  const ids: MemberId[] = [];
  const dueAt = epochMs(T0 + 0.5 * HOUR);
  const beset = breakingOn(
    () => `:${ids[0]}`,
    async () => {
      const run = { campaignId: TEA, dueAt, afterMember: '' as MemberId };
      await clockRows(opened.store).advanceRun(run, ids[0] as MemberId, undefined);
    },
  );
  const opened = await openClock({ trigger: { on: 'schedule', every: { time: '12:30' } } }, beset);
  const { store, clock, decided, at } = opened;
  const people = ['Ualice', 'Ubob', 'Ucarol'].map((subject) => ({
    ...{ kind: 'line_user' as const, issuer: 'bot' },
    ...{ subject, at: T0 },
  }));
  ids.push(...[...(await memberRows(store).make(people)).values()].sort());
  await memberRows(store).consentAll(ids.map((memberId) => ({ memberId, action: 'granted', source: 's', at: T0 })));
  at(epochMs(dueAt + 1_000));
  await clock().tick();
  await clock().tick();
  expect(await decided()).toEqual(['clock granted', 'clock granted']);
  const told = await store.db.selectFrom('decision').select('member_id').orderBy('member_id').execute();
  expect(told.map(({ member_id }) => member_id)).toEqual(ids.slice(1));
});
