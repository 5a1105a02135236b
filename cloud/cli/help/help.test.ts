import { describe, expect, it } from 'vitest';
import { pharos } from '../capture.fixture.ts';
import { HELP_TOPICS } from '../commands/help.ts';
import { wordsMissing } from '../program/chinese-help.ts';
import { OVERVIEW, overviewAsked } from '../program/overview.ts';
import { buildProgram } from '../program.ts';

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
    expect(asked.out).toContain(` a topic: ${HELP_TOPICS.join(', ')}\n`);
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
});

describe('pharos help', () => {
  it('speaks 繁體中文 of every command and option; what is new gets its words in program/chinese', async () => {
    expect(wordsMissing(program)).toEqual([]);
    const { out } = await pharos(['help', 'member', 'import', '--lang', 'zh-TW']);
    expect(out).toContain('用法： pharos member import');
    expect(out).toContain('從試算表匯入會員名單');
    expect((await pharos(['report', '--help'], { LANG: 'zh_TW.UTF-8' })).out).toContain('門市與收銀機的成果');
  });

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
