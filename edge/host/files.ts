import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The kernel's small files below a root: `/` on a node, a recorded tree in a test. Whatever cannot be read is absent:
 * sensors differ from board to board, and none of them may keep a node from working.
 */
export interface HostFiles {
  /** The text without white space and NUL bytes around it; `undefined` when there is none. */
  text(path: string): string | undefined;
  /** Entries of a folder in order; none when there is no such folder. */
  entries(path: string): readonly string[];
  /** Where a link leads to, as a path of the same root. */
  resolve(path: string): string | undefined;
}

export function hostFiles(root = '/'): HostFiles {
  const top = orAbsent(() => realpathSync(root)) ?? root;
  return {
    text: (path) =>
      orAbsent(() => readFileSync(join(top, path), 'utf8').replace(/^[\s\0]+|[\s\0]+$/g, '')) || undefined,
    entries: (path) => orAbsent(() => readdirSync(join(top, path)).toSorted()) ?? [],
    resolve: (path) => {
      const real = orAbsent(() => realpathSync(join(top, path)));
      if (real === undefined || !real.startsWith(top)) return undefined;
      return real.slice(top === '/' ? 0 : top.length);
    },
  };
}

function orAbsent<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
