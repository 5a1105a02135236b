import { unreachable } from '../../../protocol/result.ts';
import type { JsonTrouble } from '../../core/message/json-trouble.ts';
import type { Advised } from './rules.ts';

/** What is wrong with the JSON of a template, and what to do, to whoever typed it. */

const advised = (en: string, zh: string, fix: string, fixZh: string): Advised => ({
  message: { en, 'zh-TW': zh },
  fix: { en: fix, 'zh-TW': fixZh },
});

const IN_QUOTES = ['put it in straight quotation marks: "…"', '請用半形引號 "…" 括起來'] as const;

/** `openedLine`: of the bracket a wrong one should have closed. `inLoop`: the template repeats something. */
export function jsonWords(
  trouble: JsonTrouble,
  { openedLine, inLoop }: { openedLine?: number; inLoop: boolean },
): Advised {
  switch (trouble.kind) {
    case 'empty':
      return advised(
        'the template makes nothing',
        '範本沒有產生任何內容',
        'write a LINE message object, e.g. { "type": "text", "text": "{{ coupon.code }}" }',
        '請寫一個 LINE 訊息物件，例如 { "type": "text", "text": "{{ coupon.code }}" }',
      );
    case 'comma-missing':
      return advised('after this a comma is missing', '這後面少了逗號', 'write a comma', '請加上逗號');
    case 'text-ended':
      return advised(
        'a text has ended right before this',
        '文字在這之前就結束了',
        'a quotation mark inside a text is written \\"; a text needs one at its beginning and one at its end',
        '文字裡的引號要寫成 \\"；文字前後各要有一個引號',
      );
    case 'unopened':
      return advised(
        `before this a ${trouble.opener} is missing`,
        `這前面少了 ${trouble.opener}`,
        `write ${trouble.opener}`,
        `請加上 ${trouble.opener}`,
      );
    case 'comma-extra':
      return inLoop
        ? advised(
            'this comma comes after the last value too',
            '最後一個值後面也會出現這個逗號',
            'in a loop write {% unless forloop.last %},{% endunless %}; elsewhere take the comma out',
            '迴圈中請寫 {% unless forloop.last %},{% endunless %}；其他地方請刪除這個逗號',
          )
        : advised('no value follows this comma', '這個逗號後面沒有值', 'take the comma out', '請刪除這個逗號');
    case 'colon-missing':
      return advised(
        'after this name a colon is missing',
        '這個名稱後面少了冒號',
        'write "name": value',
        '請寫成 "名稱": 值',
      );
    case 'value-missing':
      return advised(
        'here a value is missing',
        '這裡少了一個值',
        'write a value, or take the name or comma before it out',
        '請填上值，或刪除前面的名稱或逗號',
      );
    case 'after-end':
      return advised(
        'the message has ended before this',
        '訊息在這之前已經結束',
        'take out a bracket that closes too early, or put several messages in [ … ]',
        '請刪除太早結束的括號，或把多則訊息放進 [ … ]',
      );
    case 'unclosed':
      return advised(
        `this ${trouble.opener} is never closed`,
        `這個 ${trouble.opener} 沒有結束`,
        `write ${closerOf(trouble.opener)} where it ends`,
        `請在結束處寫 ${closerOf(trouble.opener)}`,
      );
    case 'wrong-closer': {
      const [opened, openedZh] =
        openedLine === undefined ? ['', ''] : [` of line ${openedLine}`, `第 ${openedLine} 行的 `];
      return advised(
        `this ${trouble.closer} comes before the ${trouble.opener}${opened} is closed`,
        `${openedZh}${trouble.opener} 還沒結束就出現這個 ${trouble.closer}`,
        `write ${closerOf(trouble.opener)} before it`,
        `請在它前面寫 ${closerOf(trouble.opener)}`,
      );
    }
    case 'text-unclosed':
      return advised(
        'the text that begins here does not end on its line',
        '從這裡開始的文字沒有在同一行結束',
        'close it with ", and write \\n where a new line is meant',
        '請用 " 結束；文字中要換行請寫 \\n',
      );
    case 'wrong-escape':
      return advised(
        `${trouble.found} means nothing in a text`,
        `文字裡的 ${trouble.found} 沒有意義`,
        'write \\\\ for a backslash, \\n for a new line',
        '反斜線請寫 \\\\，換行請寫 \\n',
      );
    case 'comment':
      return advised(
        'there are no comments in JSON',
        'JSON 裡不能寫註解',
        'take it out, or write {% comment %}…{% endcomment %}',
        '請刪除，或改寫成 {% comment %}…{% endcomment %}',
      );
    case 'wrong-quotes':
      return advised(
        `${trouble.found} is no quotation mark of JSON`,
        `JSON 的引號不是 ${trouble.found}`,
        'write "',
        '請改用半形雙引號 "',
      );
    case 'full-width':
      return advised(
        `${trouble.found} is a full-width character`,
        `${trouble.found} 是全形字元`,
        `write ${trouble.plain}`,
        `請改用半形 ${trouble.plain}`,
      );
    case 'bare-word': {
      const lower = trouble.found.toLowerCase();
      return ['true', 'false', 'null', 'none'].includes(lower)
        ? advised(
            `${trouble.found} means nothing in JSON`,
            `JSON 不認得 ${trouble.found}`,
            `write ${lower === 'none' ? 'null' : lower}`,
            `請寫 ${lower === 'none' ? 'null' : lower}`,
          )
        : advised(
            `${trouble.found} stands here without quotation marks`,
            `${trouble.found} 沒有加上引號`,
            ...IN_QUOTES,
          );
    }
    default:
      return unreachable(trouble);
  }
}

/** The trouble begins inside of what a variable put there. */
export const VALUE_WORDS: Advised = advised(
  'what is put here is a text, and stands without quotation marks',
  '這裡填入的是文字，但沒有加上引號',
  'put quotation marks around it: "{{ … }}"',
  '請在前後加上引號："{{ … }}"',
);

const closerOf = (opener: string): string => (opener === '{' ? '}' : ']');
