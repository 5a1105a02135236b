import { nearMiss } from '../../../protocol/near-miss.ts';
import { MANIFEST_KINDS, type ManifestIssue } from '../../core/manifest/manifest.ts';
import type { SourceDocument } from './documents.ts';
import { type Finding, found as finding } from './finding.ts';
import { issueWords } from './issue-words.ts';
import { didYouMean, explainKey, formsFix } from './key-words.ts';
import { fitsAt, meantBy } from './meant.ts';
import type { Found } from './place.ts';
import { isRuleId, RULES, type RuleId, type Words } from './rules.ts';
import { choicesAt, formsAt, helpAt, type SchemaPlace, valueAt } from './schema-shape.ts';

/** One complaint of the schema in the words of the person who typed the file, with place and advice. */
export function explainIssue(document: SourceDocument, kind: unknown, issue: ManifestIssue): Finding {
  const { path, message, rule } = issue;
  const found = document.find(path);
  const place = document.place(found.whole ? found.valueOffset : found.keyOffset);
  const here = { kind, path, document: document.value };

  if (message === 'unknown key') return explainKey(document.place(found.keyOffset), here);
  if (path.length === 0) return finding('not-a-manifest', place, NO_MAP, SEE_HELP);
  if (path[0] === 'apiVersion' && path.length === 1) return finding('wrong-version', place, message);
  if (isRuleId(rule)) return finding(rule, place, message);
  const { id, words, fix } = judge(here, issue, found);
  // In English most messages say themselves what to do.
  const plain = finding(id, place, words.en, fix?.en);
  return { ...plain, chinese: { message: words['zh-TW'], fix: fix?.['zh-TW'] ?? RULES[id].fix['zh-TW'] } };
}

const NO_MAP: Words = { en: 'a manifest is a map of keys', 'zh-TW': '檔案內容必須是「鍵: 值」的集合' };
const SEE_HELP: Words = { en: 'see pharos help campaign-file', 'zh-TW': '請看 pharos help campaign-file' };

interface Verdict {
  readonly id: RuleId;
  readonly words: Words;
  readonly fix: Words | undefined;
}

/** What is wrong with a value, or with there being none. */
function judge(here: SchemaPlace, { path, message }: ManifestIssue, { whole, scalar }: Found): Verdict {
  const name = nameOf(path);
  const given = valueAt(here.document, path);
  const isKind = path[0] === 'kind' && path.length === 1;
  const choices = isKind ? MANIFEST_KINDS : choicesAt(here);
  if (!whole && !isKind && (/^(Invalid |must be one of )/.test(message) || message === NO_FORM)) {
    return { id: 'missing-key', words: missing(name, path), fix: oneOf(choices) ?? helpOf(here) };
  }
  const meant = meantBy(here, given);
  const write = meant === undefined ? undefined : writing(meant);
  if (choices.length > 0) {
    const words = {
      en: `${name} must be one of ${choices.join(', ')}`,
      'zh-TW': `${name} 必須是 ${choices.join(', ')} 其中之一`,
    };
    const fix = didYouMean(nearMiss(String(given ?? ''), choices)) ?? write ?? onlyOne(choices);
    return { id: isKind ? 'wrong-kind' : 'wrong-value', words, fix };
  }
  if (given === null && scalar?.comment != null) {
    const words = { en: `${name} is empty: # begins a comment`, 'zh-TW': `${name} 是空的：# 後面會被當成註解` };
    const text = `#${scalar.comment}`;
    // What has a space behind the mark was meant for a comment.
    const isText = /^#\S/.test(text) && fitsAt(here, text);
    return { id: 'wrong-value', words, fix: isText ? writing(JSON.stringify(text)) : helpOf(here) };
  }
  const typed = scalar?.source;
  if (typeof given === 'number' && typed !== undefined && fitsAt(here, typed)) {
    // YAML takes 0012345678 and 1234e56789 for numbers, and the HWID is lost.
    const words = { en: `${name} is text, but reads as a number`, 'zh-TW': `${name} 是文字，但會被讀成數字` };
    return { id: 'number-unquoted', words, fix: writing(`"${typed}"`) };
  }
  if (message === NO_FORM && formsAt(here).length > 0) {
    const words = { en: `${name} has none of the forms it may have`, 'zh-TW': `${name} 不是可用的任何一種寫法` };
    return { id: 'wrong-value', words, fix: write ?? formsFix(here) };
  }
  const zone = message.startsWith('a time zone ')
    ? didYouMean(nearMiss(String(given ?? ''), Intl.supportedValuesOf('timeZone')))
    : undefined;
  const help = message.startsWith('Invalid input: expected ') ? helpOf(here) : undefined;
  return { id: 'wrong-value', words: issueWords(name, message), fix: zone ?? write ?? help };
}

const writing = (text: string): Words => ({ en: `write ${text}`, 'zh-TW': `請寫 ${text}` });

function missing(name: string, path: ManifestIssue['path']): Words {
  const where = path.slice(0, -1).join('.');
  return where === ''
    ? { en: `"${name}" is missing`, 'zh-TW': `缺少「${name}」` }
    : { en: `"${name}" is missing in ${where}`, 'zh-TW': `${where} 缺少「${name}」` };
}

const NO_FORM = 'none of the known forms fits';

/** `days[0]` for an entry of a list. */
function nameOf(path: ManifestIssue['path']): string {
  const last = path.at(-1) ?? 'document';
  return typeof last === 'number' ? `${path.at(-2)}[${last}]` : last;
}

/** `stock: how many coupons there are`. */
function helpOf(here: SchemaPlace): Words | undefined {
  const help = helpAt(here);
  const name = nameOf(here.path);
  return help && { en: `${name}: ${help.en}`, 'zh-TW': `${name}：${help['zh-TW']}` };
}

const onlyOne = ([choice, ...others]: readonly string[]): Words | undefined =>
  choice === undefined || others.length > 0 ? undefined : writing(choice);

const oneOf = (choices: readonly string[]): Words | undefined =>
  choices.length === 0 ? undefined : { en: `one of ${choices.join(', ')}`, 'zh-TW': `可用：${choices.join(', ')}` };
