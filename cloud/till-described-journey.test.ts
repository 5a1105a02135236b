import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { campaign, openWorld, PATIENCE_MS, STORE, type World } from './cloud.fixture.ts';
import { eventually } from './sandbox/sandbox.fixture.ts';
import { newCode } from './store/till.fixture.ts';

/** Every call of this file is held against the description of the API by the world's own fixture. */

const store = (id: string) => ({
  ...{ apiVersion: 'pharos/v1', kind: 'Store', metadata: { id } },
  spec: { timeZone: 'Asia/Taipei' },
});
const coupon = { value: { percent: 20 }, redeemableAt: ['taipei-*'] };
const message = { template: 'm.json', sources: { default: '{"type":"text","text":"{{ coupon.code }}"}' } };
const TEN = { amount: 1_000, currency: 'TWD' };

/** A till that notes what it was refused with. */
async function tillOf(world: World, met: Set<string>, name: string, storeId = STORE) {
  const { body: made } = await world.admin('POST', '/tokens', {
    ...{ name, role: 'till', channel: { kind: 'store', id: storeId } },
  });
  return async (path: string, body: object | string, headers: Record<string, string> = {}) => {
    const response = await fetch(`${world.httpUrl()}/v1${path}`, {
      method: 'POST',
      headers: {
        ...{ authorization: `Bearer ${made['token']}`, 'content-type': 'application/json' },
        ...{ 'idempotency-key': randomUUID(), 'accept-language': 'zh-TW', ...headers },
      },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    const answer = (await response.json()) as Record<string, unknown> & { error?: { code: string } };
    if (answer.error !== undefined) met.add(answer.error.code);
    return { status: response.status, said: answer.error?.code ?? 'done', body: answer };
  };
}

/** All codes the description has for what tills ask. */
async function describedCodes(world: World): Promise<Set<string>> {
  const paths = (await world.admin('GET', '/openapi.json')).body['paths'] as Record<string, { post?: unknown }>;
  const tills = Object.keys(paths).filter((path) =>
    /^\/v1\/(coupons\/(check|lock|unlock)|redemptions|sales)/.test(path),
  );
  const told = JSON.stringify(tills.map((path) => paths[path]?.post));
  const codes = [...told.matchAll(/"code":\{[^{}]*?(?:"enum":\[([^\]]+)\]|"const":("[^"]+"))/g)];
  return new Set(codes.flatMap(([, many, one]) => JSON.parse(`[${many ?? one}]`) as string[]));
}

it('whatever a till is told is described, and what is described is told', async () => {
  const world = await openWorld(campaign('tea', { offer: { coupon, message } }));
  await world.apply(store('taipei-2'), store('tainan-1'));
  const met = new Set<string>();
  const here = await tillOf(world, met, 'here');
  const beside = await tillOf(world, met, 'beside');
  const there = await tillOf(world, met, 'there', 'tainan-1');
  const give = async (): Promise<string> => {
    const user = await world.friend();
    await world.enters(user);
    return await eventually(
      async () => (await world.chat(user))[0]?.message.text ?? Promise.reject(new Error('no coupon yet')),
      PATIENCE_MS,
    );
  };
  const code = await give();

  // Scanned by two tills, twice, with the line down in between; then taken back, and once more.
  const key = { 'idempotency-key': 'press-1' };
  const presses = [here('/redemptions', { code, ...TEN, order: 'A-1' }, key), beside('/redemptions', { code })];
  const [mine, theirs] = await Promise.all(presses);
  expect([mine?.said, theirs?.said].sort()).toEqual(['already_redeemed', 'done']);
  const id = String((mine?.status === 201 ? mine : theirs)?.body['redemption']);
  if (mine?.status !== 201) await beside(`/redemptions/${id}/rollback`, { reason: 'undo' });
  const first = await here('/redemptions', { code, ...TEN, order: 'A-1' }, key);
  expect(first).toMatchObject({ status: 201, body: { discount: { minor: 200 } } });
  const redeemed = String(first.body['redemption']);
  expect((await here('/redemptions', { code }, key)).said).toBe('idempotency_key_reused');
  expect((await here('/coupons/check', { code })).body).toMatchObject({ usable: false });
  expect((await here('/redemptions', { code })).said).toBe('already_redeemed');
  expect((await there(`/redemptions/${redeemed}/rollback`, { reason: 'void' })).said).toBe('unknown_redemption');
  world.skip(16 * 60_000);
  expect((await here(`/redemptions/${redeemed}/rollback`, { reason: 'undo' })).said).toBe('too_late_to_undo');
  const back = await beside(`/redemptions/${redeemed}/rollback`, { reason: 'refund' });
  expect(back).toMatchObject({ status: 201, body: { coupon: { state: 'issued' }, sale: { state: 'refunded' } } });
  expect((await here(`/redemptions/${redeemed}/rollback`, { reason: 'refund' })).said).toBe('already_rolled_back');

  // Held by one, wanted by another.
  expect((await there('/coupons/lock', { code })).said).toBe('wrong_place');
  const { lock } = (await here('/coupons/lock', { code })).body;
  expect((await beside('/redemptions', { code })).said).toBe('coupon_locked');
  expect((await here('/redemptions', { lock, phone: '12' })).said).toBe('bad_phone');
  expect((await here('/redemptions', { lock, card: 'C' })).said).toBe('bad_card');
  expect((await here('/redemptions', { lock: 'lck_none' })).said).toBe('lock_lost');
  expect((await here('/coupons/unlock', { lock })).body).toEqual({ unlocked: true });
  const card = { card: 'C1234567', consent: { wording: 'v1' } };
  expect((await here('/redemptions', { code, ...card })).body).toMatchObject({ identities: [{ result: 'linked' }] });

  // What was sold, with a number as long as may be.
  const transaction = '交'.repeat(128);
  expect((await here('/sales', { transaction, ...TEN, card: card.card })).body).toMatchObject({ member: 'bound' });
  expect((await here('/sales', { transaction, ...TEN })).body).toMatchObject({ repeated: true });
  expect((await here('/sales', { transaction, ...TEN, amount: 1 })).said).toBe('transaction_differs');
  const sales = [
    { transaction: 'B-1', ...TEN },
    { transaction, ...TEN, amount: 1 },
  ];
  expect((await here('/sales', { sales })).body).toMatchObject({ sales: [{ index: 0 }, { index: 1, error: {} }] });
  const refund = `/sales/${encodeURIComponent(transaction)}/refund`;
  expect((await here(refund, { amount: 400 })).body).toMatchObject({ left: { minor: 600 } });
  expect((await here(refund, { amount: 601 })).said).toBe('more_than_left');
  expect((await here(refund, {})).status).toBe(201);
  expect((await here(refund, {})).said).toBe('nothing_left_to_refund');
  expect((await here('/sales/none/refund', {})).said).toBe('unknown_sale');

  // Nothing that could be a coupon, and what no till may ask.
  for (const [text, said] of Object.entries({
    '': 'not_a_code',
    'PH1.e30.x': 'signed_code',
    '3467-9ACD-EFGJ': 'mistyped',
  }))
    expect((await here('/coupons/check', { code: text })).said).toBe(said);
  expect((await here('/redemptions', { code }, { 'idempotency-key': '' })).said).toBe('idempotency_key_missing');
  expect((await here('/redemptions', { code, channel: 'tainan-1' })).said).toBe('not_your_channel');
  expect((await here('/redemptions', '{')).status).toBe(400);
  expect((await here('/redemptions', 'x', { 'content-type': 'text/plain' })).status).toBe(415);
  expect((await here('/redemptions', { code: 'a\0' })).said).toBe('bad_text');
  expect((await here('/redemptions', { code }, { authorization: 'Bearer x' })).said).toBe('bad_token');
  const admin = { authorization: `Bearer ${world.env().PHAROS_TOKEN}` };
  expect((await here('/coupons/check', { code }, admin)).said).toBe('channel_missing');
  expect((await here('/coupons/check', { code, channel: 'nowhere' }, admin)).said).toBe('unknown_channel');
  const guesses = await Promise.all(Array.from({ length: 20 }, () => beside('/coupons/check', { code: newCode() })));
  expect(new Set(guesses.map(({ said }) => said))).toEqual(new Set(['unknown_code', 'too_many_guesses']));
  const late = await give();
  world.skip(8 * 86_400_000);
  expect((await here('/redemptions', { code: late })).said).toBe('coupon_expired');

  const elsewhere = ['coupon_revoked', 'coupon_not_yet_valid', 'too_many_requests', 'role_not_allowed', 'internal'];
  expect([...met, ...elsewhere].sort()).toEqual([...(await describedCodes(world))].sort());
});
