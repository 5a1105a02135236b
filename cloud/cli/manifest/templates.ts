import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { nearMiss } from '../../../protocol/near-miss.ts';
import { MOST_TEMPLATE_CHARACTERS } from '../../core/message/engine.ts';
import type { OfferMessage } from '../../core/message/sample.ts';
import { faultSaid } from '../fault-words.ts';
import { type FileText, notUtf8, readText } from './file-text.ts';
import { type Finding, found } from './finding.ts';
import { type ListFolder, localeFiles, misnamedFiles, onDisk, TEMPLATE_SUFFIX } from './locale-files.ts';
import type { Place } from './place.ts';
import type { Words } from './rules.ts';
import { templateFindings } from './template-findings.ts';

export interface ReadTemplates {
  /** Locale → text; `default` is always there unless a finding says why not. */
  readonly sources: Readonly<Record<string, string>>;
  readonly findings: readonly Finding[];
  /** Forms the texts link to. */
  readonly forms: readonly string[];
  /** Where the texts stand. */
  readonly files: readonly string[];
}

export interface TemplateAsked {
  readonly manifestFile: string;
  readonly template: string;
  readonly place: Place;
  readonly message: OfferMessage;
  /** Whether there always is a store the message may name. */
  readonly hasStore: boolean;
  readonly list: ListFolder;
}

/**
 * A message template and the locale files beside it: `tea.liquid.json`, `tea.zh-TW.liquid.json`. `template` is relative
 * to the manifest; `place` is where the manifest names it. Each text is tried with made-up values.
 */
export function readTemplates({
  manifestFile,
  template,
  place,
  message,
  hasStore,
  list,
}: TemplateAsked): ReadTemplates {
  const path = onDisk(join(dirname(manifestFile), template), list);
  if (!existsSync(path)) return { sources: {}, forms: [], files: [], findings: [missing(path, place, list)] };
  const sources: Record<string, string> = {};
  const findings = misnamedFiles(path, list).map(unread);
  const forms = new Set<string>();
  const files = [['default', path] as const, ...localeFiles(path, list)];
  for (const [locale, file] of files) {
    const read = readTemplate(file);
    if ('complaint' in read) {
      findings.push(found('template-missing', place, read.complaint, READABLE));
      continue;
    }
    sources[locale] = read.text;
    const checked =
      read.notText === undefined
        ? checkTemplate(file, read.text, message, hasStore)
        : { findings: [notUtf8('template-invalid', read.notText)], forms: [] };
    findings.push(...checked.findings);
    for (const form of checked.forms) forms.add(form);
  }
  return { sources, findings, forms: [...forms], files: files.map(([, file]) => file) };
}

function readTemplate(file: string): FileText | { readonly complaint: Words } {
  try {
    return readText(file, readFileSync(file));
  } catch (fault) {
    const { en, 'zh-TW': zh } = faultSaid(fault);
    return { complaint: { en: `${file}: ${en}`, 'zh-TW': `${file}：${zh}` } };
  }
}

/** A file that is not there; one beside it may be meant. */
function missing(path: string, place: Place, list: ListFolder): Finding {
  const folder = dirname(path);
  const beside = existsSync(folder)
    ? list(folder).filter((name) => extname(name) !== '' || name === basename(path))
    : [];
  const meant = beside.includes(`${basename(path)}${TEMPLATE_SUFFIX}`)
    ? `${basename(path)}${TEMPLATE_SUFFIX}`
    : nearMiss(basename(path), beside);
  const message = { en: `there is no template ${path}`, 'zh-TW': `沒有 ${path} 這個範本` };
  const fix = meant === undefined ? undefined : { en: `did you mean "${meant}"?`, 'zh-TW': `是不是要寫「${meant}」？` };
  return found('template-missing', place, message, fix ?? CREATE);
}

const CREATE: Words = {
  en: 'create it, or correct the name; it is relative to this file',
  'zh-TW': '請建立檔案或更正檔名；路徑以這個檔案所在位置為準',
};
const READABLE: Words = { en: 'make it a file you may read', 'zh-TW': '請確認它是可以讀取的檔案' };

function checkTemplate(
  file: string,
  text: string,
  message: OfferMessage,
  hasStore: boolean,
): Pick<ReadTemplates, 'findings' | 'forms'> {
  if (text.length <= MOST_TEMPLATE_CHARACTERS) return templateFindings({ file, text, message, hasStore });
  const complaint = {
    en: `a template has at most ${MOST_TEMPLATE_CHARACTERS} characters, not ${text.length}`,
    'zh-TW': `範本最多 ${MOST_TEMPLATE_CHARACTERS} 字元，現在有 ${text.length}`,
  };
  return { findings: [found('template-invalid', topOf(file), complaint)], forms: [] };
}

const unread = ({ file, locale }: { readonly file: string; readonly locale: string }): Finding =>
  found(
    'locale-unread',
    topOf(file),
    {
      en: `nobody gets this text: its name is not quite that of language ${locale}`,
      'zh-TW': `這個檔案不會被使用：檔名不是語言 ${locale} 的寫法`,
    },
    { en: `name it ….${locale}.…`, 'zh-TW': `請改名為 ….${locale}.…` },
  );

const topOf = (file: string): Place => ({ file, line: 1, column: 1 });
