import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { epochMs } from '../../protocol/units.ts';
import type { ClaimedDelivery, SettledDelivery } from '../core/ports.ts';
import { memberRows } from '../store/members.ts';
import { senderQueue } from '../store/sender-queue.ts';
import { newDelivery, newMember, openStore, T0 } from '../store/testing.fixture.ts';
import { fixedToken } from './access-token.ts';
import { createLineClient } from './line-client.ts';
import { createLineTransport } from './line-transport.ts';
import { createSender } from './sender.ts';

/** A sender over a real queue, and a LINE that leaves calls to `silent` people without an answer until told. */
async function openSender(
  silent: (to: string) => boolean = () => false,
  answer = { status: 200, body: '{}' },
  failing = 0,
  claimed: () => void | Promise<void> = () => undefined,
) {
  const store = await openStore();
  let failures = failing;
  const seen: string[] = [];
  const waiting: (() => void)[] = [];
  const server = createServer(async (request, response) => {
    const { to } = JSON.parse(Buffer.concat(await request.toArray()).toString('utf8')) as { to: string };
    seen.push(to);
    if (silent(to)) waiting.push(() => void response.end('{}'));
    else response.writeHead(answer.status).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const apiBase = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const faults: unknown[] = [];
  const told: [string, boolean][] = [];
  const transport = createLineTransport(apiBase);
  const queue = senderQueue(store);
  let used = false;
  const sender = createSender({
    queue: {
      ...queue,
      // The turn in which something has ended fails this often.
      async turn(...given) {
        if (given[0].length > 0 && failures > 0) {
          failures -= 1;
          throw new Error('the database is away');
        }
        const turned = await queue.turn(...given);
        if (turned.claimed.length > 0) await claimed();
        return turned;
      },
    },
    line: createLineClient({ transport, tokens: fixedToken(() => 'token') }),
    now: () => T0,
    random: () => 0,
    concurrency: 20,
    quotaUsedUp: async () => used,
    onSettled: ({ step }, _outcome, isWritten) => void told.push([step.to, isWritten]),
    onFault: (error) => void faults.push(error),
  });
  const answerAll = (): void => {
    for (const answer of waiting.splice(0)) answer();
  };
  onTestFinished(async () => {
    answerAll();
    await sender.stop();
    await transport.close();
    expect(faults).toEqual([]);
  });
  const accepted = async (): Promise<number> =>
    (await store.db.selectFrom('delivery').select('id').where('state', '=', 'accepted').execute()).length;
  const until = async (check: () => boolean | Promise<boolean>): Promise<void> => {
    const deadline = performance.now() + 8_000;
    while (!(await check())) {
      if (performance.now() > deadline) throw new Error(`only ${await accepted()} accepted, ${seen.length} seen`);
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const deliverTo = async (...people: readonly string[]): Promise<void> => {
    for (const person of people) await newDelivery(store, { memberId: await newMember(store, person) });
  };
  const row = (columns: readonly ('state' | 'park_reason' | 'next_attempt_at')[]) =>
    store.db.selectFrom('delivery').select(columns).executeTakeFirstOrThrow();
  const monthIsOver = (): void => {
    used = true;
  };
  return { sender, store, seen, answerAll, accepted, until, deliverTo, row, monthIsOver, faults, told };
}
const people = (count: number): string[] => Array.from({ length: count }, (_, i) => `U${i}`);

it('sends everything that waits, each once', async () => {
  const { sender, seen, accepted, until, deliverTo } = await openSender();
  await deliverTo(...people(55));
  sender.poke();
  await until(async () => (await accepted()) === 55);
  expect([...seen].sort()).toEqual(people(55).sort());
});

it('goes on with the others while LINE leaves some without an answer', async () => {
  const { sender, accepted, until, deliverTo, answerAll } = await openSender((to) => to.startsWith('Uslow'));
  await deliverTo(...['a', 'b', 'c'].map((name) => `Uslow-${name}`), ...people(30));
  sender.poke();
  await until(async () => (await accepted()) === 30);
  answerAll();
  await until(async () => (await accepted()) === 33);
});

it('sends what comes while another call hangs', async () => {
  const { sender, seen, accepted, until, deliverTo } = await openSender((to) => to === 'Uslow');
  await deliverTo('Uslow');
  sender.poke();
  await until(() => seen.length === 1);
  await deliverTo('Uquick');
  sender.poke();
  await until(async () => (await accepted()) === 1);
});

it('has at most twenty calls under way', async () => {
  const { sender, seen, store, until, deliverTo } = await openSender(() => true);
  await deliverTo(...people(25));
  sender.poke();
  await until(() => seen.length === 20);
  const claimed = await store.db.selectFrom('delivery').select('id').where('state', '=', 'sending').execute();
  expect(claimed).toHaveLength(20);
});

it('settles what is under way before it stops, and begins nothing more', async () => {
  const { sender, seen, accepted, until, deliverTo, answerAll } = await openSender(() => true);
  await deliverTo(...people(3));
  sender.poke();
  await until(() => seen.length === 3);
  const stopped = sender.stop();
  answerAll();
  await stopped;
  expect(await accepted()).toBe(3);
  await deliverTo('Ulate');
  sender.poke();
  expect(seen).toHaveLength(3);
});

describe('what was claimed and not begun is handed back, not in doubt', () => {
  const handedBack = { state: 'ready', in_doubt: 0, attempts: 0, next_attempt_at: T0 };

  it('when the sender is told to stop meanwhile', async () => {
    const isClaimed = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    const { sender, store, seen, deliverTo } = await openSender(undefined, undefined, 0, () => {
      isClaimed.resolve();
      return goOn.promise;
    });
    await deliverTo(...people(3));
    sender.poke();
    await isClaimed.promise;
    const stopped = sender.stop();
    goOn.resolve();
    await stopped;
    expect(seen).toEqual([]);
    const columns = ['state', 'in_doubt', 'attempts', 'next_attempt_at'] as const;
    expect(await store.db.selectFrom('delivery').select(columns).execute()).toEqual(Array(3).fill(handedBack));
  });

  it('when the claim took so long that its lease could end during the call', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    onTestFinished(() => void vi.useRealTimers());
    let claims = 0;
    const { sender, seen, until, deliverTo, row, told } = await openSender(undefined, undefined, 0, () => {
      claims += 1;
      if (claims === 1) vi.advanceTimersByTime(8_000);
    });
    await deliverTo('Ualice');
    sender.poke();
    await until(async () => (await row(['state'])).state === 'accepted');
    expect([claims, seen]).toEqual([2, ['Ualice']]);
    await until(() => told.length === 2);
    expect(told).toEqual([
      ['ready', true],
      ['accepted', true],
    ]);
  });
});

it('tells that the end of a call was not its to write once its claim had been taken over', async () => {
  const { sender, store, seen, until, deliverTo, answerAll, told } = await openSender(() => true);
  await deliverTo('Ualice');
  sender.poke();
  await until(() => seen.length === 1);
  const heir = { limit: 1, leaseMs: 30_000, now: epochMs(T0 + 30_000), random: 0 };
  expect((await senderQueue(store).turn([], heir)).claimed).toHaveLength(1);
  answerAll();
  await until(() => told.length === 1);
  expect(told).toEqual([['accepted', false]]);
});

it('counts as idle from when it was made, though no turn ever succeeds', async () => {
  let now = T0;
  const failed = Promise.withResolvers<void>();
  const sender = createSender({
    queue: { turn: () => Promise.reject(new Error('gone')), nextDueAt: async () => undefined },
    line: createLineClient({ transport: createLineTransport('http://127.0.0.1:9'), tokens: fixedToken(() => '') }),
    now: () => now,
    random: () => 0,
    quotaUsedUp: async () => false,
    onSettled: () => undefined,
    onFault: () => failed.resolve(),
  });
  now = epochMs(T0 + 60_000);
  sender.poke();
  await failed.promise;
  expect(sender.lastTurnAt()).toBe(T0);
  await sender.stop();
});

it('counts as idle while it hands back all it claims', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  onTestFinished(() => void vi.useRealTimers());
  let now = T0;
  const handedBack = Promise.withResolvers<void>();
  const held = { id: 'delivery', route: 'push', attempts: 1 } as unknown as ClaimedDelivery;
  const sender = createSender({
    queue: {
      async turn(settled, { limit }) {
        if (settled.length > 0) handedBack.resolve();
        vi.advanceTimersByTime(8_000);
        return { claimed: limit > 0 ? [held] : [], needless: [], written: new Set() };
      },
      nextDueAt: async () => undefined,
    },
    line: createLineClient({ transport: createLineTransport('http://127.0.0.1:9'), tokens: fixedToken(() => '') }),
    now: () => now,
    random: () => 0,
    quotaUsedUp: async () => false,
    onSettled: () => undefined,
    onFault: handedBack.reject,
  });
  now = epochMs(T0 + 60_000);
  sender.poke();
  await handedBack.promise;
  expect(sender.lastTurnAt()).toBe(T0);
  await sender.stop();
});

it('hands a cast back whole where the time of one of it has run out since the claim', async () => {
  const ended = Promise.withResolvers<readonly SettledDelivery[]>();
  const one = { route: 'push', attempts: 2, inDoubt: true, createdAt: T0, castKey: 'k', lineUserId: 'U' } as const;
  const cast = [0, 60_000].map((ms) => ({ ...one, id: `d${ms}`, notAfter: T0 + ms }) as unknown as ClaimedDelivery);
  const alone = { ...cast[0], castKey: undefined } as unknown as ClaimedDelivery;
  let claims = 0;
  const sender = createSender({
    queue: {
      async turn(settled) {
        if (settled.length > 0) ended.resolve(settled);
        claims += 1;
        return { claimed: claims === 1 ? [...cast, alone] : [], written: new Set(), needless: [] };
      },
      nextDueAt: async () => undefined,
    },
    line: createLineClient({ transport: createLineTransport('http://127.0.0.1:9'), tokens: fixedToken(() => '') }),
    now: () => epochMs(T0 + 1),
    random: () => 0,
    quotaUsedUp: async () => false,
    onSettled: () => undefined,
    onFault: ended.reject,
  });
  sender.poke();
  const back = { to: 'ready', at: T0 + 1, inDoubt: true, untried: true };
  expect((await ended.promise).map(({ step }) => step)).toEqual([back, back, { to: 'unknown' }]);
  await sender.stop();
});

describe('somebody who left between the decision and the call', () => {
  const REPLY = { route: 'reply', replyToken: 'token-1', tokenReceivedAt: T0 } as const;
  it.each([
    ['blocked', 'push', {}],
    ['blocked', 'reply', REPLY],
    ['no_consent', 'push', {}],
    ['no_consent', 'reply', REPLY],
  ] as const)('%s: no %s, and the coupon and its stock come back', async (reason, _route, given) => {
    const { sender, store, seen, until, row } = await openSender();
    await store.repos.counters.take('stock|tea', 1);
    const { memberId } = await newDelivery(store, { ...given, stockKey: 'stock|tea' });
    if (reason === 'blocked') await memberRows(store).setBlocked(memberId, true);
    else await memberRows(store).consentAll([{ memberId, action: 'withdrawn', source: 'stop', at: T0 }]);
    sender.poke();
    await until(async () => (await row(['state'])).state === 'parked');
    expect(await row(['park_reason'])).toEqual({ park_reason: reason });
    expect(seen).toEqual([]);
    expect(await store.db.selectFrom('coupon').select('state').execute()).toEqual([{ state: 'revoked' }]);
    expect(await store.db.selectFrom('counter').select('used').execute()).toEqual([{ used: 0 }]);
  });
});

const limit = (message: string) => ({ status: 429, body: JSON.stringify({ message }) });

it('gives a push up for the month only where LINE counts the month as used up', async () => {
  const answer = limit('You have reached your monthly limit.');
  const doubtful = await openSender(() => false, answer);
  await doubtful.deliverTo('Ualice');
  doubtful.sender.poke();
  await doubtful.until(async () => (await doubtful.row(['next_attempt_at'])).next_attempt_at === T0 + 5_000);
  expect(await doubtful.row(['state'])).toEqual({ state: 'ready' });

  const over = await openSender(() => false, answer);
  over.monthIsOver();
  await over.deliverTo('Ualice');
  over.sender.poke();
  await over.until(async () => (await over.row(['state'])).state === 'parked');
  expect(await over.row(['park_reason'])).toEqual({ park_reason: 'quota_exhausted' });
});

it('asks nobody else of an endpoint LINE limits', async () => {
  const { sender, store, seen, until, deliverTo, accepted } = await openSender(
    () => false,
    limit('The API rate limit has been exceeded. Try again later.'),
  );
  await deliverTo('Ualice');
  sender.poke();
  await until(async () => (await store.db.selectFrom('line_budget').select('strikes').execute())[0] !== undefined);
  const paused = async () =>
    await store.db.selectFrom('line_budget').select('paused_until').where('endpoint', '=', 'push').executeTakeFirst();
  await until(async () => ((await paused())?.paused_until ?? 0) > T0);
  const asked = seen.length;
  await deliverTo('Ubob');
  sender.poke();
  await sender.stop();
  expect(seen).toHaveLength(asked);
  expect(await accepted()).toBe(0);
});

it('writes what has ended once the database is back, and repeats no call', async () => {
  const { store, seen, sender, until, deliverTo, accepted, faults } = await openSender(undefined, undefined, 1);
  await deliverTo('Ualice');
  sender.poke();
  await until(async () => (await accepted()) === 1);
  expect(seen).toEqual(['Ualice']);
  expect(faults.splice(0)).toHaveLength(1);
  expect(await store.db.selectFrom('delivery_attempt').select('outcome').execute()).toEqual([{ outcome: 'accepted' }]);
});

it('notes what a proxy answered in the place of LINE on one line, without its control characters', async () => {
  const body = '<html>\0\r\n\u001b[2J busy';
  const { store, seen, sender, until, deliverTo } = await openSender(undefined, { status: 403, body });
  await deliverTo('Ualice');
  sender.poke();
  const details = () => store.db.selectFrom('delivery_attempt').select('detail').execute();
  await until(async () => (await details()).length === 1);
  expect(seen).toEqual(['Ualice']);
  expect(await details()).toEqual([{ detail: "the answer 403 is not LINE's: <html>� [2J busy" }]);
});
