import { nearMiss } from '../../../protocol/near-miss.ts';
import { type Finding, found } from './finding.ts';
import type { Place } from './place.ts';
import type { Words } from './rules.ts';
import { formsAt, keyHomes, type SchemaPlace, valueAt, wordsAt } from './schema-shape.ts';

/** Advice about keys that mean nothing where they stand. */

export const didYouMean = (meant: string | undefined): Words | undefined =>
  meant === undefined ? undefined : { en: `did you mean "${meant}"?`, 'zh-TW': `是不是要寫「${meant}」？` };

/** Other words for our keys, which no slip of the finger explains; "and" would be taken for "any". */
const SYNONYMS: ReadonlyMap<string, string> = new Map([
  ['and', 'all'],
  ['every', 'all'],
  ['or', 'any'],
  ['some', 'any'],
  ['discount', 'percent'],
  ['off', 'percent'],
  ['gift', 'item'],
  ['timezone', 'timeZone'],
]);

function meantKey(name: string, valid: readonly string[]): Words | undefined {
  const same = SYNONYMS.get(name.toLowerCase());
  return didYouMean(same !== undefined && valid.includes(same) ? same : nearMiss(name, valid));
}

/** A key nobody knows at a place; the last part of the path is the key. */
export function explainKey(place: Place, here: SchemaPlace): Finding {
  const name = String(here.path.at(-1) ?? '');
  const valid = [...new Set(formsAt({ ...here, path: here.path.slice(0, -1) }).flat())];
  const message = { en: `"${name}" is not a key here`, 'zh-TW': `這裡沒有「${name}」這個鍵` };
  const fix =
    indented(name) ?? glued(name, valid) ?? thousands(name, here) ?? meantKey(name, valid) ?? elsewhere(name, here);
  return found('unknown-key', place, message, fix ?? listed(valid));
}

/** Of an object that fits none of its forms: a key that is nearly one of theirs, else what they are. */
export function formsFix(here: SchemaPlace): Words {
  const forms = formsAt(here);
  const given = valueAt(here.document, here.path);
  const known = forms.flat();
  const written = typeof given === 'object' && given !== null ? Object.keys(given) : [];
  const strange = written.filter((key) => !known.includes(key));
  const [slip] = strange.flatMap((key) => glued(key, known) ?? meantKey(key, known) ?? []);
  if (slip !== undefined) return slip;
  const keys = [...wordsAt(here), ...forms.map((form) => `{ ${form.join(', ')} }`)];
  return { en: `use ${keys.join(' or ')}`, 'zh-TW': `可用：${keys.join(' 或 ')}` };
}

/** Wide spaces before a key are part of it. */
const indented = (name: string): Words | undefined =>
  name === name.trim() ? undefined : { en: 'indent it with plain spaces', 'zh-TW': '請改用半形空格縮排' };

/** `percent:20` and `percent = 20` read as one long key. */
function glued(name: string, valid: readonly string[]): Words | undefined {
  const [, key = '', value = ''] = /^(\w+)\s*[:：=]\s*(.*)$/.exec(name) ?? [];
  return valid.includes(key)
    ? { en: `write ${key}: ${value}, with a space after the colon`, 'zh-TW': `請寫 ${key}: ${value}，冒號後面要有空格` }
    : undefined;
}

/** `{ amount: 5,000 }` reads as an amount of 5 and a key 000. */
const thousands = (name: string, { path, document }: SchemaPlace): Words | undefined =>
  /^\p{Nd}+$/u.test(name) && valueAt(document, path) === null
    ? { en: 'write numbers without a comma', 'zh-TW': '數字裡不要寫逗號' }
    : undefined;

/** It stands too far in or out. */
function elsewhere(name: string, { kind, path }: SchemaPlace): Words | undefined {
  const here = path.slice(0, -1).join('.');
  const homes = keyHomes(kind, name).filter(
    (home) => home !== here && (`${home}.`.startsWith(`${here}.`) || `${here}.`.startsWith(`${home}.`) || here === ''),
  );
  const [home] = homes;
  return home === undefined || homes.length > 1
    ? undefined
    : { en: `it belongs to ${home}`, 'zh-TW': `它屬於 ${home}` };
}

const listed = (valid: readonly string[]): Words | undefined =>
  valid.length === 0 ? undefined : { en: `valid keys: ${valid.join(', ')}`, 'zh-TW': `可用的鍵：${valid.join(', ')}` };
