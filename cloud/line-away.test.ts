import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { campaign, openWorldWith, PATIENCE_MS, said, type World } from './cloud.fixture.ts';
import { eventually } from './sandbox/sandbox.fixture.ts';
import { openDatabase } from './store/database.ts';

/** LINE away for three hours over lunch, and what is left of it in the evening. */
const HOUR = 3600_000;

/** A door before LINE that can be shut: whoever knocks is refused at once, and nothing gets through. */
async function openDoor() {
  let behind = '';
  let server: Server | undefined;
  const sockets = new Set<Socket>();
  const open = async (port = 0): Promise<number> => {
    server = createServer((near) => {
      if (behind === '') return void near.destroy();
      const far = connect(Number(new URL(behind).port), '127.0.0.1');
      for (const [one, other] of [
        [near, far],
        [far, near],
      ] as const) {
        sockets.add(one);
        one.on('error', () => other.destroy()).on('close', () => sockets.delete(one) && other.destroy());
        one.pipe(other);
      }
    });
    await once(server.listen(port, '127.0.0.1'), 'listening');
    const address = server.address();
    return typeof address === 'object' ? (address?.port ?? 0) : 0;
  };
  const shut = (): void => {
    server?.close();
    for (const socket of sockets) socket.destroy();
  };
  const port = await open();
  onTestFinished(shut);
  return {
    url: `http://127.0.0.1:${port}`,
    leadsTo: (url: string): void => {
      behind = url;
    },
    shut,
    open: () => open(port),
  };
}

const LIMITS = { stock: 3, messages: { max: 3, per: 'day' }, perMember: { max: 1, per: 'day' } };
const LUNCH = [
  campaign('pushed', { trigger: { on: 'enter' }, delivery: { prefer: 'push' }, limits: LIMITS }),
  campaign('greeted', { trigger: { on: 'keyword', phrases: ['您好'] }, home: 'taipei-1' }),
  campaign('asked', { trigger: { on: 'keyword', phrases: ['冰'] }, home: 'taipei-1', limits: { stock: 1 } }),
];

async function lunch() {
  const door = await openDoor();
  const world = await openWorldWith({ PHAROS_LINE_API_BASE: door.url }, ...LUNCH);
  door.leadsTo(world.sandbox.url);
  return { door, world };
}

/** State and reason of the one delivery of each of these events, once all are settled. */
const ends = (world: World, events: readonly { readonly sourceId: string }[]) =>
  Promise.all(
    events.map(async ({ sourceId }) => {
      const { state, parkReason } = await world.settled(sourceId);
      return parkReason === undefined ? state : `${state}: ${parkReason}`;
    }),
  );

/**
 * Until each was tried and no call is under way: the clock must not leap in the middle of one, whose claim would be taken
 * for a dead sender's.
 */
const allTried = (world: World) =>
  eventually(async () => {
    const db = await openDatabase(world.database);
    const rows = await db.selectFrom('delivery').select(['state', 'attempts']).execute();
    await db.destroy();
    expect(rows.filter(({ state, attempts }) => state === 'sending' || attempts === 0)).toEqual([]);
  }, PATIENCE_MS);

/** What the ledger says at last: coupons by state, and what is used of stock and budgets. */
async function ledgerOf(world: World) {
  const db = await openDatabase(world.database);
  const coupons = await db.selectFrom('coupon').select('state').orderBy('id').execute();
  const counters = await db.selectFrom('counter').selectAll().execute();
  await db.destroy();
  return {
    coupons: coupons.map(({ state }) => state),
    used: Object.fromEntries(counters.map(({ key, used }) => [key.split('|').slice(0, 2).join('|'), used])),
  };
}

const metric = async (world: World, name: string): Promise<string> =>
  (await (await fetch(`${world.httpUrl()}/metrics`)).text()).split('\n').find((line) => line.startsWith(name)) ?? '';

describe('LINE is away from noon to three', () => {
  it.each([
    ['nobody opens', async ({ door }: Awaited<ReturnType<typeof lunch>>) => door.shut()],
    [
      'everybody is turned away',
      async ({ world }: Awaited<ReturnType<typeof lunch>>) =>
        void (await world.sandbox.control('PUT', '/faults', { api: [{ kind: 'rate_limited' }] })),
    ],
  ])('%s: nothing is sent in the evening, and all of it is there again', async (_how, leave) => {
    const here = await lunch();
    const { world, door } = here;
    const [alice, bob, carol] = [await world.friend(), await world.friend(), await world.friend()];
    const silent = (await world.calls()).length;
    await leave(here);
    const events = [
      await world.enters(alice),
      await world.enters(bob),
      await world.does(alice, 'text', { text: '冰' }),
    ];
    expect(events.map(said)).toEqual([{ pushed: 'granted' }, { pushed: 'granted' }, { asked: 'granted' }]);
    expect((await ledgerOf(world)).used).toEqual({ 'stock|pushed': 2, 'messages|pushed': 2, 'stock|asked': 1 });

    await allTried(world);
    world.skip(HOUR);
    events.push(await world.enters(carol));
    await allTried(world);
    world.skip(2 * HOUR);
    await door.open().catch(() => undefined);
    await world.sandbox.control('PUT', '/faults', {});
    // Whoever comes by wakes the sender, which would look by itself a few seconds later.
    const greeted = await world.does(carol, 'text', { text: '您好' });
    expect(await ends(world, [greeted])).toEqual(['accepted']);
    expect(await ends(world, events)).toEqual(Array.from({ length: 4 }, () => 'parked: expired'));
    expect(await ledgerOf(world)).toEqual({
      coupons: ['revoked', 'revoked', 'revoked', 'revoked', 'issued'],
      used: { 'stock|pushed': 0, 'messages|pushed': 0, 'stock|asked': 0 },
    });
    expect(await metric(world, 'pharos_deliveries_settled_total')).toContain('expired');
    const report = (await world.admin('GET', '/reports/campaign')).body['total'];
    expect(report).toMatchObject({
      counts: { granted: 5, accepted: 1, expired: 4, takenBack: 4 },
      parked: { expired: 4 },
    });
    expect((await world.admin('GET', '/reports/reconcile')).body).toMatchObject({ addsUp: true, counters: [] });

    // In the evening nobody gets what was meant for lunch, and who comes again is given it anew.
    world.skip(3 * HOUR);
    const evening = [await world.enters(alice), await world.does(bob, 'text', { text: '冰' })];
    expect(evening.map(said)).toEqual([{ pushed: 'granted' }, { asked: 'granted' }]);
    expect(await ends(world, evening)).toEqual(['accepted', 'accepted']);
    const taken = (await world.calls()).slice(silent).filter(({ status }) => status === 200);
    expect(taken.map(({ endpoint }) => endpoint).sort()).toEqual(['push', 'reply', 'reply']);
    expect(
      [await world.chat(alice), await world.chat(bob), await world.chat(carol)].map(
        (it) => it.filter(({ via }) => via).length,
      ),
    ).toEqual([1, 1, 1]);
  });

  it('it answers 500: what may have been shown stays given, is counted, and is not sent in the evening', async () => {
    const { world } = await lunch();
    const [alice, bob] = [await world.friend(), await world.friend()];
    await world.sandbox.control('PUT', '/faults', { api: [{ kind: 'error_500' }] });
    const events = [await world.enters(alice), await world.does(alice, 'text', { text: '冰' })];
    await eventually(async () => expect((await world.calls()).length).toBeGreaterThanOrEqual(2), PATIENCE_MS);
    world.skip(3 * HOUR);
    await world.sandbox.control('PUT', '/faults', {});
    expect(await ends(world, [await world.does(bob, 'text', { text: '您好' })])).toEqual(['accepted']);
    expect(await ends(world, events)).toEqual(['unknown', 'unknown']);
    expect(await ledgerOf(world)).toEqual({
      coupons: ['issued', 'issued', 'issued'],
      used: { 'stock|pushed': 1, 'messages|pushed': 1, 'stock|asked': 1 },
    });
    world.skip(3 * HOUR);
    await world.does(alice, 'unfollow');
    expect((await world.calls()).filter(({ status }) => status === 200)).toHaveLength(1);
    expect((await world.chat(alice)).filter(({ via }) => via)).toEqual([]);
  });
});
