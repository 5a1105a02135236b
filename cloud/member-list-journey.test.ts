import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { pharos } from './cli/capture.fixture.ts';
import { campaign, openWorld } from './cloud.fixture.ts';

const GOLD = {
  apiVersion: 'pharos/v1',
  kind: 'Segment',
  metadata: { id: 'gold', name: '金卡' },
  spec: { who: { tier: 'gold' } },
};
const CONSENT = 'consent.phone,consent.phone.date';

async function openLists() {
  const world = await openWorld(campaign('tea'), GOLD);
  const dir = mkdtempSync(join(tmpdir(), 'pharos-lists-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const path = (name: string): string => join(dir, name);
  const run = (...argv: readonly string[]) => pharos(argv, world.env());
  return {
    world,
    path,
    run,
    json: async (...argv: readonly string[]) =>
      JSON.parse((await run(...argv, '--json')).out) as Record<string, unknown>,
    file(name: string, text: string, encoding: 'utf8' | 'utf16le' = 'utf8'): string {
      writeFileSync(path(name), text, encoding);
      return path(name);
    },
  };
}

it('a list is tried, taken in, mended, and given out again as it was', async () => {
  const { world, path, run, json, file } = await openLists();
  const userId = await world.friend();
  const list = file(
    'list.csv',
    [
      `\ufeff姓名;手機;LINE ID;生日;會員等級;標籤;城市;${CONSENT.replace(',', ';')}`,
      '"林; 小姐";0912-345-678;;1990/4/1;gold;vip;台北;club-2024;2024/5/1',
      `=Bob;;${userId};4/1;silver;;;;`,
      'Chen;912000111;;;gold;;;;',
      'Dora;12;;;;;;club-2024;2024/5/1',
      '林小姐;+886 912 345 678;;;gold;;;club-2024;2024/5/1',
    ].join('\r\n'),
  );
  const rejects = path('rejects.csv');
  expect(await run('member', 'import', list)).toMatchObject({
    code: 2,
    talk: expect.stringContaining('--map "城市=attr.城市"'),
  });
  const map = ['--map', '城市=attr.city'];
  const tried = await run('member', 'import', list, ...map, '--dry-run', '--lang', 'zh-TW');
  expect(tried).toMatchObject({ code: 1, talk: expect.stringContaining('試跑') });
  expect(tried.out).toMatch(/^新增 +1$/m);
  expect(tried.out).toMatch(/^ {2}缺少同意紀錄（文字與日期） +1 +首見於第 4 行/m);
  expect((await run('member', 'list', '--tag', 'vip')).out).toBe('');

  expect(await json('member', 'import', list, ...map, '--reject', rejects, '--why', 'club')).toEqual({
    ...{ v: 1, file: list, dryRun: false, rows: 5, created: 1, updated: 1, unchanged: 0, rejected: 3 },
    reasons: { consent_missing: 1, bad_phone: 1, duplicate_row: 1 },
    rejectFile: rejects,
  });
  const id = (await run('member', 'find', '--phone', '0912 345 678')).out.trim();
  expect(await json('member', 'show', id)).toMatchObject({
    tier: 'gold',
    tags: ['vip'],
    attributes: { name: '林; 小姐', birthday: '1990-04-01', city: '台北' },
    consents: [{ purpose: 'phone', wording: 'club-2024', at: Date.parse('2024-04-30T16:00:00Z') }],
  });
  expect((await json('member', 'show', await world.memberOf(userId)))['attributes']).toMatchObject({ name: '=Bob' });
  expect(await json('member', 'import', list, ...map)).toMatchObject({
    created: 0,
    updated: 0,
    unchanged: 2,
    rejected: 3,
  });

  // The rejected rows as they were, each with its reason; mended, they are taken in.
  const rejected = readFileSync(rejects, 'utf8');
  expect(statSync(rejects).mode & 0o777).toBe(0o600);
  expect(rejected).toContain('Dora;12;;;;;;club-2024;2024/5/1;5;bad_phone;');
  expect(await run('member', 'import', list, ...map, '--reject', rejects)).toMatchObject({ code: 5 });
  const mended = rejected
    .replace(/Chen;912000111;;;gold;;;;;/, 'Chen;912000111;;;gold;;;club-2024;2024/5/1;')
    .replace('Dora;12;', 'Dora;0912000222;')
    .replace(/\r\n林小姐.*/, '');
  const again = file('mended.csv', mended, 'utf16le');
  expect(await json('member', 'import', again, ...map)).toMatchObject({ created: 2, rejected: 0 });

  const exported = path('all.csv');
  expect(await run('member', 'export', '--identities', '--out', exported)).toMatchObject({
    code: 0,
    talk: '4 members\nLINE reaches 1 of 4; not: 3 without a LINE account we know\n',
  });
  expect(statSync(exported).mode & 0o777).toBe(0o600);
  expect(readFileSync(exported, 'utf8')).toContain("'=Bob");
  expect(await json('member', 'import', exported)).toMatchObject({ rows: 4, unchanged: 4, rejected: 0 });
  const audits = (await json('audit'))['audit'] as { action: string; why?: string; detail: object }[];
  expect(audits).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ action: 'member.list-export', detail: { identities: true } }),
      expect.objectContaining({
        action: 'member.import',
        why: 'club',
        detail: { created: 1, updated: 1, unchanged: 0, rejected: 1 },
      }),
    ]),
  );
  for (const secret of [userId, '912345678']) expect(JSON.stringify(audits)).not.toContain(secret);
}, 30_000);

it('a segment is counted, tagged and given out; who people are only to an admin', async () => {
  const { path, run, json, file, world } = await openLists();
  const rows = [1, 2, 3].map((n) => `091234567${n},${n < 3 ? 'gold' : 'silver'},v1,2024-05-01`);
  const list = file('list.csv', [`phone,tier,${CONSENT}`, ...rows].join('\n'));
  expect(await run('member', 'import', list)).toMatchObject({ code: 0 });

  expect((await run('segment', 'list', '--lang', 'zh')).out).toMatch(/^gold +金卡 +-$/m);
  expect(await json('segment', 'preview', 'gold', '--sample', '1')).toEqual({
    ...{ v: 1, count: 2, of: 3, reachable: 0, unreached: { no_line: 2, blocked: 0, no_consent: 0 } },
    sample: [{ member: expect.stringMatching(/^mem_/), tier: 'gold', tags: [] }],
  });
  const draft = file('draft.yaml', 'any: [{ segment: gold }, { tier: silver }]\n');
  expect((await run('segment', 'preview', draft)).out).toContain(
    '3 of 3 members now (100.0%)\nLINE reaches 0 of 3; not: 3 without a LINE account we know\n',
  );
  expect(await run('segment', 'preview', file('bad.yaml', 'tiers: gold\n'))).toMatchObject({ code: 1 });
  expect(await run('segment', 'preview', 'nobody')).toMatchObject({ code: 3 });

  const asked = await run('member', 'tag', '--segment', 'gold', '--add', 'vip');
  expect(asked).toMatchObject({ code: 2, talk: expect.stringContaining('2 members') });
  expect(await json('member', 'tag', '--segment', 'gold', '--add', 'vip', '--yes')).toEqual({
    v: 1,
    matched: 2,
    changed: 2,
  });
  expect(await json('member', 'tag', '--segment', 'gold', '--add', 'vip', '--yes')).toEqual({
    v: 1,
    matched: 2,
    changed: 0,
  });
  const listed = await run('member', 'list', '--tag', 'vip');
  expect(listed.out).toContain('not on LINE');
  expect(listed.out).toMatch(/^mem_\w+ .* gold +vip$/m);
  const inGold = await run('member', 'list', '--segment', 'gold', '--lang', 'zh');
  expect(inGold.talk).toBe('LINE 可聯絡 2 位中的 0 位；無法聯絡：未連結 LINE 帳號 2 位\n');
  const ids = inGold.out.trim().split('\n');
  expect(await json('member', 'tag', ...ids, '--remove', 'vip', '--add', 'tea')).toEqual({
    v: 1,
    matched: 2,
    changed: 2,
  });
  expect(await run('member', 'tag', 'mem_nobody', '--add', 'x')).toMatchObject({ code: 3 });
  expect(await run('member', 'tag', '--add', 'x')).toMatchObject({ code: 2 });

  const token = ((await json('token', 'create', '--name', 'mia', '--role', 'marketer')) as { token: string }).token;
  const asMarketer = (...argv: readonly string[]) => pharos(argv, { ...world.env(), PHAROS_TOKEN: token });
  const given = await asMarketer('member', 'export', '--segment', 'gold', '--fields', 'tier,tags');
  expect(given).toMatchObject({ code: 0, out: '\ufefftier,tags\r\ngold,tea\r\ngold,tea\r\n' });
  for (const flag of [['--identities'], ['--fields', 'phone']]) {
    expect(await asMarketer('member', 'export', ...flag)).toMatchObject({ code: 4, out: '' });
  }
  const lines = (await run('member', 'export', '--segment', 'gold', '--json')).out.trim().split('\n');
  const gold = { tier: 'gold', reach: 'no_line' };
  expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([gold, gold]);
  expect(lines.join()).not.toContain('886');
  expect(await run('member', 'export', '--segment', 'nobody', '--out', path('x.csv'))).toMatchObject({ code: 3 });
  expect(await run('member', 'import', path('x.csv'))).toMatchObject({ code: 3 });
}, 30_000);
