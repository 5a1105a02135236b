import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { pharos } from './cli/capture.fixture.ts';
import { campaign, NODE, openWorldWith, STORE } from './cloud.fixture.ts';

it('a shop is shown, and its doors get posters', async () => {
  const world = await openWorldWith({ PHAROS_PUBLIC_URL: 'https://shop.example' }, campaign('tea'));
  const dir = mkdtempSync(join(tmpdir(), 'pharos-posters-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const path = (name: string): string => join(dir, name);
  const run = (...argv: readonly string[]) => pharos(argv, world.env());
  expect((await run('store', 'list', '--lang', 'zh-TW')).out).toMatch(/^taipei-1 +Tea "House" +00:00-24:00 +0\/1 +1$/m);
  const shown = await run('store', 'show', STORE);
  expect(shown.out).toContain('Asia/Taipei');
  expect(shown.out).toMatch(new RegExp(`^${NODE} .*offline`, 'm'));
  expect(shown.out).toMatch(/^ {2}tea +tea +running/m);
  expect(await run('store', 'show', 'nowhere')).toMatchObject({ code: 3 });

  const html = path('poster.html');
  const made = await run('store', 'poster', STORE, '--html', '--out', html);
  expect(made).toMatchObject({ code: 0, out: `${html}\n` });
  expect(made.talk).not.toContain('PHAROS_PUBLIC_URL');
  const page = readFileSync(html, 'utf8');
  expect(page).toContain(`shop.example/d/${NODE}`);
  expect(page).toContain('Tea &#34;House&#34;');
  expect(page).toContain('提供使用資料');
  expect(page).toContain('Provide usage data');
  // The print shop reads it too.
  expect(statSync(html).mode & 0o777).toBe(0o666 & ~process.umask());
  expect(await run('store', 'poster', STORE, '--html', '--out', html)).toMatchObject({ code: 5 });
  expect(await run('store', 'poster', STORE, '--door', 'cellar')).toMatchObject({
    code: 2,
    talk: expect.stringContaining(NODE),
  });
  // Where no browser makes a PDF, it is the page.
  const pdf = path('door.pdf');
  const fallback = await run('store', 'poster', STORE, '--lang', 'en', '--out', pdf);
  expect(fallback).toMatchObject({
    code: 0,
    out: `${path('door.html')}\n`,
    talk: expect.stringContaining('no Chromium'),
  });
  expect(readFileSync(path('door.html'), 'utf8')).not.toContain('加入好友');
  const env = { ...world.env(), PATH: process.env['PATH'] ?? '' };
  expect(await pharos(['store', 'poster', STORE, '--out', pdf], env)).toMatchObject({ code: 0, out: `${pdf}\n` });
  const printed = readFileSync(pdf, 'latin1');
  expect(printed).toMatch(/^%PDF-/);
  // One door, one page, and nothing of it runs over.
  expect(printed).toContain('/Count 1\n');
  expect(JSON.parse((await run('store', 'show', STORE, '--json')).out)).toMatchObject({
    v: 1,
    nodes: [{ url: `https://shop.example/d/${NODE}` }],
  });
}, 30_000);
