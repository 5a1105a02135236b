import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeFolder } from '../make-folder.ts';
import { type Shell, setting } from './shell.ts';

/** Files of the person who types, for their eyes only. */

/** Where the login is kept; absent where the environment names no home. */
export const loginPath = (env: Shell['env']): string | undefined =>
  inHome(env, 'XDG_CONFIG_HOME', '.config', 'login.json');

/** Where it is noted which versions were applied last. */
export const appliedPath = (env: Shell['env']): string | undefined =>
  inHome(env, 'XDG_STATE_HOME', join('.local', 'state'), 'applied.json');

function inHome(env: Shell['env'], variable: string, usual: string, name: string): string | undefined {
  const home = setting(env, 'HOME');
  const base = setting(env, variable) ?? (home === undefined ? undefined : join(home, usual));
  return base === undefined ? undefined : join(base, 'pharos', name);
}

/** Whole or not at all, mode 600. */
export function writePrivate(path: string, value: unknown): void {
  makeFolder(dirname(path), 0o700);
  const draft = `${path}.${randomBytes(4).toString('hex')}.part`;
  try {
    writeFileSync(draft, `${JSON.stringify(value, undefined, 2)}\n`, { mode: 0o600, flag: 'wx', flush: true });
    renameSync(draft, path);
  } finally {
    rmSync(draft, { force: true });
  }
}

/** What stands there; `undefined` where there is no such file, or nothing that can be read. */
export function readPrivate(path: string | undefined): unknown {
  if (path === undefined) return undefined;
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as unknown;
  } catch {
    return undefined;
  }
}
