import { nearMiss } from '../../../protocol/near-miss.ts';
import { MANIFEST_KINDS, type ManifestIssue } from '../../core/manifest/manifest.ts';
import type { SourceDocument } from './documents.ts';
import { type Finding, found as finding } from './finding.ts';
import { issueWords } from './issue-words.ts';
import { didYouMean, explainKey, formsFix } from './key-words.ts';
import { fitsAt, meantBy } from './meant.ts';
import { isRuleId, RULES, type RuleId, type Words } from './rules.ts';
import { choicesAt, formsAt, helpAt, type SchemaPlace, valueAt } from './schema-shape.ts';

/** One complaint of the schema in the words of the person who typed the file, with place and advice. */
export function explainIssue(document: SourceDocument, kind: unknown, { path, message, rule }: ManifestIssue): Finding {
  const found = document.find(path);
  const place = document.place(found.whole ? found.valueOffset : found.keyOffset);
  const name = nameOf(path);
  const here = { kind, path, document: document.value };
  const given = valueAt(document.value, path);

  if (message === 'unknown key') return explainKey(document.place(found.keyOffset), here);
  if (path.length === 0)
    return finding('not-a-manifest', place, 'a manifest is a map of keys', 'see pharos help campaign-file');
  if (path[0] === 'kind' && path.length === 1) {
    const zh = `kind 必須是 ${MANIFEST_KINDS.join(', ')} 其中之一`;
    return told('wrong-kind', { en: message, 'zh-TW': zh }, didYouMean(nearMiss(String(given ?? ''), MANIFEST_KINDS)));
  }
  if (path[0] === 'apiVersion' && path.length === 1) return finding('wrong-version', place, message);
  if (isRuleId(rule)) return finding(rule, place, message);

  const choices = choicesAt(here);
  if (!found.whole && (/^(Invalid |must be one of )/.test(message) || message === NO_FORM)) {
    const where = path.slice(0, -1).join('.');
    const words = {
      en: `"${name}" is missing${where === '' ? '' : ` in ${where}`}`,
      'zh-TW': `${where === '' ? '' : `${where} `}缺少「${name}」`,
    };
    return told('missing-key', words, oneOf(choices) ?? helpOf(here));
  }
  const meant = meantBy(here, given);
  const write = meant === undefined ? undefined : { en: `write ${meant}`, 'zh-TW': `請寫 ${meant}` };
  if (choices.length > 0) {
    const words = {
      en: `${name} must be one of ${choices.join(', ')}`,
      'zh-TW': `${name} 必須是 ${choices.join(', ')} 其中之一`,
    };
    return told('wrong-value', words, didYouMean(nearMiss(String(given ?? ''), choices)) ?? write);
  }
  if (given === null && found.scalar?.comment != null) {
    const words = {
      en: `${name} is empty: # begins a comment`,
      'zh-TW': `${name} 是空的：# 後面會被當成註解`,
    };
    const text = JSON.stringify(`#${found.scalar.comment}`);
    return told('wrong-value', words, { en: `write ${text}`, 'zh-TW': `請寫 ${text}` });
  }
  const typed = found.scalar?.source;
  if (typeof given === 'number' && typed !== undefined && fitsAt(here, typed)) {
    // YAML takes 0012345678 and 1234e56789 for numbers, and the HWID is lost.
    const text = `"${typed}"`;
    const words = {
      en: `${name} is text, but reads as a number`,
      'zh-TW': `${name} 是文字，但會被讀成數字`,
    };
    return told('number-unquoted', words, { en: `write ${text}`, 'zh-TW': `請寫 ${text}` });
  }
  if (message === NO_FORM && formsAt(here).length > 0) {
    const words = { en: `${name} has none of the forms it may have`, 'zh-TW': `${name} 不是可用的任何一種寫法` };
    return told('wrong-value', words, write ?? formsFix(here));
  }
  const zone = message.startsWith('a time zone ')
    ? didYouMean(nearMiss(String(given ?? ''), Intl.supportedValuesOf('timeZone')))
    : undefined;
  const wrongType = message.startsWith('Invalid input: expected ');
  return told('wrong-value', issueWords(name, message), zone ?? write ?? (wrongType ? helpOf(here) : undefined));

  /** In English most messages say themselves what to do. */
  function told(id: RuleId, words: Words, fix: Words | undefined): Finding {
    const plain = finding(id, place, words.en, fix?.en);
    return { ...plain, chinese: { message: words['zh-TW'], fix: fix?.['zh-TW'] ?? RULES[id].fix['zh-TW'] } };
  }
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

const oneOf = (choices: readonly string[]): Words | undefined =>
  choices.length === 0 ? undefined : { en: `one of ${choices.join(', ')}`, 'zh-TW': `可用：${choices.join(', ')}` };
