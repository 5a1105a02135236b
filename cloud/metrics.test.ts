import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { epochMs } from '../protocol/units.ts';
import type { ClaimedDelivery } from './core/ports.ts';
import { createMetrics, type MetricsDeps } from './metrics.ts';
import { depths } from './store/depths.ts';
import { lineQuotaRows } from './store/line-quota.ts';
import { openStore, T0 } from './store/testing.fixture.ts';

function openMetrics(given: Partial<MetricsDeps>) {
  const unread: string[] = [];
  const metrics = createMetrics({
    now: () => T0,
    depths: async () => [{ name: 'pushes', waiting: 3, oldestMs: 2_000 }],
    quotaLeft: async () => 200,
    brokerConnections: () => undefined,
    senderIdleMs: () => 45_000,
    onUnread: (figure) => void unread.push(figure),
    ...given,
  });
  metrics.webhook(500, 12);
  const figures = async (): Promise<string[]> =>
    (await metrics.read()).text.split('\n').filter((line) => line.startsWith('pharos_'));
  return { metrics, figures, unread };
}

/** Whatever becomes of the database. */
const ALWAYS = ['pharos_webhook_seconds_count{status="500"} 1', 'pharos_sender_idle_seconds 45'];
const LOOKED_UP = /^pharos_(waiting|oldest_seconds|line_quota_left)/;

it('leaves out what a database that is gone could not tell, and tells the rest', async () => {
  const store = await openStore();
  const { figures, unread } = openMetrics({
    depths: () => depths(store, T0),
    quotaLeft: async () => (await lineQuotaRows(store).left(T0)) ?? 200,
  });
  const before = await figures();
  expect(before).toEqual(expect.arrayContaining([...ALWAYS, 'pharos_waiting{queue="pushes"} 0']));
  expect(before).toEqual(expect.arrayContaining(['pharos_line_quota_left 200', 'pharos_unread{figure="waiting"} 0']));
  expect(unread).toEqual([]);

  await store.db.destroy();
  const after = await figures();
  expect(after).toEqual(expect.arrayContaining([...ALWAYS, 'pharos_unread{figure="waiting"} 1']));
  expect(after).toContain('pharos_unread{figure="line_quota_left"} 1');
  expect(after.filter((line) => LOOKED_UP.test(line))).toEqual([]);
  await figures();
  // Told once, not at every look.
  expect(unread.sort()).toEqual(['line_quota_left', 'waiting']);
});

it('says nothing of a month without a limit', async () => {
  const { figures } = openMetrics({ quotaLeft: async () => undefined });
  expect((await figures()).filter((line) => /quota_left|broker_conn/.test(line))).toEqual([
    'pharos_unread{figure="line_quota_left"} 0',
  ]);
});

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

it('does not wait for a database that hangs, asks it once at a time, and goes on when it is back', async () => {
  let asked = 0;
  let answer = (_given: number): void => undefined;
  const { figures } = openMetrics({
    quotaLeft: () => {
      asked += 1;
      return new Promise((resolve) => {
        answer = resolve;
      });
    },
  });
  for (let scrape = 0; scrape < 3; scrape++) {
    const told = figures();
    await vi.advanceTimersByTimeAsync(2_000);
    expect((await told).filter((line) => LOOKED_UP.test(line))).toEqual([
      'pharos_waiting{queue="pushes"} 3',
      'pharos_oldest_seconds{queue="pushes"} 2',
    ]);
  }
  expect(asked).toBe(1);
  const told = figures();
  answer(7);
  expect(await told).toContain('pharos_line_quota_left 7');
});

const delivery = { route: 'push', attempts: 1, createdAt: T0 } as ClaimedDelivery;

it('counts a call when it ends, whatever becomes of writing that', async () => {
  const { metrics, figures } = openMetrics({});
  const call = { outcome: { at: 'accepted' }, startedAt: T0, endedAt: epochMs(T0 + 20) } as const;
  metrics.called([delivery], call);
  metrics.called([delivery], call);
  const told = await figures();
  expect(told).toContain('pharos_line_calls_total{route="push",outcome="accepted"} 2');
  expect(told.filter((line) => line.startsWith('pharos_deliveries_settled_total{'))).toEqual([]);
});

it('counts the call of a multicast once, and each of its people as waiting for it', async () => {
  const { metrics, figures } = openMetrics({});
  const cast = { ...delivery, castKey: 'one' };
  const call = { outcome: { at: 'accepted' }, startedAt: epochMs(T0 + 5), endedAt: epochMs(T0 + 20) } as const;
  metrics.called([cast, cast, { ...cast, attempts: 2 }], call);
  const told = await figures();
  expect(told).toContain('pharos_line_calls_total{route="multicast",outcome="accepted"} 1');
  expect(told).toContain('pharos_delivery_wait_seconds_count{route="push"} 2');
});

it('counts as ended what will not be tried again', async () => {
  const { metrics, figures } = openMetrics({});
  metrics.settled({ delivery, step: { to: 'accepted' }, at: T0 });
  metrics.settled({ delivery, step: { to: 'ready', at: T0, inDoubt: false }, at: T0 });
  expect((await figures()).filter((line) => line.startsWith('pharos_deliveries_settled_total{'))).toEqual([
    'pharos_deliveries_settled_total{route="push",state="accepted",reason=""} 1',
  ]);
});
