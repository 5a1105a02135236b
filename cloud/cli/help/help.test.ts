import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { pharos } from '../capture.fixture.ts';
import { HELP_TOPICS } from '../commands/help.ts';
import { OVERVIEW, overviewAsked } from '../program/overview.ts';
import { buildProgram } from '../program.ts';

const root = mkdtempSync(join(tmpdir(), 'pharos-help-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const program = buildProgram({ out: () => {}, talk: () => {}, env: {}, isTty: false }, () => {});
const commands = program.commands.map((command) => command.name());

/** Commands in fenced blocks, in order. */
const fenced = (text: string): string[] =>
  [...text.matchAll(/^```sh\n([\s\S]*?)^```/gm)].flatMap(([, block = '']) => block.trim().split('\n'));

describe('the overview', () => {
  it('names every command and no other; a new one gets its line in overview.ts', () => {
    const told = OVERVIEW.flatMap(({ lines }) => lines.map(([name]) => name));
    expect(told.toSorted()).toEqual(commands.toSorted());
  });

  it('is the same whichever way it is asked for', async () => {
    const asked = await pharos(['--help']);
    expect(asked).toMatchObject({ code: 0, talk: '' });
    expect(await pharos(['help'])).toEqual(asked);
    expect((await pharos(['--help', '--lang', 'zh-TW'])).out).toContain('活動');
    expect((await pharos(['help'], { LANG: 'zh_TW.UTF-8' })).out).toContain('活動');
  });

  it('is asked for by these words only', () => {
    for (const argv of [['--help'], ['-h'], ['help'], ['help', '--lang', 'zh'], ['--lang', 'en', '--help']]) {
      expect(overviewAsked(argv), argv.join(' ')).toBeDefined();
    }
    for (const argv of [[], ['help', 'apply'], ['--lang', 'fr', '--help'], ['apply', '--help'], ['--lang', 'en']]) {
      expect(overviewAsked(argv), argv.join(' ')).toBeUndefined();
    }
  });
});

describe.each(['en', 'zh-TW'] as const)('the topics in %s', (language) => {
  it.each(HELP_TOPICS)('%s is short, and its commands exist', async (topic) => {
    const { code, out, talk } = await pharos(['help', topic, '--lang', language]);
    expect({ code, talk }).toEqual({ code: 0, talk: '' });
    expect(out).toMatch(language === 'en' ? /^# [A-Z]/ : /^# \p{Script=Han}/u);
    const said = fenced(out);
    expect(said.length).toBeGreaterThan(0);
    for (const line of said) {
      const [name, command = ''] = line.split(' ');
      expect(name).toBe('pharos');
      expect(command.startsWith('--') || commands.includes(command), line).toBe(true);
    }
  });

  it('show commands that work as they stand, one after the other', async () => {
    const folder = mkdtempSync(join(root, 'work-'));
    const pages = await Promise.all(HELP_TOPICS.map((topic) => pharos(['help', topic, '--lang', language])));
    // What asks a server is tried where there is one.
    const offline = pages.flatMap(({ out }) => fenced(out)).filter((line) => !/^pharos (apply|node|events)/.test(line));
    const bin = join(folder, 'pharos');
    writeFileSync(bin, `#!/bin/sh\nexec '${process.execPath}' '${join(import.meta.dirname, '..', 'main.ts')}' "$@"\n`);
    chmodSync(bin, 0o755);
    const { status, stderr } = spawnSync('sh', ['-e', '-c', offline.join('\n')], {
      cwd: folder,
      encoding: 'utf8',
      env: { PATH: `${folder}:/usr/bin:/bin`, PHAROS_DATA_DIR: '/nowhere' },
      timeout: 60_000,
    });
    expect(stderr).not.toMatch(/^pharos:/m);
    expect(status).toBe(0);
  });
});

describe('pharos help', () => {
  it('shows the help of a command', async () => {
    expect(await pharos(['help', 'campaign', 'new'])).toMatchObject({
      code: 0,
      out: expect.stringContaining('--template'),
    });
  });

  it('knows what was meant', async () => {
    expect(await pharos(['help', 'segmets'])).toMatchObject({
      code: 2,
      out: '',
      talk: expect.stringContaining('"segments"'),
    });
    expect(await pharos(['help', 'valdate'])).toMatchObject({ code: 2, talk: expect.stringContaining('"validate"') });
  });
});
