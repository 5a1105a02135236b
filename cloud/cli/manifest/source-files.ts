import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { EXIT, Failure } from '../failure.ts';
import { faultSaid } from '../fault-words.ts';
import { type FileText, readText } from './file-text.ts';

export interface SourceFile extends FileText {
  readonly path: string;
}

/** The YAML files behind some paths, each once. `skipped` are those of a folder that have nothing to do with us. */
export interface Sources {
  readonly files: readonly SourceFile[];
  readonly skipped: readonly string[];
}

const IS_YAML = /\.ya?ml$/i;
/** At the start of a line, since a file too broken to parse must not be passed over as somebody else's. */
const IS_MANIFEST =
  /^(["']?apiVersion["']?\s*[:：]|kind[:：]\s*["']?(Store|WebShop|Node|Campaign|Segment|Policy|Form)\b)/m;

const REMEDY = {
  en: 'name a manifest file, or a folder of them, that you may read',
  'zh-TW': '請指定可以讀取的活動檔，或放這些檔案的資料夾',
};

/** Throws {@link Failure} where the path does not exist or cannot be read. */
export function readSources(paths: readonly string[]): Sources {
  const all = paths.map(readPath);
  const once = new Map(all.flatMap(({ files }) => files.map((file) => [resolve(file.path), file] as const)));
  return { files: [...once.values()], skipped: all.flatMap(({ skipped }) => skipped) };
}

function readPath(path: string): Sources {
  try {
    if (!statSync(path).isDirectory()) return { files: [readSource(path)], skipped: [] };
    const all = yamlFiles(path).map(readSource);
    return {
      files: all.filter(({ text }) => IS_MANIFEST.test(text)),
      skipped: all.filter(({ text }) => !IS_MANIFEST.test(text)).map((file) => file.path),
    };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      const said = { en: `there is no file or folder "${path}"`, 'zh-TW': `沒有「${path}」這個檔案或資料夾` };
      throw new Failure(EXIT.notFound, 'no_such_file', said, { remedy: REMEDY });
    }
    throw new Failure(EXIT.failed, 'unreadable', faultSaid(error), { where: path, remedy: REMEDY });
  }
}

const readSource = (path: string): SourceFile => ({ path, ...readText(path, readFileSync(path)) });

/** All YAML files below a folder, in a stable order; hidden folders and installed packages are left out. */
function yamlFiles(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name.startsWith('.') || entry.name === 'node_modules' ? [] : yamlFiles(path);
    return IS_YAML.test(entry.name) ? [path] : [];
  });
}
