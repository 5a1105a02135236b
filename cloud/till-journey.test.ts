import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { pharos } from './cli/capture.fixture.ts';
import { campaign, openWorld, PATIENCE_MS, STORE, type World } from './cloud.fixture.ts';
import { eventually } from './sandbox/sandbox.fixture.ts';

const OTHER = {
  apiVersion: 'pharos/v1',
  kind: 'Store',
  metadata: { id: 'tainan-1', name: '台南一店' },
  spec: { timeZone: 'Asia/Taipei' },
};

/** A till of a store, with a token of its own. */
async function tillOf(world: World, store: string) {
  const made = await world.admin('POST', '/tokens', {
    name: `till ${store}`,
    role: 'till',
    channel: { kind: 'store', id: store },
  });
  return async (method: string, path: string, body?: object, headers: Record<string, string> = {}) => {
    const response = await fetch(`${world.httpUrl()}/v1${path}`, {
      method,
      headers: {
        ...{ authorization: `Bearer ${made.body['token']}`, 'content-type': 'application/json' },
        ...(method === 'POST' && { 'idempotency-key': randomUUID() }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const answer = (await response.json()) as Record<string, unknown> & { error: Record<string, unknown> };
    return { status: response.status, body: answer, headers: response.headers };
  };
}

/** The code somebody was sent, once it has come. */
const codeOf = (world: World, user: string): Promise<string> =>
  eventually(async () => {
    const code = (await world.chat(user)).at(-1)?.message.text.split(': ')[1];
    if (code === undefined) throw new Error('no coupon yet');
    return code;
  }, PATIENCE_MS);

it('a coupon of the door is worth something at the till, once, and the visit gets the credit', async () => {
  const world = await openWorld(campaign('tea'));
  await world.apply(OTHER);
  const [here, there] = [await tillOf(world, STORE), await tillOf(world, 'tainan-1')];
  const user = await world.friend();
  const event = await world.enters(user);
  const code = await codeOf(world, user);
  expect(event.decisions).toHaveLength(1);

  const key = { 'idempotency-key': 'press-1' };
  const asked = { code: ` ${code.toLowerCase()} `, amount: 10_000, currency: 'TWD', order: 'A-1', tender: 'cash' };
  expect((await there('POST', '/coupons/check', { code })).body).toMatchObject({ usable: true });
  const first = await there('POST', '/redemptions', asked, key);
  expect(first).toMatchObject({ status: 201, body: { discount: { minor: 2_000, currency: 'TWD' } } });
  const again = await there('POST', '/redemptions', asked, key);
  expect(again).toMatchObject({ status: 201, body: first.body });
  expect(again.headers.get('idempotency-replayed')).toBe('true');
  expect(await there('POST', '/redemptions', { ...asked, amount: 1 }, key)).toMatchObject({
    status: 422,
    body: { error: { code: 'idempotency_key_reused' } },
  });

  const chinese = { 'accept-language': 'zh-TW,zh;q=0.9' };
  expect(await here('POST', '/redemptions', { code }, chinese)).toMatchObject({
    status: 409,
    body: {
      error: {
        ...{ code: 'already_redeemed', at: expect.any(Number), place: { kind: 'store', id: 'tainan-1' } },
        message: expect.stringMatching(/2026年12月15日.*台南一店/),
      },
    },
  });
  const { sale } = (await there('POST', '/sales', { transaction: 'A-1', amount: 8_000, currency: 'TWD' })).body;
  expect(sale).toBe((first.body['sale'] as { id: string }).id);
  const listed = (await there('GET', '/redemptions')).body['redemptions'] as { redemption: string }[];
  expect(listed.map(({ redemption }) => redemption)).toEqual([first.body['redemption']]);
  expect((await here('GET', '/redemptions')).body['redemptions']).toEqual([]);

  const back = `/redemptions/${first.body['redemption']}/rollback`;
  expect(await here('POST', back, { reason: 'undo' })).toMatchObject({ status: 404 });
  expect(await there('POST', back, { reason: 'undo' })).toMatchObject({
    status: 201,
    body: { coupon: { state: 'issued' } },
  });
  const { lock } = (await here('POST', '/coupons/lock', { code })).body;
  expect(await there('POST', '/redemptions', { code })).toMatchObject({
    status: 409,
    body: { error: { code: 'coupon_locked', until: expect.any(Number) } },
  });
  expect(await here('POST', '/redemptions', { lock })).toMatchObject({ status: 201 });
});

it('says what is missing, whose till it is, and what it is for', async () => {
  const world = await openWorld();
  const till = await tillOf(world, STORE);
  const code = '3467-9ACD-EFGJ';
  const refused = async (answer: ReturnType<typeof till>) => {
    const { status, body } = await answer;
    return [status, body.error['code']];
  };
  expect(await refused(till('POST', '/redemptions', { code }, { 'idempotency-key': '' }))).toEqual([
    422,
    'idempotency_key_missing',
  ]);
  expect(await refused(till('POST', '/redemptions', { code }))).toEqual([422, 'mistyped']);
  expect(await refused(till('POST', '/coupons/check', { code: 'https://example.com/x' }))).toEqual([422, 'not_a_code']);
  expect(await refused(till('POST', '/coupons/check', { code, channel: 'tainan-1' }))).toEqual([
    403,
    'not_your_channel',
  ]);
  expect(await refused(till('GET', '/nodes'))).toEqual([403, 'role_not_allowed']);
  const admin = await world.admin('POST', '/coupons/check', { code });
  expect(admin).toMatchObject({ status: 422, body: { error: { code: 'channel_missing' } } });
  const elsewhere = await world.admin('POST', '/coupons/check', { code, channel: 'nowhere' });
  expect(elsewhere).toMatchObject({ status: 404, body: { error: { code: 'unknown_channel' } } });
  const { paths } = (await world.admin('GET', '/openapi.json')).body as { paths: Record<string, unknown> };
  expect(Object.keys(paths)).toEqual(expect.arrayContaining(['/v1/redemptions', '/v1/sales', '/v1/coupons/check']));
});

it('support does by command what a till does', async () => {
  const world = await openWorld(campaign('tea'));
  const user = await world.friend();
  await world.enters(user);
  const code = await codeOf(world, user);
  const coupon = (...argv: string[]) => pharos(['coupon', ...argv, '--channel', STORE], world.env());

  const price = ['--amount', '10000', '--currency', 'TWD'];
  expect(await coupon('check', code, ...price)).toMatchObject({ code: 0, out: expect.stringContaining('2000 TWD') });
  const redeemed = await coupon('redeem', code, ...price, '--json');
  const { redemption } = JSON.parse(redeemed.out) as { redemption: string };
  expect(await coupon('check', code)).toMatchObject({
    code: 5,
    out: expect.stringMatching(/usable +no\nwhy .*redeemed on/),
  });
  expect(await coupon('redeem', code)).toMatchObject({ code: 5, talk: expect.stringContaining('was redeemed on') });
  expect(await coupon('rollback', redemption, '--reason', 'undo')).toMatchObject({
    ...{ code: 0, out: expect.stringMatching(/state +issued/) },
  });
  expect(await coupon('redeem', '3467-9ACD-EFGJ')).toMatchObject({
    code: 1,
    talk: expect.stringContaining('mistyped: it does not'),
  });
});
