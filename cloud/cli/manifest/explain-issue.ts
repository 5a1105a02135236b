import { nearMiss } from '../../../protocol/near-miss.ts';
import { own } from '../../../protocol/own.ts';
import { MANIFEST_KINDS, type ManifestIssue } from '../../core/manifest/manifest.ts';
import type { SourceDocument } from './documents.ts';
import { type Finding, found as finding } from './finding.ts';
import { isRuleId } from './rules.ts';
import { choicesAt, formsAt, valueAt } from './schema-shape.ts';

/** One complaint of the schema in the words of the person who typed the file, with place and advice. */
export function explainIssue(document: SourceDocument, kind: unknown, { path, message, rule }: ManifestIssue): Finding {
  const found = document.find(path);
  const place = document.place(found.whole ? found.valueOffset : found.keyOffset);
  const name = String(path.at(-1) ?? 'document');
  const here = { kind, path, document: document.value };

  if (message === 'unknown key') {
    const valid = [...new Set(formsAt({ ...here, path: path.slice(0, -1) }).flat())];
    return finding('unknown-key', document.place(found.keyOffset), `"${name}" is not a key here`, suggest(name, valid));
  }
  if (path.length === 0)
    return finding('not-a-manifest', place, 'a manifest is a map of keys', 'see pharos help campaign-file');
  if (path[0] === 'kind' && path.length === 1) {
    return finding('wrong-kind', place, message, nearMissFix(String(found.scalar?.value ?? ''), MANIFEST_KINDS));
  }
  if (path[0] === 'apiVersion' && path.length === 1) return finding('wrong-version', place, message);

  const choices = choicesAt(here);
  if (isRuleId(rule)) return finding(rule, place, message);
  if (!found.whole && (/^(Invalid |must be one of )/.test(message) || message === NO_FORM)) {
    const where = path.length > 1 ? ` in ${path.slice(0, -1).join('.')}` : '';
    return finding('missing-key', place, `"${name}" is missing${where}`, advice('one of', choices));
  }
  if (choices.length > 0) {
    const given = String(found.scalar?.value ?? '');
    return finding('wrong-value', place, `${name} must be one of ${choices.join(', ')}`, nearMissFix(given, choices));
  }
  if (/expected string, received number/.test(message) && found.scalar?.source !== undefined) {
    // YAML takes 0012345678 and 1234e56789 for numbers, and the HWID is lost.
    return finding(
      'number-unquoted',
      place,
      `${name} is text, but reads as a number`,
      `write "${found.scalar.source}"`,
    );
  }
  if (message.startsWith('a time zone ')) {
    const given = String(found.scalar?.value ?? '');
    return finding('wrong-value', place, `${name}: ${message}`, nearMissFix(given, Intl.supportedValuesOf('timeZone')));
  }
  const forms = formsAt(here);
  if (message === NO_FORM && forms.length > 0) {
    return finding('wrong-value', place, `${name} has none of the forms it may have`, formsFix(document, path, forms));
  }
  return finding('wrong-value', place, `${name}: ${plainWords(message)}`);
}

const NO_FORM = 'none of the known forms fits';

function formsFix(
  { value }: SourceDocument,
  path: ManifestIssue['path'],
  forms: readonly (readonly string[])[],
): string {
  const given = valueAt(value, path);
  const known = forms.flat();
  const written = typeof given === 'object' && given !== null ? Object.keys(given) : [];
  const meant = written.filter((key) => !known.includes(key)).map((key) => nearMiss(key, known));
  const guess = meant.find((key) => key !== undefined);
  return guess === undefined
    ? `use ${forms.map((keys) => `{ ${keys.join(', ')} }`).join(' or ')}`
    : `did you mean "${guess}"?`;
}

const suggest = (word: string, valid: readonly string[]): string | undefined =>
  nearMissFix(word, valid) ?? advice('valid keys:', valid);

function nearMissFix(word: string, candidates: readonly string[]): string | undefined {
  const meant = nearMiss(word, candidates);
  return meant === undefined ? undefined : `did you mean "${meant}"?`;
}

const advice = (lead: string, words: readonly string[]): string | undefined =>
  words.length === 0 ? undefined : `${lead} ${words.join(', ')}`;

/** The schema library's own sentences, without its jargon. */
function plainWords(message: string): string {
  const kinds = /^Invalid input: expected (.+), received (.+)$/.exec(message);
  if (kinds !== null)
    return `must be ${own(TYPE_WORDS, kinds[1] ?? '') ?? kinds[1]}, not ${own(TYPE_WORDS, kinds[2] ?? '') ?? kinds[2]}`;
  const range = /^Too (?:small|big): expected \w+ to (?:be|have) (.+)$/.exec(message);
  if (range !== null)
    return `must be ${(range[1] ?? '').replace('>=', 'at least ').replace('<=', 'at most ').replace('>', 'more than ').replace('<', 'less than ')}`;
  return message;
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  array: 'a list',
  object: 'a map of keys',
  record: 'a map of keys',
  boolean: 'true or false',
  null: 'empty',
  undefined: 'missing',
};
