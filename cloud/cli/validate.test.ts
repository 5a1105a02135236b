import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pharos } from './capture.fixture.ts';
import { CAMPAIGN_YAML, folderOf, STORE_YAML, TEMPLATE } from './manifest/campaign.fixture.ts';

/** `pharos validate` and `pharos schema` as commands: exit codes, forms and languages. */
const WARNED = {
  'store.yaml': STORE_YAML,
  'c.yaml': CAMPAIGN_YAML.replace('perMember: { max: 1, per: P30D }, ', ''),
  'messages/spring-tea.liquid.json': TEMPLATE,
};

describe('pharos validate', () => {
  it('lets warnings pass, unless it is to be strict', async () => {
    using folder = folderOf(WARNED);
    const lenient = await pharos(['validate', folder.path]);
    expect(lenient).toMatchObject({ code: 0, talk: expect.stringMatching(/c\.yaml:10:11 no-cap warning: /) });
    expect(await pharos(['validate', folder.path, '--strict'])).toMatchObject({ code: 1, out: '', talk: lenient.talk });
  });

  it('keeps quiet about what the author means to live with', async () => {
    using folder = folderOf({ ...WARNED, 'c.yaml': `# pharos-allow: tags-only, no-cap\n${WARNED['c.yaml']}` });
    expect(await pharos(['validate', folder.path, '--strict'])).toMatchObject({ code: 0, talk: '' });
    using broken = folderOf({ 'c.yaml': `# pharos-allow: unknown-key\n${CAMPAIGN_YAML.replace('stock', 'stok')}` });
    expect(await pharos(['validate', broken.path])).toMatchObject({
      code: 1,
      talk: expect.stringContaining('unknown-key'),
    });
  });

  it('takes several files, each once, and tells them in the language asked for', async () => {
    using folder = folderOf(WARNED);
    const files = ['store.yaml', 'c.yaml', 'c.yaml'].map((name) => join(folder.path, name));
    const json = await pharos(['validate', ...files, '--format', 'json', '--lang', 'zh-TW', '--members', '6000']);
    expect(json).toMatchObject({ code: 0, talk: '' });
    expect(JSON.parse(json.out)).toMatchObject({
      ok: true,
      documents: [{ kind: 'Store' }, { kind: 'Campaign' }],
      findings: [
        {
          rule: 'no-cap',
          level: 'warning',
          message: '每天經過的人每天都會收到',
          fix: expect.stringContaining('limits.perMember'),
        },
        { rule: 'stock-below-reach', message: expect.stringContaining('6000') },
      ],
    });
  });

  it('explains a rule', async () => {
    expect(await pharos(['validate', '--explain', 'no-cap'])).toEqual({
      code: 0,
      out: 'no-cap (warning)\nwhoever passes every day gets it every day\n→ set limits.perMember, e.g. { max: 1, per: P30D }\n',
      talk: '',
    });
    const chinese = await pharos(['validate', '--explain', 'not-redeemable-here', '--lang', 'zh-TW']);
    expect(chinese.out).toContain(' (錯誤)');
    expect(await pharos(['validate', '--explain', 'no-cape'])).toMatchObject({
      code: 3,
      talk: expect.stringContaining('"no-cap"'),
    });
  });

  it.each([
    [['--members', 'many'], 2],
    [['--format', 'xml'], 2],
    [['/nowhere'], 3],
  ])('%j ends with %i', async (argv, code) => {
    expect(await pharos(['validate', ...argv])).toMatchObject({ code, out: '' });
  });

  it('knows the place a time zone was meant to be', async () => {
    using folder = folderOf({ 'store.yaml': STORE_YAML.replace('Asia/Taipei', 'Asia/Taipie') });
    expect((await pharos(['validate', folder.path])).talk).toContain('did you mean "Asia/Taipei"?');
  });
});

describe('pharos schema', () => {
  it('is of one kind or of all, in either language', async () => {
    const all = JSON.parse((await pharos(['schema'])).out) as { definitions: object };
    expect(Object.keys(all.definitions)).toContain('Campaign');
    const store = await pharos(['schema', 'store', '--lang', 'zh-TW']);
    expect(store).toMatchObject({ code: 0, out: expect.stringContaining('營業時間') });
    expect((await pharos(['schema', 'web-shop', '--keys'])).out).toMatch(/^WebShop\n {2}timeZone: string \*\n/);
  });

  it('goes into a file', async () => {
    using folder = folderOf({});
    const file = join(folder.path, 'store.json');
    expect(await pharos(['schema', 'Store', '--out', file])).toEqual({ code: 0, out: '', talk: `${file}\n` });
    expect(await pharos(['schema', '--out', join(folder.path, 'no', 'x.json')])).toMatchObject({ code: 1 });
    expect(await pharos(['schema', 'stor'])).toMatchObject({ code: 2, talk: expect.stringContaining('Store') });
  });
});
