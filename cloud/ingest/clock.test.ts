import { expect, it } from 'vitest';
import { type EpochMs, epochMs } from '../../protocol/units.ts';
import { createLedger } from '../store/ledger.ts';
import { memberRows } from '../store/members.ts';
import { campaignDocument, newEvent, openStore, storeDocument, T0 } from '../store/testing.fixture.ts';
import { createClock } from './clock.ts';
import { takeLineEvents } from './line-ear.ts';

const HOUR = 3600_000;
/** 2026-12-15, 22:00 in Taipei. */
const LATE_EVENING = epochMs(T0 + 10 * HOUR);
const PUSHES = { delivery: { prefer: 'push' }, limits: { messages: { max: 1_000, per: 'month' } } };

async function openClock(campaign: object) {
  const store = await openStore();
  await store.apply(
    storeDocument({ hours: '10:00-21:00' }),
    campaignDocument({ home: 'taipei-1', ...PUSHES, ...campaign }),
  );
  const ledger = createLedger(store);
  let now: EpochMs = T0;
  const troubles: unknown[] = [];
  const clock = () =>
    createClock({
      ledger,
      mint: store.mint,
      now: () => now,
      onDeliveries: () => undefined,
      onFailed: (...told) => void troubles.push(told),
      onFault: (error) => void troubles.push(error),
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
    ...{ store, ledger, clock, decided, troubles },
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
