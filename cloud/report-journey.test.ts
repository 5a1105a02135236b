import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, it } from 'vitest';
import { pharos } from './cli/capture.fixture.ts';
import { campaign, openWorld, openWorldWith, PATIENCE_MS, STORE, type World } from './cloud.fixture.ts';
import { eventually } from './sandbox/sandbox.fixture.ts';
import { openDatabase } from './store/database.ts';

const redeem = async (world: World, code: string, amount: number): Promise<void> => {
  const response = await fetch(`${world.httpUrl()}/v1/redemptions`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${world.env().PHAROS_TOKEN}`,
      'content-type': 'application/json',
      'idempotency-key': randomUUID(),
    },
    body: JSON.stringify({ code, amount, currency: 'TWD', channel: STORE }),
  });
  expect(response.status).toBe(201);
};

it('what people did is what the reports say, and it adds up', async () => {
  const world = await openWorld(campaign('tea', { limits: { stock: 5 } }));
  const [alice, bob] = [await world.friend(), await world.friend()];
  for (const user of [alice, alice, bob]) await world.enters(user);
  const code = await eventually(async () => {
    const sent = [...(await world.chat(alice)), ...(await world.chat(bob))].map(({ message }) => message.text);
    if (sent.length < 2) throw new Error('not sent yet');
    return sent[0]?.split(': ')[1] ?? '';
  }, PATIENCE_MS);
  await redeem(world, code, 10_000);

  const ask = (...argv: string[]) => pharos(['report', ...argv], world.env());
  const told = JSON.parse((await ask('campaign', 'tea', '--json')).out) as Record<string, unknown>;
  expect(told).toMatchObject({
    v: 1,
    timeZone: 'Asia/Taipei',
    total: {
      counts: { heard: 3, decided: 3, granted: 2, refused: 1, accepted: 2, redeemed: 1 },
      reasons: { visit_continues: 1 },
      // What was paid: the coupon took a fifth off.
      revenue: { TWD: 8_000 },
    },
    journeys: [{ from: STORE, to: STORE, redeemed: 1 }],
    friends: [{ source: 'organic', friends: 2 }],
  });
  const text = await ask('campaign', '--since', '1d', '--definitions');
  expect(text).toMatchObject({ code: 0, out: expect.stringMatching(/tea +3 +3 +2 +2 +0 +1 +80\.00 TWD/) });
  expect((await ask('store', '--by', 'day', '--csv')).out).toMatch(/^day,name,signals,visits/);
  expect((await ask('campaign', 'coffee')).code).toBe(3);
  expect((await ask('campaign', '--since', 'soon')).code).toBe(2);
  const books = await ask('reconcile');
  expect(books).toMatchObject({ code: 0, out: expect.stringContaining('Everything adds up.') });

  const { body } = await world.admin('POST', '/tokens', {
    name: 'shop',
    role: 'store',
    channel: { kind: 'store', id: STORE },
  });
  const asShop = (...argv: string[]) =>
    pharos(['report', ...argv], { ...world.env(), PHAROS_TOKEN: String(body['token']) });
  expect(JSON.parse((await asShop('store', '--json')).out)).toMatchObject({ rows: [{ key: STORE }] });
  expect(await asShop('reconcile')).toMatchObject({ code: 4 });

  const db = await openDatabase(world.database);
  await db.updateTable('counter').set({ used: 4 }).where('key', '=', 'stock|tea').execute();
  await db.destroy();
  expect(await ask('reconcile', '--lang', 'zh-TW')).toMatchObject({
    code: 1,
    out: expect.stringContaining('計數 stock|tea 為 4，紀錄為 2'),
  });
});

it('whoever follows decisions goes on with them after the service was started anew', async () => {
  const port = await freePort();
  const world = await openWorldWith({ PHAROS_HTTP_PORT: String(port) }, campaign('tea'));
  const user = await world.friend();
  const following = pharos(['tail', '--limit', '2', '--json'], world.env());
  await world.enters(user);
  await world.stop();
  await world.start();
  await world.enters(user);
  const { out, code, talk } = await following;
  expect(code, talk).toBe(0);
  expect(
    out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object),
  ).toMatchObject([
    { campaign: 'tea', outcome: 'granted', store: STORE },
    { campaign: 'tea', outcome: 'refused', reason: 'visit_continues' },
  ]);
});

/** Nobody else listens there, for the moment. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
