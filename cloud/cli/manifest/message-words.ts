import { nearMiss } from '../../../protocol/near-miss.ts';
import { own } from '../../../protocol/own.ts';
import type { Words } from './rules.ts';

/** What LINE would refuse in a message, in both languages. The sentences are those of the message's own checks. */

/** Each with what its groups become; what no pattern knows stays as it is. */
const SENTENCES: readonly (readonly [pattern: RegExp, chinese: (...groups: string[]) => string])[] = [
  [
    /^must be a text of (\d+) to (\d+) characters, not (.+)$/,
    (least, most, got) =>
      Number(got) === 0 ? `不能是空的，最多 ${most} 字` : `必須是 ${least} 到 ${most} 字的文字，${gotSaid(got)}`,
  ],
  [/^must be a text, not (.+)$/, (got) => `必須是文字，${gotSaid(got)}`],
  [/^must be an object, not (.+)$/, (got) => `必須是物件 { … }，${gotSaid(got)}`],
  [
    /^must be a list of (\d+) to (\d+), not (.+)$/,
    (least, most, got) => `必須是 ${least} 到 ${most} 項的列表 [ … ]，${gotSaid(got)}`,
  ],
  [/^must be one of (.+), not (.+)$/, (known, got) => `必須是 ${known} 其中之一，${gotSaid(got)}`],
  [/^must be (\d+) bytes of JSON or less, not (\d+)$/, (most, got) => `的 JSON 最多 ${most} 位元組，現在是 ${got}`],
  [/^must not lie more than (\d+) levels deep$/, (most) => `最多只能有 ${most} 層`],
];
const WHOLE: Readonly<Record<string, string>> = {
  'must not be empty': '不能是空的',
  'must be an address that begins with https://': '必須是以 https:// 開頭的網址',
  'must be an address that begins with http:, https:, line: or tel:, other characters percent-encoded':
    '必須是以 http:、https:、line: 或 tel: 開頭的網址，其他字元要用百分號編碼',
  'must have a header, hero, body or footer': '必須有 header、hero、body 或 footer',
  'must be bubbles of one size': '的 bubble 必須同樣大小',
  'must all have as many actions': '每一欄的 actions 數量必須相同',
  'must not contain "LINE"': '不能含有「LINE」',
};

const gotSaid = (got = ''): string => {
  if (got === 'missing') return '現在沒有寫';
  if (/^\d+$/.test(got)) return `現在有 ${got}`;
  return `現在是 ${own(GOT, got) ?? got}`;
};
const GOT: Readonly<Record<string, string>> = { number: '數字', boolean: '是非值', 'a list': '列表', object: '物件' };

/** `messages[0].altText must be …`. */
export function limitWords(property: string, message: string): Words {
  const said = own(WHOLE, message) ?? patterned(message) ?? message;
  return { en: `${property} ${message}`, 'zh-TW': `${property} ${said}` };
}

function patterned(message: string): string | undefined {
  for (const [pattern, chinese] of SENTENCES) {
    const groups = pattern.exec(message);
    if (groups !== null) return chinese(...groups.slice(1));
  }
  return undefined;
}

/** What to do about it; `undefined` where no more can be said than for all limits. */
export function limitFix(message: string): Words | undefined {
  const [, known = '', got] = /^must be one of (.+), not "(.*)"$/.exec(message) ?? [];
  const meant = got === undefined ? undefined : nearMiss(got, known.split(', '));
  if (meant !== undefined) return { en: `did you mean "${meant}"?`, 'zh-TW': `是不是要寫「${meant}」？` };
  if (message.startsWith('must be one of ')) return { en: 'write one of them', 'zh-TW': '請寫其中一個' };
  if (/not missing$|must have/.test(message)) return { en: 'write it', 'zh-TW': '請補上' };
  if (/not empty$|, not 0$/.test(message))
    return { en: 'fill it in, or take out what holds it', 'zh-TW': '請填上，或整個刪除' };
  if (/text.*, not (?:number|boolean)$/.test(message)) {
    return { en: 'put it in quotation marks', 'zh-TW': '請加上引號' };
  }
  if (/^must be an address/.test(message)) {
    return {
      en: 'write a whole address, e.g. https://example.com/',
      'zh-TW': '請寫完整網址，例如 https://example.com/',
    };
  }
  if (/characters, not \d+$|bytes/.test(message)) return { en: 'shorten it', 'zh-TW': '請縮短' };
  return undefined;
}
