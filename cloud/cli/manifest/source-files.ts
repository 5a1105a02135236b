import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { EXIT, Failure, faultText } from '../failure.ts';

export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** The YAML files behind some paths, each once. `skipped` are those of a folder that have nothing to do with us. */
export interface Sources {
  readonly files: readonly SourceFile[];
  readonly skipped: readonly string[];
}

const IS_YAML = /\.ya?ml$/i;
/** At the start of a line, since a file too broken to parse must not be passed over as somebody else's. */
const IS_MANIFEST = /^(["']?apiVersion["']?\s*:|kind:\s*["']?(Store|WebShop|Node|Campaign|Segment|Policy|Form)\b)/m;

const REMEDY = 'name a manifest file, or a folder of them, that you may read';

/** Throws {@link Failure} where the path does not exist or cannot be read. */
export function readSources(paths: readonly string[]): Sources {
  const all = paths.map(readPath);
  const once = new Map(all.flatMap(({ files }) => files.map((file) => [resolve(file.path), file] as const)));
  return { files: [...once.values()], skipped: all.flatMap(({ skipped }) => skipped) };
}

function readPath(path: string): Sources {
  try {
    if (!statSync(path).isDirectory()) return { files: [{ path, text: readFileSync(path, 'utf8') }], skipped: [] };
    const all = yamlFiles(path).map((file) => ({ path: file, text: readFileSync(file, 'utf8') }));
    return {
      files: all.filter(({ text }) => IS_MANIFEST.test(text)),
      skipped: all.filter(({ text }) => !IS_MANIFEST.test(text)).map((file) => file.path),
    };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      throw new Failure(EXIT.notFound, 'no_such_file', `there is no file or folder "${path}"`, { remedy: REMEDY });
    }
    throw new Failure(EXIT.failed, 'unreadable', faultText(error), { where: path, remedy: REMEDY });
  }
}

/** All YAML files below a folder, in a stable order; hidden folders and installed packages are left out. */
function yamlFiles(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name.startsWith('.') || entry.name === 'node_modules' ? [] : yamlFiles(path);
    return IS_YAML.test(entry.name) ? [path] : [];
  });
}
