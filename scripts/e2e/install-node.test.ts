import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sampleBundle } from '../../protocol/lab/sample-bundle.ts';

const PROJECT = join(import.meta.dirname, '../..');
const INSTALL = join(PROJECT, 'scripts/install-node.sh');
const isRoot = process.getuid?.() === 0;
const has = (command: string): boolean => spawnSync(command, ['--version']).error === undefined;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pharos-install-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const DEBIAN_12 = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\nVERSION_ID="12"\n';

/** A root directory with what the installer looks at. */
function rootWith(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(folder, 'root-'));
  for (const [path, text] of Object.entries({ 'etc/os-release': DEBIAN_12, ...files })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

/** Runs the installer; `dpkg` answers for a machine of that architecture. */
function install(root: string, args: readonly string[] = [], { arch = 'amd64', uid = process.getuid?.() } = {}) {
  const bin = join(folder, `bin-${arch}`);
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, 'dpkg'), `#!/bin/sh\necho ${arch}\n`);
  chmodSync(bin, 0o755);
  chmodSync(join(bin, 'dpkg'), 0o755);
  chmodSync(folder, 0o755);
  const { status, stdout, stderr } = spawnSync('sh', [INSTALL, '--root', root, ...args], {
    encoding: 'utf8',
    env: { ...process.env, PATH: `${bin}:${process.env['PATH'] ?? ''}` },
    ...(uid === undefined ? {} : { uid }),
  });
  return { status, said: stdout + stderr };
}

describe('install-node.sh looks before it acts', () => {
  it.each([
    ['64-bit Debian 12', 'amd64', DEBIAN_12],
    ['64-bit Raspberry Pi OS, which calls itself Debian 13', 'arm64', 'ID=debian\nVERSION_ID="13"\n'],
  ])('takes %s', (_what, arch, release) => {
    const root = rootWith({ 'etc/os-release': release });
    const { status, said } = install(root, ['--dry-run'], { arch });
    expect(said).toContain('would: write /etc/systemd/system/pharos-radio.service');
    expect(said).toContain('nothing was changed');
    expect(status).toBe(0);
    expect(existsSync(join(root, 'opt'))).toBe(false);
    expect(existsSync(join(root, 'usr'))).toBe(false);
  });

  it.each([
    ['32-bit programs under a 64-bit kernel', 'armhf', DEBIAN_12, '32-bit (armhf)'],
    ['the 32-bit Raspberry Pi OS', 'arm64', 'ID=raspbian\nVERSION_ID="12"\n', '64-bit image'],
    ['Debian 11', 'amd64', 'PRETTY_NAME="Debian 11"\nID=debian\nVERSION_ID="11"\n', 'Debian 11, which was never tried'],
    ['Ubuntu', 'amd64', 'PRETTY_NAME="Ubuntu 24.04"\nID=ubuntu\nVERSION_ID="24.04"\n', 'Ubuntu 24.04, which'],
    ['RISC-V', 'riscv64', DEBIAN_12, 'not supported (riscv64)'],
  ])('refuses %s', (_what, arch, release, says) => {
    const { status, said } = install(rootWith({ 'etc/os-release': release }), [], { arch, uid: 0 });
    expect(said).toContain(says);
    expect(status).toBe(1);
  });

  it('names a mistyped option', () => {
    expect(install(rootWith({}), ['--purgge'])).toMatchObject({ status: 2, said: expect.stringContaining('--purgge') });
  });

  it.runIf(isRoot)('refuses to act without root', () => {
    const { status, said } = install(rootWith({}), [], { uid: 65_534 });
    expect(said).toContain('this needs root');
    expect(status).toBe(1);
  });
});

const canInstall = isRoot && has('systemctl') && has('systemd-sysusers') && has('systemd-analyze');

describe.runIf(canInstall)('a node installed into a root directory', { timeout: 60_000 }, () => {
  let root: string;
  const at = (path: string): string => join(root, path);
  const current = (): string => readlinkSync(at('opt/pharos/current'));
  beforeAll(() => {
    root = rootWith({
      'boot/firmware/config.txt': 'dtparam=audio=on\n',
      'boot/firmware/cmdline.txt': 'console=tty1 rootwait\n',
      'proc/device-tree/model': 'Raspberry Pi 5 Model B Rev 1.0\0',
    });
    // What the units are ordered after and what they run; verify wants to see it.
    mkdirSync(at('bin'));
    copyFileSync('/bin/sh', at('bin/sh'));
    cpSync('/usr/lib/systemd/system', at('usr/lib/systemd/system'), { recursive: true, verbatimSymlinks: true });
    const { status, said } = install(root);
    if (status !== 0) throw new Error(said);
  }, 120_000);

  it('runs from a release of its own, with what running needs and nothing that builds', () => {
    const release = at(`opt/pharos/${current()}`);
    const edge = spawnSync(join(release, 'node/bin/node'), [join(release, 'dist/edge/cli.js'), 'status', '--json'], {
      encoding: 'utf8',
      env: { PHAROS_DATA_DIR: at('var/lib/pharos') },
    });
    expect(JSON.parse(edge.stdout)).toMatchObject({ enrolled: false });
    for (const path of ['node_modules/typescript', 'node_modules/vitest', 'dist/cloud', '.tools']) {
      expect(existsSync(join(release, path))).toBe(false);
    }
    expect(statSync(release).mode & 0o022).toBe(0);
  });

  it('has units that systemd takes without complaint and that expose little', () => {
    const units = ['pharos.target', 'pharos-radio.service', 'pharos-uplink.service'];
    const verified = spawnSync('systemd-analyze', ['verify', '--man=no', `--root=${root}`, ...units], {
      encoding: 'utf8',
    });
    expect(verified.stdout + verified.stderr).toBe('');
    expect(verified.status).toBe(0);
    for (const unit of units.slice(1)) {
      const args = ['security', '--offline=true', '--threshold=25', '--no-pager', at(`etc/systemd/system/${unit}`)];
      expect(spawnSync('systemd-analyze', args).status).toBe(0);
    }
  });

  it('is left as it is by a second installation, and gone after --uninstall', () => {
    const release = current();
    const again = install(root);
    expect(again.status).toBe(0);
    expect(again.said).not.toMatch(/write|enable|remove|changes|put release/);
    expect(current()).toBe(release);

    const gone = install(root, ['--uninstall', '--purge']);
    expect(gone.said).toContain('remove /opt/pharos');
    expect(gone.status).toBe(0);
    const left = spawnSync('find', ['etc', 'opt', 'usr/lib/sysusers.d', 'usr/local', '-name', '*pharos*'], {
      cwd: root,
    });
    expect(String(left.stdout)).toBe('');
    expect(spawnSync('cat', [at('boot/firmware/cmdline.txt')]).stdout.toString()).toBe('console=tty1 rootwait\n');
  });
});

describe.runIf(process.env['PHAROS_TEST_LONG'] === '1' && isRoot)('a fresh Debian', () => {
  it.each(['bookworm', 'trixie'])('%s becomes a node and is clean afterwards', { timeout: 20 * 60_000 }, (suite) => {
    const script = join(PROJECT, 'scripts/lab/debian-root/run.sh');
    const cache = join(PROJECT, '.lab/debian-root');
    const bundle = join(mkdtempSync(join(tmpdir(), 'pharos-bundle-')), 'door.json');
    writeFileSync(bundle, JSON.stringify(sampleBundle()));
    const { status, stderr } = spawnSync('sh', [script, cache, suite], {
      encoding: 'utf8',
      env: { ...process.env, BUNDLE: bundle },
    });
    rmSync(dirname(bundle), { recursive: true });
    if (status === 77) return void process.stderr.write(`skipped: ${stderr}\n`);
    expect(stderr).toContain(`PASS ${suite}`);
    expect(status).toBe(0);
  });
});
