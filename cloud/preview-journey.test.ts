import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import { pharos } from './cli/capture.fixture.ts';
import { campaign, NODE, openWorld, PUSHING, STORE, said } from './cloud.fixture.ts';

const NOON = '2026-12-15T12:30+08:00';

it('tells what a member would get, and why not, and leaves no trace', async () => {
  const tea = campaign('tea', { limits: { perMember: { max: 1, per: 'day' }, stock: 2 }, priority: 2 });
  const world = await openWorld(
    tea,
    campaign('cake', { audience: { all: [{ visits: { atLeast: 2 } }, { tag: 'vip' }] } }),
  );
  const alice = await world.friend();
  const member = await world.memberOf(alice);
  const run = (...argv: readonly string[]) => pharos(['preview', ...argv, '--at', NOON, '--json'], world.env());

  const before = await run('tea', '--as', member);
  expect(before).toMatchObject({ code: 0, talk: '' });
  expect(JSON.parse(before.out)).toMatchObject({
    ...{ v: 1, campaign: 'tea', trigger: 'enter', node: NODE, store: STORE, sent: true, route: 'reply' },
    decision: { outcome: 'granted' },
    others: [
      {
        ...{ campaign: 'cake', outcome: 'refused', reason: 'audience_mismatch' },
        figure: { kind: 'audience', failed: [{}, [{ path: 'all.1', rule: { tag: 'vip' }, wanted: true }]] },
      },
    ],
    messages: [{ type: 'text', text: expect.stringMatching(/^Tea "House": (\w{4}-){2}\w{4}$/) }],
  });
  expect(await run('tea', '--as', member)).toEqual(before);
  expect((await world.admin('GET', '/events')).body['events']).toHaveLength(1);

  const entered = await world.enters(alice);
  expect(said(entered)).toMatchObject({ tea: 'granted' });
  // What really happens is explained as it was foretold.
  const figures = [JSON.parse(before.out).others, entered.decisions].map(
    (all: { campaign: string; figure?: unknown }[]) => all.find(({ campaign: id }) => id === 'cake')?.figure,
  );
  expect(figures[0]).toMatchObject({
    failed: [[{ rule: { visits: { atLeast: 2 } }, has: 1 }], [{ rule: { tag: 'vip' } }]],
  });
  expect(figures[1]).toEqual(figures[0]);
  const after = JSON.parse((await run('tea', '--as', member)).out);
  const { decision } = after;
  expect(after).toMatchObject({ sent: false, messages: [{ type: 'text' }] });
  expect(decision).toMatchObject({ outcome: 'refused', reason: 'visit_continues', gate: decision.passed.length + 1 });
  // Somebody made up is whom the campaign means.
  expect(JSON.parse((await run('cake')).out)).toMatchObject({ decision: { reason: 'lost_to_priority' }, sent: false });
  const cake = await pharos(['preview', 'cake', '--as', member, '--lang', 'en'], world.env());
  expect(cake.out).toContain('The member does not have the tag vip.');
  expect(await run('nothing')).toMatchObject({ code: 3, out: '' });
  expect(await run('tea', '--trigger', 'follow')).toMatchObject({ code: 1, out: '' });
});

it('shows a file that is not applied, in the language asked for, as text and as a page', async () => {
  const world = await openWorld();
  const dir = mkdtempSync(join(tmpdir(), 'pharos-preview-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const { offer } = campaign('draft').spec;
  const spec = { ...PUSHING, trigger: { on: 'keyword', phrases: ['夏日冰品'] }, home: STORE };
  const document = campaign('draft', { ...spec, offer: { coupon: offer.coupon } });
  writeFileSync(join(dir, 'draft.yaml'), stringify(document));
  const page = join(dir, 'draft.html');
  const run = (...argv: readonly string[]) => pharos(['preview', dir, '--at', NOON, ...argv], world.env());

  const english = await run('--locale', 'en', '--html', page, '--lang', 'en');
  expect(english).toMatchObject({ code: 0 });
  expect(english.talk).toContain(page);
  expect(english.out).toContain('types the phrase');
  expect(english.out).toContain('20 % off');
  const markup = readFileSync(page, 'utf8');
  expect(markup).toMatch(/^<!doctype html>/);
  expect(markup).toContain('<div class="bubble"');
  expect(markup).toContain('20 % off');

  const chinese = await run('--locale', 'zh-TW', '--lang', 'zh-TW');
  expect(chinese.out).toContain('輸入關鍵字');
  expect(chinese.out).toContain('8 折');
  expect(await run('--at', 'soon')).toMatchObject({ code: 2, out: '' });
  expect((await world.admin('GET', '/campaigns')).body['campaigns']).toEqual([]);
});
