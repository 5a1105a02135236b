import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CAMPAIGN_YAML, folderOf, TEMPLATE } from './manifest/campaign.fixture.ts';

const MAIN = join(import.meta.dirname, 'main.ts');

function run(...argv: readonly string[]) {
  const env = { PATH: process.env['PATH'], PHAROS_DATA_DIR: '/nowhere' };
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...argv], { encoding: 'utf8', env });
  return { status, stdout, stderr };
}

const UUID = 'd0d2ce24-9efc-11e5-82c4-1c6a7a17ef38';
const KEYS = ['--vendor-key', '00000000', '--lot-key', '0000000000000000'];

describe('pharos frame', () => {
  it.each([
    [
      ['line-simple', '--hwid', '0A1B2C3D4E', '--dm', '2000'],
      { kind: 'line-simple-beacon', hwid: '0a1b2c3d4e', dm: '2000' },
    ],
    [
      ['ibeacon', '--uuid', UUID, '--major', '19529', '--minor', '0'],
      { kind: 'ibeacon', uuid: UUID, major: 19529, minor: 0, measuredPower: -59 },
    ],
    [
      ['line-secure', '--hwid', '0a1b2c3d4e', '--timestamp', '65538', '--measured-power', '-60', ...KEYS],
      { kind: 'line-secure-beacon', hwid: '0a1b2c3d4e', timestampLow16: 2, battery: 0, measuredPower: -60 },
    ],
  ])('decodes what it encodes: %j', (argv, frame) => {
    const encoded = run('frame', 'encode', ...argv);
    expect(encoded).toMatchObject({ status: 0, stderr: '', stdout: expect.stringMatching(/^[0-9a-f]+\n$/) });
    const secure = frame.kind === 'line-secure-beacon' ? ['--secure'] : [];
    const decoded = run('frame', 'decode', encoded.stdout.trim().toUpperCase(), ...secure);
    expect(decoded).toMatchObject({ status: 0, stderr: '' });
    expect(JSON.parse(decoded.stdout)).toMatchObject(frame);
    const json = run('frame', 'encode', ...argv, '--json');
    expect(JSON.parse(json.stdout)).toEqual({ payload: encoded.stdout.trim() });
  });

  it.each([
    ['0201', 'ad-'],
    ['020106', 'not-a-beacon'],
    ['02010', 'not-hex'],
    ['02 01 06 03 03 6f fe 0b 16 6f fe 03 0a 1b 2c 3d 4e 7f 00', 'line-frame-type'],
  ])('says why it cannot read %s', (hex, code) => {
    const ran = run('frame', 'decode', ...hex.split(' '));
    expect(ran).toMatchObject({ status: 1, stdout: '' });
    expect(ran.stderr).toMatch(new RegExp(`^${code}[a-z-]*: .+\n$`));
  });
});

it('tells programs in English why a frame cannot be read, whatever the language', () => {
  const said = run('frame', 'decode', '02010', '--lang', 'zh-TW', '--json').stderr;
  expect(JSON.parse(said)).toEqual({
    error: { code: 'not-hex', message: 'an advert is given as whole bytes in hexadecimal' },
  });
  expect(run('frame', 'decode', '02010', '--lang', 'zh-TW').stderr).toMatch(/^not-hex: 廣播要寫成/);
});

describe('exit codes', () => {
  it.each([
    ['help is done', ['--help'], 0],
    ['version is done', ['--version'], 0],
    ['nothing asked', [], 2],
    ['a command that does not exist', ['frme'], 2],
    ['an option that does not exist', ['events', '--limmit', '3'], 2],
    ['an option that is missing', ['frame', 'encode', 'line-simple', '--hwid', '0a1b2c3d4e'], 2],
    ['a value that does not fit', ['frame', 'encode', 'line-simple', '--hwid', 'xyz', '--dm', '00'], 2],
    ['a number too large', ['frame', 'encode', 'ibeacon', '--uuid', UUID, '--major', '65536', '--minor', '0'], 2],
    ['a number that is none', ['events', '--limit', '1e3', '--token', 't'], 2],
    ['a language nobody wrote', ['events', '--lang', 'fr'], 2],
    ['a server flag that is no address', ['events', '--server', 'x', '--token', 't'], 2],
    ['a file that is not there', ['validate', '/nowhere/x.yaml'], 3],
    ['no token', ['node', 'list'], 4],
    ['no sandbox', ['sandbox', 'chat', 'U1'], 1],
  ])('%s: %j', (_what, argv, status) => {
    const ran = run(...argv);
    expect(ran.status).toBe(status);
    expect(status === 0 ? ran.stdout : ran.stderr).not.toBe('');
    expect(status === 0 ? ran.stderr : ran.stdout).toBe('');
  });
});

describe('a misuse', () => {
  it.each([
    [['explain'], "missing required argument 'id'", 'pharos explain --help says what there is'],
    [['pause', 'x'], "required option '--why <text>' not specified", 'pharos pause --help'],
    [['evnts'], "unknown command 'evnts'", 'did you mean "events"?'],
    [['member', 'lint'], "unknown command 'lint'", 'did you mean "link" or "list"?'],
    [['--lang', 'zh-TW', 'member', 'lint'], '沒有這個指令：lint', '是不是要打 link 或 list？'],
    [['--lang', 'zh-TW', 'events', '--limmit', '3'], '沒有這個選項：--limmit', '是不是要打 --limit？'],
  ])('%j says what is wrong and where it stands what can be typed', (argv, says, remedy) => {
    const { status, stdout, stderr } = run(...argv);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(`pharos: ${says}\n`);
    expect(stderr.split('\n')[1]).toContain(remedy);
  });

  it('is told as JSON to who asked for JSON', () => {
    expect(JSON.parse(run('explain', '--json').stderr)).toMatchObject({ error: { code: 'missing_argument' } });
  });
});

describe('what goes to a pipe or a file', () => {
  const shell = (line: string) =>
    spawnSync('sh', ['-c', line], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], NODE: process.execPath, MAIN },
    });

  it('may be cut off by its reader without a word', () => {
    const { stdout, stderr } = shell('"$NODE" "$MAIN" schema | head -n 1');
    expect({ stdout, stderr }).toEqual({ stdout: '{\n', stderr: '' });
  });

  it('is not lost on a full disk without a word', () => {
    const { status, stderr } = shell('"$NODE" "$MAIN" schema >/dev/full');
    expect(status).toBe(1);
    expect(stderr).toMatch(/^pharos: cannot write the answer: ENOSPC.*\n$/);
    expect(shell('"$NODE" "$MAIN" schema --lang zh-TW >/dev/full').stderr).toMatch(/^pharos: 寫不出結果：ENOSPC.*\n$/);
  });
});

describe('pharos validate', () => {
  it('says what is fit', () => {
    using folder = folderOf({ 'c.yaml': CAMPAIGN_YAML, 'messages/spring-tea.liquid.json': TEMPLATE });
    expect(run('validate', folder.path)).toEqual({ status: 0, stdout: 'Campaign spring-tea valid\n', stderr: '' });
    // Only the server knows what would become of them.
    expect(run('apply', '--dry-run', folder.path)).toMatchObject({ status: 4, stdout: '' });
  });

  it('says what is not, for people and as JSON', () => {
    using folder = folderOf({ 'c.yaml': CAMPAIGN_YAML.replace('stock', 'stok') });
    const ran = run('validate', join(folder.path, 'c.yaml'));
    expect(ran).toMatchObject({ status: 1, stdout: '' });
    expect(ran.stderr).toMatch(
      /c\.yaml:9:26 template-missing .*\n.*c\.yaml:10:47 unknown-key .*"stock".*\n2 errors\n$/,
    );
    const json = run('validate', folder.path, '--json');
    expect(json).toMatchObject({ status: 1, stderr: '' });
    expect(JSON.parse(json.stdout)).toMatchObject({
      ok: false,
      findings: [
        { rule: 'template-missing' },
        { rule: 'unknown-key', level: 'error', place: { line: 10, column: 47 } },
      ],
    });
  });

  it('does not call an empty folder fit', () => {
    using folder = folderOf({ 'x.yaml': 'services: {}\n' });
    expect(run('validate', folder.path)).toMatchObject({ status: 1, stdout: '' });
  });
});

describe('pharos completion', () => {
  it('completes in bash what may follow', () => {
    using folder = folderOf({ 'pharos.bash': run('completion', 'bash').stdout });
    const complete = (...words: readonly string[]): string[] => {
      const script = `. "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _pharos; printf '%s\n' "\${COMPREPLY[@]}"`;
      const { stdout, stderr } = spawnSync('bash', ['-c', script, join(folder.path, 'pharos.bash'), ...words], {
        encoding: 'utf8',
      });
      expect(stderr).toBe('');
      return stdout.trim().split('\n');
    };
    expect(complete('pharos', 'sa')).toEqual(['sandbox']);
    expect(complete('pharos', '--json', 'frame', 'encode', '')).toEqual(
      expect.arrayContaining(['line-simple', 'ibeacon', 'line-secure', '--json']),
    );
    expect(complete('pharos', 'node', 'add', 'door', '--st')).toEqual(['--store']);
  });

  it('knows zsh and fish, and no other shell', () => {
    expect(run('completion', 'zsh').stdout).toMatch(/^#compdef pharos\n/);
    expect(run('completion', 'fish').stdout).toContain(`'__pharos_at "pharos frame encode"' -f -a ibeacon`);
    expect(run('completion', 'tcsh')).toMatchObject({ status: 2, stdout: '' });
  });
});
