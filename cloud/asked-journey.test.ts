import { describe, expect, it } from 'vitest';
import { campaign, openWorld, said, type World } from './cloud.fixture.ts';
import { eventually } from './sandbox/sandbox.fixture.ts';

const DAY = 86_400_000;
const PHRASE = { on: 'keyword', phrases: ['夏日冰品'] };
const MESSAGES = { messages: { max: 100, per: 'day' } };

const types = (world: World, userId: string, text: string) => world.does(userId, 'text', { text });

/** Texts the account wrote to somebody, once there are that many. */
const heard = (world: World, userId: string, count: number): Promise<string[]> =>
  eventually(async () => {
    const texts = (await world.chat(userId)).flatMap(({ via, message }) => (via === undefined ? [] : [message.text]));
    expect(texts).toHaveLength(count);
    return texts;
  });

describe('one campaign by the door, by a phrase and by the clock', () => {
  const ways = campaign('ice', {
    trigger: [{ on: 'enter' }, PHRASE, { on: 'schedule', at: '2026-12-16T12:00' }],
    home: 'taipei-1',
    delivery: { fallback: 'push' },
    limits: MESSAGES,
  });

  it('shows who types the phrase what the door gave', async () => {
    const world = await openWorld(ways);
    const alice = await world.friend();
    const door = await world.enters(alice);
    expect(said(door)).toEqual({ ice: 'granted' });
    const typed = await types(world, alice, '夏日、冰品！');
    expect(typed.decisions).toMatchObject([
      { campaign: 'ice', outcome: 'reissued', delivery: { route: 'reply' }, coupon: door.decisions[0]?.coupon ?? {} },
    ]);
    const [first, again] = await heard(world, alice, 2);
    expect(again).toBe(first);
    // The same campaign comes due: nobody gets it a second time.
    world.skip(DAY);
    const run = await eventually(async () => {
      const { events } = (await world.admin('GET', '/events')).body as { events: { type: string; id: string }[] };
      const found = events.find(({ type }) => type === 'schedule');
      if (found === undefined) throw new Error('it has not come due yet');
      return found.id;
    }, 5_000);
    expect(said(await world.worked(run))).toEqual({ ice: 'already_has_coupon' });
    expect(await heard(world, alice, 2)).toEqual([first, again]);
  });

  it('gives who typed the phrase nothing more at the door', async () => {
    const world = await openWorld(ways, campaign('welcome', { trigger: { on: 'follow' }, home: 'taipei-1' }));
    const alice = await world.friend();
    expect(said(await types(world, alice, '夏日冰品'))).toEqual({ ice: 'granted' });
    const door = await world.enters(alice);
    expect(said(door)).toEqual({ ice: 'already_has_coupon' });
    expect(door.others).toEqual([{ campaign: 'welcome', why: 'waits for another kind of event' }]);
  });

  it('pushes to who was not there and did not ask, once it comes due', async () => {
    const world = await openWorld(ways);
    const alice = await world.friend();
    world.skip(DAY);
    await eventually(async () => expect(await world.chat(alice)).toMatchObject([{ via: 'push' }]), 5_000);
    expect(said(await types(world, alice, '夏日冰品'))).toEqual({ ice: 'reissued' });
    expect(said(await world.enters(alice))).toEqual({ ice: 'already_has_coupon' });
  });
});

describe('a campaign that is given out', () => {
  const GONE = '抱歉，{{ coupon.value }}已送完。';
  const rare = (stock: number) => {
    const { spec, ...document } = campaign('rare', { trigger: [PHRASE, { on: 'enter' }], home: 'taipei-1' });
    const soldOut = { template: 'gone.json', sources: { default: `{"type":"text","text":"${GONE}"}` } };
    return { ...document, spec: { ...spec, limits: { stock }, offer: { ...spec.offer, soldOut } } };
  };

  it('says so to who asks, every time, and to nobody who walks past', async () => {
    const world = await openWorld(rare(1));
    await types(world, await world.friend(), '夏日冰品');
    const late = await world.friend();
    const asked = await types(world, late, '夏日冰品');
    expect(asked.decisions).toMatchObject([
      { campaign: 'rare', outcome: 'refused', reason: 'stock_exhausted', delivery: { route: 'reply' } },
    ]);
    expect(asked.decisions[0]).not.toHaveProperty('coupon');
    expect(await world.settled(asked.sourceId)).toMatchObject({ state: 'accepted' });
    expect(await heard(world, late, 1)).toEqual(['抱歉，8 折已送完。']);
    await types(world, late, '夏日冰品');
    await heard(world, late, 2);
    const door = await world.enters(late);
    expect(said(door)).toEqual({ rare: 'stock_exhausted' });
    expect(door.decisions[0]).not.toHaveProperty('delivery');
  });

  it('of a hundred who ask at once gives to as many as there are, and tells all the others', async () => {
    const world = await openWorld(rare(60));
    const friends = await Promise.all(Array.from({ length: 100 }, () => world.friend()));
    await Promise.all(friends.map((userId) => types(world, userId, '夏日冰品')));
    const told = await Promise.all(friends.map(async (userId) => (await heard(world, userId, 1))[0] ?? ''));
    const late = told.filter((text) => text.startsWith('抱歉'));
    expect([late.length, new Set(told).size]).toEqual([40, 61]);
  }, 30_000);
});

it('a phrase brings the form, the form makes a member, and members are greeted at the door', async () => {
  const form = {
    apiVersion: 'pharos/v1',
    kind: 'Form',
    metadata: { id: 'join' },
    spec: {
      title: { default: 'Join' },
      thanks: { default: 'Welcome!' },
      wordingVersion: '2026-12',
      consents: [{ purpose: 'membership', text: { default: 'I agree' }, required: true }],
      fields: [{ ask: 'name' }],
      tags: ['member'],
    },
  };
  const world = await openWorld(
    form,
    campaign('join', { trigger: { on: 'keyword', phrases: ['會員'] }, home: 'taipei-1' }, "{{ 'join' | form_link }}"),
    campaign('club', { audience: { tag: 'member' } }),
  );
  const alice = await world.friend();
  expect(said(await world.enters(alice))).toEqual({ club: 'audience_mismatch' });
  await types(world, alice, '會員');
  const [link = ''] = await heard(world, alice, 1);
  expect(link).toMatch(new RegExp(`^${world.httpUrl()}/f/join\\?t=`));
  expect((await fetch(link)).status).toBe(200);
  const t = new URL(link).searchParams.get('t') ?? '';
  const body = new URLSearchParams({ t, name: '王小明', 'consent.membership': 'on' });
  expect((await fetch(link, { method: 'POST', body })).status).toBe(200);
  world.skip(3600_000);
  expect(said(await world.enters(alice))).toEqual({ club: 'granted' });
});
