import { describe, expect, it } from 'vitest';
import { campaign, HWID, NODE, openWorldWith, PATIENCE_MS, said, type World } from './cloud.fixture.ts';
import { linkText } from './core/source.ts';
import { eventually } from './sandbox/sandbox.fixture.ts';
import { openDatabase } from './store/database.ts';

const DAY = 86_400_000;
const LIFF_ID = '1234567890-AbcdEfgh';

/** A campaign whose message is the one that comes with the program. */
const drawn = (id: string, spec: object, name = '春茶八折') => {
  const { spec: usual, ...document } = campaign(id, spec);
  const { message: _, ...offer } = usual.offer;
  return { ...document, metadata: { id, name }, spec: { ...usual, offer } };
};
const WELCOME = drawn('welcome', {
  trigger: { on: 'follow' },
  home: 'taipei-1',
  limits: { perMember: { max: 1, per: 'ever' } },
});
const ICE = drawn('ice', { trigger: { on: 'keyword', phrases: ['夏日冰品'] }, home: 'taipei-1' }, '夏日冰品');

const openShop = (...campaigns: readonly object[]): Promise<World> =>
  openWorldWith({ PHAROS_LIFF_ID: LIFF_ID, PHAROS_PUBLIC_URL: 'https://tea.example' }, ...campaigns);

const stranger = async (world: World): Promise<string> =>
  (await world.sandbox.control('POST', '/users', { friend: false })).body.userId;

interface Flex {
  readonly altText: string;
  readonly contents: {
    readonly footer: { readonly contents: readonly { readonly action?: { readonly uri: string } }[] };
  };
}

/** The newest coupon in somebody's chat. */
const shown = (world: World, userId: string): Promise<Flex> =>
  eventually(async () => {
    const found = (await world.chat(userId)).filter(({ via }) => via !== undefined).at(-1);
    if (found === undefined) throw new Error('nothing came yet');
    return found.message as unknown as Flex;
  }, PATIENCE_MS);
const pageOf = (world: World, { contents }: Flex): string =>
  (contents.footer.contents[0]?.action?.uri ?? '').replace('https://tea.example', world.httpUrl());

const couponOf = async (world: World, id: string | undefined) => (await world.admin('GET', `/coupons/${id}`)).body;
const fetched = async (url: string, init: RequestInit = {}) => {
  const response = await fetch(url, { ...init, headers: { 'user-agent': 'Mozilla/5.0 Line/15.0', ...init.headers } });
  return { status: response.status, headers: response.headers, text: await response.text() };
};

describe('the page of a coupon', () => {
  it('is in the chat, shows what the person has, and counts the times they look', async () => {
    const world = await openShop(drawn('tea', { trigger: { on: 'enter' } }));
    const alice = await world.friend();
    const [decision] = (await world.enters(alice)).decisions;
    const flex = await shown(world, alice);
    expect(flex.altText).toMatch(/^春茶八折：8 折，有效至 2026年12月22日（週二）$/);
    const url = pageOf(world, flex);
    const { code } = await couponOf(world, decision?.coupon?.id);

    const page = await fetched(url, { headers: { 'accept-language': 'zh-TW' } });
    expect(page.status).toBe(200);
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(page.text).toContain(String(code));
    expect(page.text).toContain('2026年12月22日（週二）');
    expect((await fetched(`${url}?lang=en`)).text).toContain('20 % off');
    expect((await fetched(`${url.slice(0, -2)}AA`)).status).toBe(404);

    // Fetching is not looking, nor is a preview that runs the page.
    expect((await fetched(url, { method: 'HEAD' })).status).toBe(200);
    const poker = { 'user-agent': 'facebookexternalhit/1.1;line-poker/1.0' };
    await fetched(`${url}/opened`, { method: 'POST', headers: poker });
    expect(await couponOf(world, decision?.coupon?.id)).toMatchObject({ opened: 0 });
    expect((await fetched(`${url}/opened`, { method: 'POST' })).status).toBe(204);
    const { openedAt } = await couponOf(world, decision?.coupon?.id);
    expect((await fetched(`${url}/opened.gif`)).status).toBe(200);
    expect(await couponOf(world, decision?.coupon?.id)).toMatchObject({ opened: 2, openedAt });

    expect((await fetched(`${url}/state`)).text).toBe('usable');
    world.skip(8 * DAY);
    expect((await fetched(`${url}/state`)).text).toBe('expired');
    expect((await fetched(url)).text).not.toContain(String(code));
  });
});

describe('what made somebody a friend', () => {
  const sourceOf = async (world: World, userId: string) => {
    const db = await openDatabase(world.database);
    const member = await world.memberOf(userId);
    const row = await db.selectFrom('friend_source').selectAll().where('member_id', '=', member).executeTakeFirst();
    await db.destroy();
    return row?.source;
  };

  it('is the door whose page they sent the text of, and the welcome coupon carries it', async () => {
    const world = await openShop(WELCOME);
    const page = await fetched(`${world.httpUrl()}/d/${NODE}?lang=zh-TW`);
    expect(page.text).toContain('https://line.me/R/ti/p/%40sandbox');
    const text = /id="written">([^<]*)</.exec(page.text)?.[1] ?? '';
    expect(text).toBe(`門口 ${NODE}`);
    const bob = await stranger(world);
    const [welcome] = (await world.does(bob, 'follow')).decisions;
    expect(await sourceOf(world, bob)).toBe('organic');
    await world.does(bob, 'text', { text });
    expect(await sourceOf(world, bob)).toBe(`door:${NODE}`);
    expect(await couponOf(world, welcome?.coupon?.id)).toMatchObject({ source: `door:${NODE}` });
    // The first proof stays.
    await world.does(bob, 'text', { text: linkText('', 'blog') });
    expect(await sourceOf(world, bob)).toBe(`door:${NODE}`);
  });

  it('is walked by a phone that scans the poster, which proves nothing unless it sends the text', async () => {
    const world = await openShop(WELCOME);
    const scan = async (userId: string, path: string, send: boolean) => {
      const { body } = await world.sandbox.control('POST', `/users/${userId}/scan`, {
        url: `${world.httpUrl()}${path}`,
        send,
      });
      const { followed, sent } = body as unknown as { readonly followed?: string; readonly sent?: string };
      for (const event of [followed, sent]) if (event !== undefined) await world.worked(event);
      return await sourceOf(world, userId);
    };
    const shy = await stranger(world);
    expect(await scan(shy, `/d/${NODE}`, false)).toBe('organic');
    expect(await scan(shy, `/d/${NODE}`, true)).toBe(`door:${NODE}`);
    expect(await scan(await stranger(world), '/l/newsletter', true)).toBe('link:newsletter');
    const lost = await world.sandbox.control('POST', `/users/${await stranger(world)}/scan`, {
      url: `${world.httpUrl()}/d/no-such-door`,
    });
    expect(lost.body).toMatchObject({ error: { message: 'the page answered 404' } });
  });

  it('stays unknown where nothing proves it', async () => {
    const world = await openShop(WELCOME);
    const carol = await stranger(world);
    const [welcome] = (await world.does(carol, 'follow')).decisions;
    for (const text of ['門口 no-such-door', 'hello #blog', `hello #blog.aaaa`])
      await world.does(carol, 'text', { text });
    expect(await sourceOf(world, carol)).toBe('organic');
    expect(await couponOf(world, welcome?.coupon?.id)).not.toHaveProperty('source');
    // Who has long been a friend is made none by a poster.
    world.skip(2 * DAY);
    await world.does(carol, 'text', { text: `門口 ${NODE}` });
    expect(await sourceOf(world, carol)).toBe('organic');
  });

  it('is what LINE says who looked, before they were a friend', async () => {
    const world = await openShop(WELCOME);
    const dave = await stranger(world);
    const { body } = await world.sandbox.control('POST', `/users/${dave}/id-token`, { clientId: '1234567890' });
    const prove = (idToken: string) =>
      fetched(`${world.httpUrl()}/entrance/link/blog`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ idToken }),
      });
    expect((await prove('made-up')).status).toBe(403);
    expect((await prove((body as unknown as { idToken: string }).idToken)).status).toBe(204);
    const [welcome] = (await world.does(dave, 'follow')).decisions;
    expect(await couponOf(world, welcome?.coupon?.id)).toMatchObject({ source: 'link:blog' });
  });

  it('is a banner, which greets nobody by itself', async () => {
    const world = await openShop(WELCOME, drawn('tea', { trigger: { on: 'enter' } }));
    const erin = await stranger(world);
    const banner = await world.does(erin, 'beacon', { hwid: HWID, dm: world.dm(), type: 'banner' });
    expect(said(banner)).toEqual({});
    expect(said(await world.enters(erin))).toEqual({ tea: 'no_consent' });
    await world.does(erin, 'follow');
    expect(await sourceOf(world, erin)).toBe(`banner:${NODE}`);
  });

  it('welcomes once in a life, and not again for blocking in between', async () => {
    const world = await openShop(WELCOME);
    const frank = await stranger(world);
    expect(said(await world.does(frank, 'follow'))).toEqual({ welcome: 'granted' });
    await world.does(frank, 'unfollow');
    const back = said(await world.does(frank, 'follow'));
    expect(back).not.toMatchObject({ welcome: 'granted' });
  });
});

it('a link read online survives to the coupon', async () => {
  const world = await openShop(ICE);
  const page = await fetched(`${world.httpUrl()}/l/ice?src=instagram&lang=zh-TW`);
  const text = /id="written">([^<]*)</.exec(page.text)?.[1] ?? '';
  expect(text).toMatch(/^夏日冰品 #instagram\.[0-9a-z]{4}$/);
  const grace = await world.friend();
  const typed = await world.does(grace, 'text', { text });
  expect(said(typed)).toEqual({ ice: 'granted' });
  expect(await couponOf(world, typed.decisions[0]?.coupon?.id)).toMatchObject({ source: 'link:instagram' });
  expect((await fetched(`${world.httpUrl()}/l/ice?src=No%20Slug`)).status).toBe(404);
});

it('STOP and blocking stop everything', async () => {
  const world = await openShop(
    drawn('tea', { trigger: [{ on: 'enter' }, { on: 'keyword', phrases: ['茶'] }], home: 'taipei-1' }),
  );
  const heidi = await world.friend();
  await world.does(heidi, 'text', { text: '停止' });
  expect(said(await world.enters(heidi))).toEqual({ tea: 'no_consent' });
  expect(said(await world.does(heidi, 'text', { text: '茶' }))).toEqual({ tea: 'no_consent' });
  const ivan = await world.friend();
  await world.does(ivan, 'unfollow');
  expect(said(await world.enters(ivan))).toEqual({ tea: 'blocked' });
  expect(await world.chat(ivan)).toEqual([]);
});

it('calls people by their LINE name only where they agreed to it', async () => {
  const form = {
    apiVersion: 'pharos/v1',
    kind: 'Form',
    metadata: { id: 'join' },
    spec: {
      title: { default: 'Join' },
      thanks: { default: 'Welcome!' },
      wordingVersion: '2026-12',
      consents: [{ purpose: 'line_name', text: { default: 'Call me by my LINE name' } }],
      fields: [{ ask: 'name' }],
    },
  };
  const greet = campaign(
    'greet',
    { trigger: { on: 'keyword', phrases: ['嗨'] }, home: 'taipei-1' },
    '{{ member.name }}',
  );
  const world = await openShop(form, greet);
  const { userId } = (await world.sandbox.control('POST', '/users', { displayName: '林小美' })).body;
  await world.does(userId, 'follow');
  const greeting = async (count: number) => {
    await world.does(userId, 'text', { text: '嗨' });
    return await eventually(async () => {
      const texts = (await world.chat(userId))
        .filter(({ via }) => via !== undefined)
        .map(({ message }) => message.text);
      expect(texts).toHaveLength(count);
      return texts.at(-1);
    }, PATIENCE_MS);
  };
  const answer = async (agreed: boolean) => {
    const member = await world.memberOf(userId);
    const link = String((await world.admin('POST', '/forms/join/links', { member })).body['url']);
    const url = link.replace('https://tea.example', world.httpUrl());
    const t = new URL(url).searchParams.get('t') ?? '';
    const body = new URLSearchParams({ t, ...(agreed && { 'consent.line_name': 'on' }) });
    expect((await fetch(url, { method: 'POST', body })).status).toBe(200);
  };
  expect(await greeting(1)).toBe('您');
  await answer(true);
  expect(await greeting(2)).toBe('林小美');
  world.skip(1_000);
  await answer(false);
  expect(await greeting(3)).toBe('您');
  expect(world.log()).not.toContain('林小美');
});
