import { readFileSync } from 'node:fs';

/** The product's version, from the package.json above this file: one level more away in `dist` than in the source. */
export function productVersion(): string {
  for (const candidate of ['../package.json', '../../package.json']) {
    try {
      const json: unknown = JSON.parse(readFileSync(new URL(candidate, import.meta.url), 'utf8'));
      if (typeof json === 'object' && json !== null && 'version' in json) return String(json.version);
    } catch {
      // Not here; look one level further up.
    }
  }
  return 'unknown';
}
