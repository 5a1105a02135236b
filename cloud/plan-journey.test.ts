import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import { pharos } from './cli/capture.fixture.ts';
import { campaign, openWorld, openWorldWith, PUSHING, STORE } from './cloud.fixture.ts';

const TIMES = ['--since', '2026-12-14', '--time-zone', 'Asia/Taipei'] as const;
const MESSAGE = { template: 'm.json' };
const DAY_MS = 86_400_000;

/** A folder with documents, a file each; gone when the test ends. */
function folderWith(...documents: readonly object[]): string {
  const dir = mkdtempSync(join(tmpdir(), 'pharos-plan-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  writeFileSync(join(dir, 'm.json'), '{"type":"text","text":"{{ coupon.code }}"}');
  for (const [index, document] of documents.entries()) writeFileSync(join(dir, `${index}.yaml`), stringify(document));
  return dir;
}

/** As it stands in a file. */
function written(id: string, spec: object = {}) {
  const document = campaign(id, spec);
  const { offer } = document.spec;
  return {
    ...document,
    metadata: { id, name: '茶' },
    spec: { ...document.spec, offer: { ...offer, message: MESSAGE } },
  };
}

it('tells what changes, whom it reaches, beside whom, and what it costs; and changes nothing', async () => {
  const world = await openWorldWith(
    { PHAROS_LINE_PRICE: '20 TWD' },
    campaign('tea', { limits: { stock: 1 } }),
    campaign('cake', { priority: 5, audience: { tag: 'vip' } }),
  );
  for (const person of [await world.friend(), await world.friend(), await world.friend()]) await world.enters(person);
  const gone = await world.friend();
  await world.does(gone, 'unfollow');
  const folder = folderWith(
    { ...written('tea', { limits: { stock: 2 }, group: 'drinks', priority: 6 }) },
    written('later', { trigger: { on: 'keyword', phrases: ['冰'] }, home: STORE, ...PUSHING }),
    { apiVersion: 'pharos/v1', kind: 'Store', metadata: { id: 'tainan-1' }, spec: { timeZone: 'Asia/Taipei' } },
    {
      ...{ apiVersion: 'pharos/v1', kind: 'Node', metadata: { id: 'tainan-door' } },
      spec: { store: 'tainan-1', hwid: '0a1b2c3d4f' },
    },
  );
  const run = (...argv: readonly string[]) => pharos(['plan', folder, ...argv, ...TIMES], world.env());

  const { code, out } = await run('--json');
  expect(code).toBe(0);
  const told = JSON.parse(out);
  const unreached = { no_line: 0, blocked: 1, no_consent: 0 };
  const friends = { members: 4, reachable: 3, unreached, heard30: 3, heard90: 3, tags: 0 };
  expect(told).toMatchObject({ v: 1, people: friends, line: { price: { minor: 20, currency: 'TWD' } } });
  expect(told.applied.find(({ id }: { id: string }) => id === 'tea')).toEqual({
    ...{ kind: 'Campaign', id: 'tea', action: 'updated', version: 2 },
    changes: expect.arrayContaining([
      { path: 'name', from: 'tea', to: '茶' },
      { path: 'spec.limits.stock', from: 1, to: 2 },
      { path: 'spec.group', to: 'drinks' },
    ]),
  });
  const [later, tea] = told.campaigns;
  expect(later).toMatchObject({ campaign: 'later', audience: friends, doors: [], overlaps: [] });
  expect(tea).toMatchObject({
    stock: { of: 2, left: 1 },
    doors: [
      { store: 'tainan-1', events: 0 },
      { store: STORE, events: 3 },
    ],
    overlaps: [{ with: 'cake', doors: ['tainan-door', expect.any(String)], priority: 5 }],
  });
  expect(told.unrecorded).toEqual([{ campaign: 'tea', stores: ['tainan-1'] }]);
  // A few seconds of record foretell nothing of a month.
  expect(told.record.worth).toBe('too_little');
  expect(told.forecasts).toMatchObject([
    { campaign: 'later', blind: true, basis: 'nothing' },
    { campaign: 'tea', given: 0, blind: true, basis: 'too_little' },
  ]);
  expect(told.backtest.drafts.toSorted()).toEqual(['later', 'tea']);

  const english = await run('--lang', 'en');
  expect(english.out).toContain('spec.limits.stock goes from 1 to 2\n');
  expect(english.out).toContain('nothing recorded at tainan-1');
  expect(english.out).toContain('beside "cake" at tainan-door');
  expect(english.out).toContain('not passers-by');
  expect(english.out).toContain('4 members, 3 reachable (not: 1 who blocked us)');
  expect(english.out).toMatch(/(less than a|\d+) minutes? of record is too little/);

  world.skip(8 * DAY_MS);
  const week = JSON.parse((await run('--json')).out);
  expect(week.forecasts).toMatchObject([
    { campaign: 'later', blind: true },
    { campaign: 'tea', given: 1, basis: 'record', stockOutAt: expect.any(Number) },
  ]);

  const { body } = await world.admin('GET', '/campaigns');
  expect((body['campaigns'] as { id: string; version: number }[]).map(({ id, version }) => [id, version])).toEqual([
    ['cake', 1],
    ['tea', 1],
  ]);
});

it('is useful where nothing was recorded, names what --prune ends, and what is refused', async () => {
  const world = await openWorld();
  const before = folderWith(written('old'), written('kept'));
  expect(await pharos(['apply', before, '--owner', 'shop'], world.env())).toMatchObject({ code: 0 });
  const after = folderWith(written('kept'));
  const plan = await pharos(['plan', after, '--owner', 'shop', '--prune', ...TIMES], world.env());
  expect(plan).toMatchObject({ code: 0 });
  expect(plan.out).toMatch(/^Campaign +old +would end/m);
  expect(plan.out).toContain('nothing was ever recorded here');

  const changed = folderWith(written('kept', { limits: { stock: 3 } }));
  const chinese = await pharos(['plan', changed, ...TIMES, '--lang', 'zh-TW'], world.env());
  expect(chinese.out).toContain('新增 spec.limits.stock：3');
  expect(chinese.out).toContain('0 位可聯繫');

  const below = folderWith(written('kept', { home: 'nowhere', trigger: { on: 'follow' } }));
  expect(await pharos(['plan', below, ...TIMES], world.env())).toMatchObject({ code: 1, out: '' });
  const wrong = folderWith({ apiVersion: 'pharos/v1', kind: 'Campaign', metadata: { id: 'x' }, spec: {} });
  expect(await pharos(['plan', wrong], world.env())).toMatchObject({ code: 1, out: '' });
});
