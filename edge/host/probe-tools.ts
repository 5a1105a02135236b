import { execFile } from 'node:child_process';
import { readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type HostFiles, hostFiles } from './files.ts';

/** What the doctor's probes look at. All they touch goes through here, so that a test may hand them another machine. */
export interface Surroundings {
  /** Where `/sys`, `/proc`, `/run` and `/dev` are looked for: `/` on a real machine. */
  readonly root: string;
  readonly files: HostFiles;
  /** What a program prints; `undefined` where it is not installed, fails, or takes too long. */
  readonly run: (program: string, args: readonly string[]) => Promise<string | undefined>;
  readonly platform: string;
  readonly arch: string;
  readonly nodeVersion: string;
  /** Effective user. */
  readonly uid: number;
  readonly pid: number;
}

const RUN_TIMEOUT_MS = 5_000;

export const realSurroundings = (): Surroundings => ({
  root: '/',
  files: hostFiles(),
  run: (program, args) =>
    new Promise((resolve) => {
      const options = { timeout: RUN_TIMEOUT_MS, maxBuffer: 4 * 1024 * 1024, env: { ...process.env, LC_ALL: 'C' } };
      execFile(program, args, options, (error, stdout) => resolve(error === null ? stdout : undefined));
    }),
  platform: process.platform,
  arch: process.arch,
  nodeVersion: process.version,
  uid: process.geteuid?.() ?? 0,
  pid: process.pid,
});

/** What a link of the kernel says, as it is written: `socket:[4711]` leads to no file. */
export function linkText({ root }: Surroundings, path: string): string | undefined {
  try {
    return readlinkSync(join(root, path));
  } catch {
    return undefined;
  }
}
