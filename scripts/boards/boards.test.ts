import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { applySettings, revertSettings } from './apply.ts';
import { type BoardSetting, boardJsonSchema, boardOfModel, settingsOf } from './board.ts';
import { editCmdline, editConfig, restoreCmdline, restoreConfig } from './edit.ts';
import { readBoards, readModel } from './read.ts';

const CONFIGURATION = join(import.meta.dirname, '../../firmware-config');
const boards = readBoards(join(CONFIGURATION, 'boards'));

describe('the shipped boards', () => {
  it.each([
    ['Raspberry Pi 3 Model B Plus Rev 1.3', 'raspberry-pi-3'],
    ['Raspberry Pi 3 Model A Plus Rev 1.0', 'raspberry-pi-3'],
    ['Raspberry Pi Compute Module 3 Plus Rev 1.0', 'raspberry-pi-3'],
    ['Raspberry Pi 4 Model B Rev 1.5', 'raspberry-pi-4'],
    ['Raspberry Pi 400 Rev 1.0', 'raspberry-pi-4'],
    ['Raspberry Pi Compute Module 4 Rev 1.1', 'raspberry-pi-4'],
    ['Raspberry Pi 5 Model B Rev 1.0', 'raspberry-pi-5'],
    ['Raspberry Pi 500 Rev 1.0', 'raspberry-pi-5'],
    ['Raspberry Pi Zero 2 W Rev 1.0', 'raspberry-pi-zero-2'],
    ['Raspberry Pi Zero W Rev 1.1', 'generic'],
    ['Not a Raspberry Pi 5', 'generic'],
    [undefined, 'generic'],
  ])('%s is %s', (model, key) => {
    expect(boardOfModel(model, boards)).toBe(key);
  });

  it('are complete: every include exists, and no board both wants and forbids a line', () => {
    for (const key of boards.keys()) {
      const { settings } = settingsOf([key], boards);
      const wanted = settings.flatMap((one) => (one.kind === 'config-line' ? [one.line] : []));
      const forbidden = settings.flatMap((one) => (one.kind === 'config-without' ? [one.line] : []));
      expect(wanted.filter((line) => forbidden.includes(line))).toEqual([]);
    }
    expect(() => settingsOf(['acorn'], boards)).toThrow('no board is called acorn');
  });

  it('have an up-to-date schema for editors: node scripts/checks/board-schema.ts --write', () => {
    expect(JSON.parse(readFileSync(join(CONFIGURATION, 'board.schema.json'), 'utf8'))).toEqual(boardJsonSchema());
  });
});

describe('edits of boot files', () => {
  const line = fc.stringMatching(/^[a-z#[][a-z0-9=_,\]-]{0,20}$/);
  const text = fc.array(line).map((lines) => lines.map((one) => `${one}\n`).join(''));

  it('are the same when made again, and can be taken back to the letter', () => {
    fc.assert(
      fc.property(text, fc.array(line), fc.array(line), (own, wanted, unwanted) => {
        const edited = editConfig(own, wanted, unwanted);
        expect(editConfig(edited, wanted, unwanted)).toBe(edited);
        expect(restoreConfig(edited)).toBe(own);
        expect(editConfig(edited, [], [])).toBe(own);
        for (const one of wanted) expect(edited.split('\n')).toContain(one);
      }),
    );
  });

  it('take nothing of the owner along where our closing mark was deleted, or the file saved under Windows', () => {
    const edited = editConfig('dtparam=audio=on\n', ['gpu_mem=16'], []);
    const torn = `${edited.replace('# pharos: end\n', '')}own=1\n`;
    const kept = 'dtparam=audio=on\n[all]\ngpu_mem=16\nown=1\n';
    expect(restoreConfig(torn)).toBe(kept);
    // A block that is whole, behind it, ends only itself.
    expect(restoreConfig(`${torn}${editConfig('', ['gpu_mem=16'], [])}`)).toBe(kept);
    expect(restoreConfig(edited.replaceAll('\n', '\r\n'))).toBe('dtparam=audio=on\r\n');
  });

  it('keep cmdline.txt one line', () => {
    const edited = editCmdline('console=tty1 root=PARTUUID=1\n', ['root=PARTUUID=1', 'cgroup_enable=memory']);
    expect(edited).toBe('console=tty1 root=PARTUUID=1 cgroup_enable=memory\n');
    expect(editCmdline(edited, ['cgroup_enable=memory'])).toBe(edited);
    expect(restoreCmdline(edited, ['cgroup_enable=memory'])).toBe('console=tty1 root=PARTUUID=1\n');
  });
});

describe('settings of a machine', () => {
  let root: string;
  let told: string[];
  const target = (dryRun = false) => ({ root, dryRun, say: (sentence: string) => void told.push(sentence) });
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const read = (path: string): string => readFileSync(join(root, path), 'utf8');
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'pharos-board-'));
    told = [];
    write('boot/firmware/config.txt', 'dtparam=audio=on\ndtoverlay=disable-bt\n[pi4]\narm_boost=1\n');
    write('boot/firmware/cmdline.txt', 'console=tty1 rootwait\n');
    write('proc/device-tree/model', 'Raspberry Pi Zero 2 W Rev 1.0\0');
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const ours = (): readonly BoardSetting[] => settingsOf([boardOfModel(readModel(root), boards)], boards).settings;

  it('are applied once, with a reason each, a backup and word of the reboot', () => {
    expect(applySettings(ours(), target())).toEqual({ changed: true });
    expect(read('boot/firmware/config.txt')).toContain('#pharos# dtoverlay=disable-bt\n[pi4]');
    expect(read('boot/firmware/config.txt')).toMatch(/\[all\]\ndtparam=watchdog=on\ngpu_mem=16\n/);
    expect(read('boot/firmware/cmdline.txt')).toBe('console=tty1 rootwait cgroup_enable=memory\n');
    expect(read('boot/firmware/config.txt.before-pharos')).toContain('\ndtoverlay=disable-bt\n');
    expect(read('etc/systemd/system.conf.d/50-pharos-watchdog.conf')).toContain('\nRuntimeWatchdogSec=14\n');
    expect(told.join('\n')).toMatch(/without dtoverlay=disable-bt \(.*--usb-dongle/);
    expect(told).toContain('a reboot is needed for the boot settings');

    told = [];
    expect(applySettings(ours(), target())).toEqual({ changed: false });
    expect(told).toEqual([]);
  });

  it.each(['', '\0\0\0', '{"words":1}'])(
    'are applied again where a power cut damaged the record of them: %j',
    (text) => {
      applySettings(ours(), target());
      write('etc/pharos/board.json', text);
      told = [];
      applySettings(ours(), target());
      expect(told.join('\n')).toContain('etc/pharos/board.json is damaged');
      expect(JSON.parse(read('etc/pharos/board.json')).files).toContain('/etc/sysctl.d/60-pharos.conf');
      write('etc/pharos/board.json', text);
      revertSettings(target());
      expect(existsSync(join(root, 'etc/pharos/board.json'))).toBe(false);
    },
  );

  it('are only told in a dry run', () => {
    applySettings(ours(), target(true));
    expect(told.join('\n')).toContain('would change');
    expect(read('boot/firmware/cmdline.txt')).toBe('console=tty1 rootwait\n');
    expect(existsSync(join(root, 'etc'))).toBe(false);
  });

  it('switch the own Bluetooth off for a dongle', () => {
    applySettings(settingsOf(['raspberry-pi-4', 'usb-dongle-only'], boards).settings, target());
    expect(read('boot/firmware/config.txt')).toMatch(/\[all\]\n(.*\n)*dtoverlay=disable-bt\n# pharos: end/);
  });

  it('give way to those of a later version, and go as they came', () => {
    write('etc/sysctl.d/99-own.conf', 'vm.swappiness = 10\n');
    applySettings(ours(), target());
    applySettings([{ kind: 'cmdline', word: 'quiet', why: 'a later version' }], target());
    expect(existsSync(join(root, 'etc/sysctl.d/60-pharos.conf'))).toBe(false);
    expect(read('boot/firmware/cmdline.txt')).toBe('console=tty1 rootwait quiet\n');
    expect(read('boot/firmware/config.txt')).toContain('\ndtoverlay=disable-bt\n');

    applySettings(ours(), target());
    revertSettings(target());
    expect(read('boot/firmware/config.txt')).toBe(read('boot/firmware/config.txt.before-pharos'));
    expect(read('boot/firmware/cmdline.txt')).toBe('console=tty1 rootwait\n');
    expect(read('etc/sysctl.d/99-own.conf')).toBe('vm.swappiness = 10\n');
    expect(existsSync(join(root, 'etc/pharos/board.json'))).toBe(false);
  });
});
