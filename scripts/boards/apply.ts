import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { BoardSetting } from './board.ts';
import { editCmdline, editConfig, restoreCmdline, restoreConfig } from './edit.ts';
import { newsOf } from './news.ts';

export interface Target {
  /** `/` of the machine that is set up. */
  readonly root: string;
  readonly dryRun: boolean;
  /** One sentence for each change. */
  readonly say: (text: string) => void;
}

/** What was changed here and must be taken back: kept, because what is wanted differs from version to version. */
const Applied = z.strictObject({ words: z.array(z.string()).default([]), files: z.array(z.string()).default([]) });
type Applied = z.infer<typeof Applied>;

const appliedPath = (root: string): string => join(root, 'etc/pharos/board.json');
// Raspberry Pi OS moved it with Debian 12.
const BOOT_FOLDERS = ['boot/firmware', 'boot'];

/**
 * Brings the machine to `settings`; what an older version wanted and this one does not is taken back.
 * Tells whether there was anything to do.
 */
export function applySettings(settings: readonly BoardSetting[], target: Target): { readonly changed: boolean } {
  const { root, say } = target;
  let changed = false;
  const before = readApplied(target);
  const config = bootFile(root, 'config.txt');
  const cmdline = bootFile(root, 'cmdline.txt');
  const wanted = settings.flatMap((one) => (one.kind === 'config-line' ? [one.line] : []));
  // What a board forbids, a later choice may ask for.
  const unwanted = settings.flatMap((one) =>
    one.kind === 'config-without' && !wanted.includes(one.line) ? [one.line] : [],
  );
  const words = cmdline === undefined ? [] : settings.flatMap((one) => (one.kind === 'cmdline' ? [one.word] : []));
  let needsReboot = false;
  if (config !== undefined) {
    needsReboot = change(
      config,
      (text) => editConfig(text, wanted, unwanted),
      target,
      settings.filter(({ kind }) => kind === 'config-line' || kind === 'config-without'),
    );
  }
  let added: string[] = [];
  if (cmdline !== undefined) {
    const text = restoreCmdline(readFileSync(cmdline, 'utf8'), before.words);
    added = words.filter((word) => !text.trim().split(/\s+/).includes(word));
    const reasons = settings.filter(({ kind }) => kind === 'cmdline');
    needsReboot = change(cmdline, () => editCmdline(text, words), target, reasons) || needsReboot;
  }
  const files = settings.flatMap((one) => (one.kind === 'file' ? [one] : []));
  for (const file of files) {
    // The reason stands in its head, for whoever finds it later.
    const text = `# Made by Pharos' install-node.sh.\n# ${file.why}\n${file.content.trimEnd()}\n`;
    changed = change(join(root, file.path), () => text, target, [file]) || changed;
  }
  const paths = files.map(({ path }) => path);
  for (const path of before.files.filter((old) => !paths.includes(old))) drop(join(root, path), target);
  writeApplied({ words: added, files: paths }, target);
  if (needsReboot) say('a reboot is needed for the boot settings');
  return { changed: changed || needsReboot };
}

/** Takes back everything {@link applySettings} changed. */
export function revertSettings(target: Target): void {
  const { words, files } = readApplied(target);
  const config = bootFile(target.root, 'config.txt');
  const cmdline = bootFile(target.root, 'cmdline.txt');
  if (config !== undefined) change(config, restoreConfig, target, []);
  if (cmdline !== undefined) change(cmdline, (text) => restoreCmdline(text, words), target, []);
  for (const path of files) drop(join(target.root, path), target);
  if (existsSync(appliedPath(target.root)) && !target.dryRun) rmSync(appliedPath(target.root));
}

function bootFile(root: string, name: string): string | undefined {
  return BOOT_FOLDERS.map((folder) => join(root, folder, name)).find((path) => existsSync(path));
}

/** Whether the file had to be changed. A boot file keeps its first version beside it, for whoever must repair the card. */
function change(
  path: string,
  edit: (text: string) => string,
  target: Target,
  settings: readonly BoardSetting[],
): boolean {
  const isThere = existsSync(path);
  const text = isThere ? readFileSync(path, 'utf8') : '';
  const edited = edit(text);
  if (isThere && edited === text) return false;
  target.say(`${target.dryRun ? 'would change' : 'changes'} ${path}`);
  for (const setting of settings) {
    const news = newsOf(setting, text, edited);
    if (news !== undefined) target.say(`  ${news} (${setting.why})`);
  }
  if (target.dryRun) return true;
  const isBoot = /config\.txt$|cmdline\.txt$/.test(path);
  if (isBoot && !existsSync(`${path}.before-pharos`)) writeFileSync(`${path}.before-pharos`, text);
  replace(path, edited);
  return true;
}

function drop(path: string, { dryRun, say }: Target): void {
  if (!existsSync(path)) return;
  say(`${dryRun ? 'would remove' : 'removes'} ${path}`);
  if (!dryRun) rmSync(path);
}

/** A power cut may have left half of it: then what an earlier version set and this one does not want stays. */
function readApplied({ root, say }: Target): Applied {
  const path = appliedPath(root);
  if (!existsSync(path)) return { words: [], files: [] };
  try {
    return Applied.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    say(`${path} is damaged; what an earlier version changed on this board and this one does not want stays as it is`);
    return { words: [], files: [] };
  }
}

function writeApplied(applied: Applied, { root, dryRun }: Target): void {
  const path = appliedPath(root);
  const text = `${JSON.stringify(applied, null, 2)}\n`;
  if (dryRun || (existsSync(path) && readFileSync(path, 'utf8') === text)) return;
  replace(path, text);
}

/** Whole or not at all, also in a power cut: half a boot file is a board that does not start. */
function replace(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.pharos-new`, text, { flush: true });
  renameSync(`${path}.pharos-new`, path);
}
