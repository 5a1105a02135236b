import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import { pharos } from './cli/capture.fixture.ts';
import { campaign, openWorld, said } from './cloud.fixture.ts';

const DAY = ['--since', '2026-12-15', '--until', '2026-12-16', '--time-zone', 'Asia/Taipei'] as const;

/** A folder with one campaign file, gone when the test ends. */
function folderWith(document: object): string {
  const dir = mkdtempSync(join(tmpdir(), 'pharos-backtest-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  writeFileSync(join(dir, 'm.json'), '{"type":"text","text":"{{ coupon.code }}"}');
  writeFileSync(join(dir, 'campaign.yaml'), stringify(document));
  return dir;
}

it('tells what a campaign would have come to over the day that was, and changes nothing', async () => {
  const world = await openWorld(campaign('tea', { limits: { stock: 1 } }));
  const people = [await world.friend(), await world.friend(), await world.friend()];
  const events = [];
  for (const person of people) events.push(await world.enters(person));
  expect(events.map((event) => said(event)['tea'])).toEqual(['granted', 'stock_exhausted', 'stock_exhausted']);
  const run = (...argv: readonly string[]) => pharos(['backtest', ...argv, ...DAY, '--json'], world.env());

  const again = await run();
  expect(again).toMatchObject({ code: 0, talk: '' });
  const known = JSON.parse(again.out);
  expect(known).toMatchObject({ v: 1, events: 6, drafts: [] });
  expect(known.would).toMatchObject([
    { campaign: 'tea', outcomes: { granted: 1, refused: 2 }, reasons: { stock_exhausted: 2 }, messages: { reply: 1 } },
  ]);
  expect(known.was).toEqual(known.would);

  const file = {
    ...campaign('tea', { limits: { stock: 2 }, active: { from: '2027-01-01' } }),
    metadata: { id: 'tea', name: '茶' },
  };
  const { offer } = file.spec;
  const more = folderWith({ ...file, spec: { ...file.spec, offer: { ...offer, message: { template: 'm.json' } } } });
  const ran = await run(more);
  expect(ran.talk).toBe('');
  const drafted = JSON.parse(ran.out);
  expect(drafted).toMatchObject({ drafts: ['tea'], was: known.was });
  expect(drafted.would).toMatchObject([{ campaign: 'tea', outcomes: { granted: 2, refused: 1 }, members: { met: 3 } }]);

  const told = await pharos(['backtest', more, ...DAY, '--lang', 'zh-TW'], world.env());
  expect(told.out).toMatch(/^tea +3 +2 +1 +2 +2 +0/m);
  expect(told.out).toMatch(/tea +優惠券已發完 \(stock_exhausted\) +1/);
  // Nothing was decided, given or sent for it.
  expect(await run()).toMatchObject({ code: 0 });
  expect(said(await world.worked(events[0]?.sourceId ?? ''))).toEqual({ tea: 'granted' });
});

it('refuses a time that ends before it begins, and files that are wrong', async () => {
  const world = await openWorld();
  const backwards = await pharos(['backtest', '--since', '2026-12-16', '--until', '2026-12-15'], world.env());
  expect(backwards).toMatchObject({ code: 1, out: '' });
  expect(backwards.talk).toMatch(/ends before it begins/);
  const wrong = folderWith({ apiVersion: 'pharos/v1', kind: 'Campaign', metadata: { id: 'x' }, spec: {} });
  expect(await pharos(['backtest', wrong], world.env())).toMatchObject({ code: 1, out: '' });
});
