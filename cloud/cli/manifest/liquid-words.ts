import { nearMiss } from '../../../protocol/near-miss.ts';
import { FILTER_NAMES, TAG_NAMES } from '../../core/message/engine.ts';
import type { Advised, Words } from './rules.ts';

/** What LiquidJS says of a template, in words for whoever typed it. What no pattern knows is told as it says it. */

const meantOf = (word: string, known: readonly string[], otherwise: Words): Words => {
  const meant = nearMiss(word, known);
  return meant === undefined ? otherwise : { en: `did you mean "${meant}"?`, 'zh-TW': `是不是要寫「${meant}」？` };
};

const NO_FILTER: Words = { en: 'take out what follows the |', 'zh-TW': '請刪除 | 後面的部分' };
const NO_TAG: Words = {
  en: 'use if, unless, case, for, assign, capture or comment',
  'zh-TW': '可用 if、unless、case、for、assign、capture、comment',
};

const COMPLAINTS: readonly (readonly [pattern: RegExp, words: (what: string) => Advised])[] = [
  [
    /^undefined filter: (.+)$/,
    (name) => ({
      message: { en: `there is no filter ${name}`, 'zh-TW': `沒有 ${name} 這個過濾器` },
      fix: meantOf(name, FILTER_NAMES, NO_FILTER),
    }),
  ],
  [
    /^tag "(.+)" not found$/,
    (name) => ({
      message: { en: `there is no tag ${name}`, 'zh-TW': `沒有 ${name} 這個標籤` },
      fix: meantOf(name, TAG_NAMES, NO_TAG),
    }),
  ],
  [
    /^ENOENT: Failed to lookup (.+) in /,
    (name) => ({
      message: { en: `a template cannot take in another file: ${name}`, 'zh-TW': `範本不能引用其他檔案：${name}` },
      fix: { en: 'write its text here', 'zh-TW': '請把內容直接寫在這裡' },
    }),
  ],
  [
    /^tag (.+) not closed$/s,
    (tag) => {
      const name = /^\{%-?\s*(\w+)/.exec(tag)?.[1];
      return {
        message: { en: `${tag} is never closed`, 'zh-TW': `${tag} 沒有結束` },
        fix:
          name === undefined || !tag.endsWith('%}')
            ? { en: 'write %} where it ends', 'zh-TW': '請在結束處寫 %}' }
            : { en: `write {% end${name} %} where it ends`, 'zh-TW': `請在結束處寫 {% end${name} %}` },
      };
    },
  ],
  [
    /^(?:output ".*" not closed|expected "\|" before filter)$/s,
    () => ({
      message: { en: 'this {{ is not closed by }}', 'zh-TW': '這個 {{ 沒有以 }} 結束' },
      fix: { en: 'write {{ name }}, e.g. {{ coupon.code }}', 'zh-TW': '請寫成 {{ 名稱 }}，例如 {{ coupon.code }}' },
    }),
  ],
  [
    /^(?:memory alloc|template render|parse length) limit exceeded$/,
    () => ({
      message: { en: 'it makes far too long a text, or never ends', 'zh-TW': '產生的文字太長，或永遠不會結束' },
      fix: { en: 'make the loop shorter', 'zh-TW': '請縮短迴圈' },
    }),
  ],
];

/** `undefined` where the library's own words must do. */
export function liquidWords(complaint: string): Advised | undefined {
  for (const [pattern, words] of COMPLAINTS) {
    const found = pattern.exec(complaint);
    if (found !== null) return words(found[1] ?? '');
  }
  return undefined;
}
