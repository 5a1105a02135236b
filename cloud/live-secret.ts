import { readFileSync, statSync } from 'node:fs';

const LOOK_EVERY_MS = 1_000;

/**
 * A secret that may be replaced while the service runs: `text` at first, and where it came from `file`, what stands
 * there, looked at once a second at most. A file that cannot be read or is empty changes nothing.
 */
export function liveSecret(
  text: string,
  file: string | undefined,
  monotonicMs: () => number = () => performance.now(),
): () => string {
  if (file === undefined) return () => text;
  let current = text;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let version = '';
  return () => {
    if (monotonicMs() - lookedAt < LOOK_EVERY_MS) return current;
    lookedAt = monotonicMs();
    try {
      const { mtimeMs, size, ino } = statSync(file);
      const found = `${mtimeMs}|${size}|${ino}`;
      if (found !== version) {
        current = readFileSync(file, 'utf8').trim() || current;
        version = found;
      }
    } catch {
      // Between two versions of it, or gone: what was last known goes on to count.
    }
    return current;
  };
}

/** Several in one setting, by spaces, commas or lines: while one is being replaced both count. */
export const severalOf = (text: string): string[] => text.split(/[\s,]+/).filter((each) => each !== '');
