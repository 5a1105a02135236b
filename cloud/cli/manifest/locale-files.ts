import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { memo } from '../../core/memo.ts';

/** Names in a folder, sorted. Many templates share one, which need not be read again for each. */
export type ListFolder = (folder: string) => readonly string[];

export const folderLister = (): ListFolder => memo(1000, (folder) => readdirSync(folder).sort());

const LOCALE = /^[a-z]{2}(-[A-Z]{2})?$/;
export const TEMPLATE_SUFFIX = '.liquid.json';

/** Macs write é as two characters where others write one: the file is the one of that name, however it is written. */
export function onDisk(path: string, list: ListFolder): string {
  const folder = dirname(path);
  if (existsSync(path) || !existsSync(folder)) return path;
  const name = list(folder).find((each) => each.normalize() === basename(path).normalize());
  return name === undefined ? path : join(folder, name);
}

/** Locale and file of the texts beside a template: `tea.liquid.json`, `tea.zh-TW.liquid.json`. */
export function localeFiles(path: string, list: ListFolder): [string, string][] {
  const { stem, suffix } = partsOf(path);
  return list(dirname(path)).flatMap((name): [string, string][] => {
    const plain = name.normalize();
    if (!plain.startsWith(`${stem}.`) || !plain.endsWith(suffix)) return [];
    const locale = plain.slice(stem.length + 1, -suffix.length);
    return LOCALE.test(locale) ? [[locale, join(dirname(path), name)]] : [];
  });
}

const partsOf = (path: string): { readonly stem: string; readonly suffix: string } => {
  const suffix = path.endsWith(TEMPLATE_SUFFIX) ? TEMPLATE_SUFFIX : extname(path);
  return { stem: basename(path, suffix).normalize(), suffix };
};

/** What stands behind the stem. A few languages only, since `.draft` and `.old` are nobody's language. */
const NEARLY =
  /^[._](?:liquid\.)?(zh|en|ja|ko|th|vi)(?:[-_.]?([a-z]{2}|hant|hans))?(?:\.liquid)?(?:\.json)?(?:\.liquid)?$/i;
const SCRIPTS: ReadonlyMap<string, string> = new Map([
  ['HANT', 'TW'],
  ['HANS', 'CN'],
]);

/** Texts that are never sent, since their names are not quite those of a locale: `.zh-tw`, `.zh_TW`, `.zh-Hant`. */
export function misnamedFiles(path: string, list: ListFolder): { readonly file: string; readonly locale: string }[] {
  const { stem } = partsOf(path);
  const used = new Set(localeFiles(path, list).map(([, file]) => file));
  return list(dirname(path)).flatMap((name) => {
    const file = join(dirname(path), name);
    const plain = name.normalize();
    if (!plain.startsWith(stem) || used.has(file)) return [];
    const [, language, area] = NEARLY.exec(plain.slice(stem.length)) ?? [];
    if (language === undefined) return [];
    const region = area && (SCRIPTS.get(area.toUpperCase()) ?? area.toUpperCase());
    return [{ file, locale: [language.toLowerCase(), ...(region === undefined ? [] : [region])].join('-') }];
  });
}
