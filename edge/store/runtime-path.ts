import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, statfsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** File systems that live in memory. */
const TMPFS = 0x01021994;
const RAMFS = 0x858458f6;

/** No folder in memory can be had: rows that find no disk stay inside the process, where the other one cannot see them. */
export const PROCESS_MEMORY = ':memory:';

/**
 * Where the node keeps its rows while the disk takes none: a file in a folder in memory that radio and uplink share: the
 * folder given, else the usual places.
 */
export function runtimePath(dataDir: string, given: string | undefined): string {
  const name = runtimeName(dataDir);
  if (given !== undefined && given !== '') return mayUse(given) ? join(given, name) : PROCESS_MEMORY;
  const owner = process.getuid?.() ?? 0;
  const folder = ['/run/pharos', `/dev/shm/pharos-${owner}`].find(
    (candidate) => inMemory(dirname(candidate)) && mayUse(candidate),
  );
  return folder === undefined ? PROCESS_MEMORY : join(folder, name);
}

/** Several nodes may run on one machine. */
const runtimeName = (dataDir: string): string =>
  `edge-${createHash('sha256').update(resolve(dataDir)).digest('hex').slice(0, 12)}.sqlite`;

/** Where those rows may lie, for somebody who only looks: the daemons may run as another user, `owner`. */
export const runtimeCandidates = (dataDir: string, given: string | undefined, owner: number): readonly string[] =>
  (given === undefined ? ['/run/pharos', `/dev/shm/pharos-${owner}`] : [given]).map((folder) =>
    join(folder, runtimeName(dataDir)),
  );

/** Makes the folder where that is allowed; one that somebody else owns is not used. */
function mayUse(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const found = lstatSync(folder);
    return found.isDirectory() && found.uid === process.getuid?.();
  } catch {
    return false;
  }
}

function inMemory(folder: string): boolean {
  try {
    const { type } = statfsSync(folder);
    return type === TMPFS || type === RAMFS;
  } catch {
    return false;
  }
}
