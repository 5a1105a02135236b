import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { StoreId } from '../protocol/ids.ts';
import { topicOf } from '../protocol/topics.ts';
import { pharos } from './cli/capture.fixture.ts';
import { campaign, NODE, openUplink, openWorld, STORE, TAG, type World } from './cloud.fixture.ts';
import { eventually } from './sandbox/sandbox.fixture.ts';
import { findIdentifiers } from './store/identifiers.fixture.ts';

const TAG_TEXT = `${TAG.uuid}/${TAG.major}/${TAG.minor}`;
const PHONE = '+886912345678';
const GOLD = {
  apiVersion: 'pharos/v1',
  kind: 'Segment',
  metadata: { id: 'gold-friends' },
  spec: { who: { all: [{ tier: 'gold' }, { not: { tag: 'staff' } }, { consent: 'line_marketing' }] } },
};

const member =
  (world: World) =>
  (...argv: readonly string[]) =>
    pharos(['member', ...argv], world.env());

function freshFile(name: string): string {
  const dir = mkdtempSync(join(tmpdir(), 'pharos-member-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  return join(dir, name);
}

it('a person is known, found, tagged, listed, told and exported, and never shown by name', async () => {
  const world = await openWorld(campaign('tea'), GOLD);
  const run = member(world);
  const userId = await world.friend();
  await world.enters(userId);
  const id = (await run('find', '--line-user', userId)).out.trim();
  expect(id).toMatch(/^mem_/);

  expect(await run('link', id, '--phone', PHONE, '--wording', 'club-2026-01')).toMatchObject({
    code: 0,
    out: expect.stringMatching(/ lnk_\w+ linked\n$/),
  });
  expect((await run('find', '--phone', PHONE)).out.trim()).toBe(id);
  expect(await run('link', id, '--phone', '0912', '--wording', 'x')).toMatchObject({ code: 1 });
  expect(await run('link', id, '--wording', 'x')).toMatchObject({ code: 2 });
  // By whatever names the person; nothing of it is said again.
  const why = async (asked: string) => (await pharos(['explain', asked, '--json'], world.env())).out;
  const story = JSON.parse(await why(id)) as { asked: string; events: { decisions: { coupon?: { id: string } }[] }[] };
  for (const asked of [userId, PHONE]) expect(JSON.parse(await why(asked))).toEqual(story);
  const coupon = story.events.flatMap(({ decisions }) => decisions)[0]?.coupon?.id ?? '';
  const { code } = (await world.admin('GET', `/coupons/${coupon}`)).body as { code: string };
  expect(JSON.parse(await why(code.toLowerCase()))).toMatchObject({
    events: [{ decisions: [{ coupon: { id: coupon } }] }],
  });
  const stranger = await pharos(['explain', `U${'0'.repeat(32)}`], world.env());
  expect(stranger).toMatchObject({ code: 3, talk: expect.not.stringContaining('U0000') });

  expect(await run('tag', id, '+vip', '+staff')).toMatchObject({ code: 0 });
  expect(await run('set', id, 'tier=gold', 'name=Anna', 'age=34')).toMatchObject({ code: 0 });
  expect((await run('list', '--segment', 'gold-friends')).out).toBe('');
  const shown = await run('tag', id, '-staff');
  expect(shown.out).toMatch(/^tier +gold$/m);
  expect(shown.out).toMatch(/^tags +vip$/m);
  expect(shown.out).toContain('+886•••678');
  for (const secret of [userId, PHONE]) expect(shown.out).not.toContain(secret);
  expect((await run('list', '--segment', 'gold-friends')).out).toBe(`${id}\n`);
  expect((await run('list', '--tag', 'vip')).out).toContain(id);
  expect(await run('list', '--segment', 'nobody')).toMatchObject({ code: 3 });
  expect(await run('list', '--segment', 'a', '--tag', 'b')).toMatchObject({ code: 2 });

  const told = await run('timeline', id, '--time-zone', 'Asia/Taipei', '--lang', 'zh-TW');
  const kinds = told.out.split('\n').map((row) => row.split(/ {2,}/)[1]);
  expect(kinds).toEqual(expect.arrayContaining(['事件', '同意', '到店', '判定', '優惠券', '訊息']));
  const moments = (JSON.parse((await run('timeline', id, '--json')).out) as { timeline: { at: number }[] }).timeline;
  expect(moments.map(({ at }) => at)).toEqual(moments.map(({ at }) => at).sort((a, b) => a - b));

  const out = freshFile('anna.json');
  expect(await run('export', id, '--out', out)).toMatchObject({ code: 0, out: `${out}\n` });
  expect(statSync(out).mode & 0o777).toBe(0o600);
  expect(await run('export', id, '--out', out)).toMatchObject({ code: 5 });
  const exported = JSON.parse(readFileSync(out, 'utf8')) as Record<string, unknown>;
  expect(exported).toMatchObject({
    id,
    tier: 'gold',
    attributes: { name: 'Anna', age: 34 },
    identities: [
      { kind: 'line_user', subject: userId },
      { kind: 'phone', subject: PHONE },
    ],
    consents: [{ purpose: 'line_marketing' }, { purpose: 'phone', wording: 'club-2026-01' }],
    coupons: [{ campaign: 'tea', code: expect.stringMatching(/^\w{4}-/) }],
  });
  expect(exported['timeline']).toHaveLength(moments.length);

  const other = await world.friend();
  const second = await world.memberOf(other);
  expect(await run('link', second, '--phone', PHONE, '--wording', 'x')).toMatchObject({
    code: 5,
    talk: expect.stringContaining('pharos member merge'),
  });
  expect(await run('merge', id, second, '--why', 'same phone')).toMatchObject({ code: 0 });
  expect(await world.memberOf(other)).toBe(id);
  expect(await run('merge', id, second, '--why', 'again')).toMatchObject({ code: 5 });
  expect((await run('show', second)).out).toContain(`a part of ${id}`);
  expect(await run('unmerge', second)).toMatchObject({ code: 0, out: expect.stringContaining('of its own again') });
  expect(await world.memberOf(other)).toBe(second);
  expect(await run('unmerge', second)).toMatchObject({ code: 3 });
}, 30_000);

it('a person is forgotten, the node confirms it, no log knows a name, and who comes back is new', async () => {
  const world = await openWorld(campaign('tea'));
  const run = member(world);
  const userId = await world.friend();
  await world.settled((await world.enters(userId)).sourceId);
  const id = await world.memberOf(userId);
  await run('link', id, '--tag', TAG_TEXT, '--wording', 'tags-v1');
  await run('link', id, '--phone', PHONE, '--wording', 'club-v1');
  const uplink = await openUplink(world);
  await uplink.send(uplink.event(1));
  const topic = (channel: 'command' | 'command/result') => topicOf(StoreId.parse(STORE), world.bundle.nodeId, channel);
  const commands: { id: string; subjects: unknown }[] = [];
  uplink.client.removeAllListeners('message');
  uplink.client.on('message', (_topic, payload) => void commands.push(JSON.parse(payload.toString()) as never));
  await uplink.client.subscribeAsync(topic('command'), { qos: 1 });

  expect(await run('erase', id, '--why', 'asked')).toMatchObject({ code: 2, talk: expect.stringContaining('--yes') });
  expect(await run('erase-status', id)).toMatchObject({ code: 3 });
  expect(await run('erase', id, '--yes', '--why', 'asked')).toMatchObject({ code: 0 });
  expect(await run('erase-status', id)).toMatchObject({ code: 1, out: expect.stringMatching(/^\S+ +pending/) });
  const command = await eventually(() => {
    const [first] = commands;
    if (first === undefined) throw new Error('no command');
    return first;
  });
  expect(command.subjects).toEqual([TAG]);
  const result = { v: 1, id: command.id, command: 'erase', state: 'done', at: world.now() };
  await uplink.client.publishAsync(topic('command/result'), JSON.stringify(result), { qos: 1 });
  await eventually(async () => expect(await run('erase-status', id)).toMatchObject({ code: 0 }));
  expect((await run('erase-status', id, '--json')).out).toContain(NODE);
  expect((await run('show', id)).out).toContain('erased on');
  expect(await run('erase', id, '--yes', '--why', 'asked')).toMatchObject({ code: 5 });
  expect(await run('find', '--line-user', userId)).toMatchObject({ code: 3 });

  await world.enters(userId);
  const again = await world.memberOf(userId);
  expect(again).not.toBe(id);
  expect(world.log()).toContain('delivery');
  expect(findIdentifiers(world.log(), [userId, PHONE, TAG_TEXT])).toEqual([]);
}, 30_000);
