import { expect, it } from 'vitest';
import { openWorldWith, type World } from './cloud.fixture.ts';

const JOIN = {
  apiVersion: 'pharos/v1',
  kind: 'Form',
  metadata: { id: 'join' },
  spec: {
    title: { default: 'Join', 'zh-TW': '加入會員' },
    thanks: { default: 'Welcome!' },
    wordingVersion: '2026-12',
    consents: [{ purpose: 'membership', text: { default: 'I <agree>' }, required: true }],
    fields: [{ ask: 'name', required: true }, { ask: 'phone' }],
    tags: ['member'],
  },
};
const LIFF_ID = '1234567890-AbcdEfgh';

async function openForm(): Promise<World> {
  const world = await openWorldWith({ PHAROS_LIFF_ID: LIFF_ID }, JOIN);
  return world;
}

const linkFor = async (world: World, userId: string): Promise<string> => {
  const member = await world.memberOf(userId);
  return String((await world.admin('POST', '/forms/join/links', { member })).body['url']);
};

const send = async (url: string, fields: Record<string, string>, language = 'en') => {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'accept-language': language },
    body: new URLSearchParams(fields),
  });
  return { status: response.status, page: await response.text() };
};
const tokenOf = (url: string): string => new URL(url).searchParams.get('t') ?? '';
const ANSWERS = { name: '王小明', phone: '0912 345 678', 'consent.membership': 'on' };

it('a friend signs up by a personal link', async () => {
  const world = await openForm();
  const alice = await world.friend();
  const url = await linkFor(world, alice);
  const shown = await fetch(url, { headers: { 'accept-language': 'zh-TW,zh;q=0.9' } });
  const page = await shown.text();
  expect(shown.headers.get('content-security-policy')).toContain("script-src 'none'");
  expect(shown.headers.get('cache-control')).toBe('no-store');
  expect(page).toContain('<html lang="zh-TW">');
  expect(page).toContain('加入會員');
  expect(page).toContain('I &lt;agree&gt;');

  const t = tokenOf(url);
  const refused = await send(url, { t, name: '', phone: '12<"' });
  expect(refused.status).toBe(422);
  expect(refused.page).toContain('id="phone-fault"');
  expect(refused.page).toContain('value="12&lt;&#34;"');
  expect(refused.page).toContain('id="consent.membership-fault"');

  const sent = await send(url, { t, ...ANSWERS });
  expect(sent).toMatchObject({ status: 200 });
  expect(sent.page).toContain('Welcome!');
});

it('whoever LINE says is looking becomes a member', async () => {
  const world = await openForm();
  const { userId } = (await world.sandbox.control('POST', '/users', {})).body;
  const idToken = async (clientId: string) => {
    const { body } = await world.sandbox.control('POST', `/users/${userId}/id-token`, { clientId });
    return (body as unknown as { idToken: string }).idToken;
  };
  const url = `${world.httpUrl()}/f/join`;
  const page = await fetch(url);
  expect(page.headers.get('content-security-policy')).toContain("script-src 'nonce-");
  expect(await page.text()).toContain(`data-liff="${LIFF_ID}"`);
  expect((await send(url, { ...ANSWERS, idToken: await idToken('999') })).status).toBe(403);
  expect((await send(url, { ...ANSWERS, idToken: 'made-up' })).status).toBe(403);
  expect((await send(url, ANSWERS)).status).toBe(403);
  expect((await send(url, { ...ANSWERS, idToken: await idToken('1234567890') })).status).toBe(200);
  expect(await world.memberOf(userId)).toMatch(/^mem_/);
});

it('opens for nobody else', async () => {
  const world = await openForm();
  const url = await linkFor(world, await world.friend());
  const status = async (asked: string) => (await fetch(asked)).status;
  expect(await status(url)).toBe(200);
  expect(await status(url.replace('/f/join', '/f/other'))).toBe(404);
  expect(await status(`${url.slice(0, -3)}xyz`)).toBe(403);
  expect(await status(`${url}&t=twice`)).toBe(403);
  world.skip(8 * 86_400_000);
  expect(await status(url)).toBe(410);
  expect((await world.admin('POST', '/forms/join/links', { member: 'mem_nobody' })).status).toBe(404);
});

it('costs nobody what they typed while LINE does not answer', async () => {
  const world = await openWorldWith({ PHAROS_LIFF_ID: LIFF_ID, PHAROS_LINE_API_BASE: 'http://127.0.0.1:9' }, JOIN);
  const sent = await send(`${world.httpUrl()}/f/join`, { ...ANSWERS, idToken: 'from-liff' }, 'zh-TW');
  expect(sent.status).toBe(503);
  expect(sent.page).toContain('資料尚未送出');
  expect(sent.page).toContain('value="王小明"');
  expect(sent.page).toContain(`data-liff="${LIFF_ID}"`);
});
