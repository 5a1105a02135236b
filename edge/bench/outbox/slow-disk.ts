import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { accept, type Result, reject } from '../../../protocol/result.ts';
import type { RoundsOptions, SideRounds } from './rounds.ts';
import type { SideName } from './sides.ts';

const CHILD = join(import.meta.dirname, `slow-child${extname(import.meta.filename)}`);

/** Beside the source, or one level more away from `dist`. */
const BUILD = ['../../../scripts/lab/disk-faults/build.sh', '../../../../scripts/lab/disk-faults/build.sh']
  .map((candidate) => fileURLToPath(new URL(candidate, import.meta.url)))
  .find((path) => existsSync(path));

/** The rounds on a disk whose every sync takes `delayMs` longer. */
export function onSlowDisk(
  folder: string,
  delayMs: number,
  options: RoundsOptions,
): Result<Record<SideName, SideRounds>, 'no-slow-disk'> {
  if (BUILD === undefined) return reject('no-slow-disk', 'skipped: only a checkout can play a slow disk');
  const built = spawnSync(BUILD, { encoding: 'utf8' });
  if (built.status !== 0) return reject('no-slow-disk', `skipped: ${built.stderr.trim()}`);
  const control = join(folder, 'control');
  const knobs = Buffer.alloc(48);
  knobs.writeBigInt64LE(BigInt(delayMs * 1_000));
  writeFileSync(control, knobs);
  const { status, stdout, stderr } = spawnSync(process.execPath, [CHILD, folder, JSON.stringify(options)], {
    encoding: 'utf8',
    env: {
      ...process.env,
      LD_PRELOAD: built.stdout.trim(),
      DISK_FAULTS_CONTROL: control,
      DISK_FAULTS_MATCH: 'bench.sqlite',
    },
  });
  if (status !== 0) return reject('no-slow-disk', `skipped: ${stderr.trim().slice(-300)}`);
  return accept(JSON.parse(stdout) as Record<SideName, SideRounds>);
}
