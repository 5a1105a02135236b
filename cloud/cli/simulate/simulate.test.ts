import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect, it, onTestFinished, vi } from 'vitest';
import { pharos } from '../capture.fixture.ts';
import { CAMPAIGN_YAML, folderOf, TEMPLATE } from '../manifest/campaign.fixture.ts';

const left = (): number => readdirSync(tmpdir()).filter((name) => name.startsWith('pharos-simulation-')).length;

it('plays a day by a program of its own, tells what it came to, and leaves nothing behind', async () => {
  using folder = folderOf({
    'spring.yaml': CAMPAIGN_YAML.replace(/ {2}active: .*\n/, '').replaceAll('[taipei-*]', '["*"]'),
    'messages/spring-tea.liquid.json': TEMPLATE,
  });
  vi.stubEnv('TMPDIR', folder.path);
  onTestFinished(() => void vi.unstubAllEnvs());
  const ran = await pharos(['simulate', folder.path, '--people', '12', '--date', '2026-12-15', '--lang', 'zh-TW'], {});
  expect(ran).toMatchObject({ code: 0 });
  expect(ran.out).toContain('虛構的一天：2026-12-15，seed 7');
  expect(ran.out).toMatch(/^spring-tea +\d+/m);
  expect(ran.talk).toContain('sample-store');
  expect(left()).toBe(0);
}, 30_000);

it('refuses numbers and dates that make no sense before anything is played', async () => {
  expect(await pharos(['simulate', '--people', '0'])).toMatchObject({ code: 2, out: '' });
  expect(await pharos(['simulate', '--date', 'tomorrow'])).toMatchObject({ code: 2, out: '' });
});
