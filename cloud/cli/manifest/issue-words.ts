import { own } from '../../../protocol/own.ts';
import type { Words } from './rules.ts';

/** What a schema says of a value, in both languages: the sentences of our fields, and those of the schema library. */

const FIELDS_ZH_TW: Readonly<Record<string, string>> = {
  'use 1 to 64 of a-z, 0-9 and "-", e.g. taipei-1': '請用 1 到 64 個 a-z、0-9、「-」，例如 taipei-1',
  'an id, or a prefix ending in "*", e.g. taipei-*': '必須是 id，或以「*」結尾的開頭，例如 taipei-*',
  'a time zone is an IANA name, e.g. Asia/Taipei': '時區必須是 IANA 名稱，例如 Asia/Taipei',
  'a duration is ISO 8601, e.g. PT30M, P7D': '期間的寫法是 ISO 8601，例如 PT30M、P7D',
  'a duration is at most a hundred years': '期間最長一百年',
  'a duration is at most a hundred years; for all of time write ever': '期間最長一百年；永久請寫 ever',
  'a date looks like 2026-12-31': '日期的寫法是 2026-12-31',
  'there is no such day': '沒有這一天',
  'there is no such date': '沒有這一天',
  'a time looks like 09:30': '時間的寫法是 09:30',
  'hours look like 11:00-20:00': '時段的寫法是 11:00-20:00',
  'hours must not be empty; for all day write 00:00-24:00': '時段不能是空的；全天請寫 00:00-24:00',
  'none, or hours such as 21:00-09:00': '必須是 none 或時段，例如 21:00-09:00',
  'a date and time look like 2026-12-24T10:00': '日期與時間的寫法是 2026-12-24T10:00',
  'write either at (a date and time) or every (days and a time)': 'at（日期與時間）與 every（星期與時間）擇一填寫',
  'name at least one trigger': '至少要有一個觸發條件',
  'a phrase needs a letter, a digit or an emoji': '關鍵字至少要有一個文字、數字或表情符號',
  'a currency looks like TWD': '幣別的寫法是 TWD',
  'a holdout looks like 10%': '對照組的寫法是 10%',
  'a holdout is more than 0% and at most 50%': '對照組必須大於 0%，最多 50%',
  'a locale looks like zh-TW': '語言的寫法是 zh-TW',
  'a language looks like zh-TW, or default': '語言的寫法是 zh-TW，或 default',
  'one condition each; join several with all or any': '每個位置只寫一個條件；多個條件請用 all 或 any 合併',
  'write either within or olderThan': 'within 與 olderThan 擇一填寫',
  'write atLeast or atMost': '請寫 atLeast 或 atMost',
  'write monthDays or weekdays': '請寫 monthDays 或 weekdays',
  'compare with one of eq, in, gt, gte, lt, lte, exists': '請用 eq、in、gt、gte、lt、lte、exists 其中之一比較',
  'one of day, week, month, year, ever, or a duration, e.g. P30D':
    '必須是 day、week、month、year、ever 其中之一，或期間，例如 P30D',
  'write a default text': '請寫 default（預設文字）',
  'an attribute is named like shoe_size': '屬性的名稱像 shoe_size：小寫英文、數字與底線',
  'ask for name, phone, email or birthday, or name an attribute with its label':
    '可詢問 name、phone、email、birthday，或以名稱與標題寫一個屬性',
  'a purpose is named like membership': '用途的名稱像 membership：小寫英文、數字與底線',
  'a country is two letters, e.g. TW': '國家是兩個英文字母，例如 TW',
  'a web shop has an https address': '網路商店的網址以 https:// 開頭',
  'a HWID is 10 hexadecimal digits, as LINE issued it': 'HWID 是 LINE 核發的 10 個十六進位數字',
  'a UUID looks like d0d2ce24-9efc-11e5-82c4-1c6a7a17ef38': 'UUID 的寫法像 d0d2ce24-9efc-11e5-82c4-1c6a7a17ef38',
  'conditions may stand at most 20 deep in one another': '條件最多只能有 20 層',
  'of our own there are pharos:coupon and pharos:coupon-text': '內建的只有 pharos:coupon 與 pharos:coupon-text',
  'holds the character U+0000, which no text may hold': '含有字元 U+0000，文字中不能有它',
  'write apiVersion: pharos/v1': '請寫 apiVersion: pharos/v1',
  'there is one policy, and its id is house': '政策只有一份，id 是 house',
  'sources needs a default text': 'sources 必須有 default',
};

/** The same in the words of people; what we have no Chinese for stays English in brackets. */
export function issueWords(name: string, message: string): Words {
  const [en, zh] = libraryWords(message) ?? [message, own(FIELDS_ZH_TW, message)];
  return { en: `${name}: ${en}`, 'zh-TW': zh === undefined ? `${name} 不符合要求（${en}）` : `${name}：${zh}` };
}

/** The schema library's own sentences, without its jargon. */
function libraryWords(message: string): readonly [en: string, zh: string] | undefined {
  const kinds = /^Invalid input: expected (.+), received (.+)$/.exec(message);
  if (kinds !== null) {
    const [, expected = '', received = ''] = kinds;
    if (expected === 'int' && received === 'number') {
      return ['must be a whole number, without a fraction', '必須是整數，不能有小數'];
    }
    const [en, zh] = typeWords(expected);
    const [got, gotZh] = typeWords(received);
    return [`must be ${en}, not ${got}`, `必須是${zh}，不能是${gotZh}`];
  }
  const range = /^Too (?:small|big): expected (\w+) to (?:be|have) (>=|<=|>|<)(\S+)/.exec(message);
  if (range === null) return undefined;
  const [, of = '', sign = '', number = ''] = range;
  const [en, zh] = own(SIGNS, sign) ?? ['', ''];
  const [unit, unitZh] = own(COUNTED, of) ?? ['', ''];
  return [`must be ${en} ${number}${unit}`, `必須${zh} ${number}${unitZh}`];
}

const SIGNS: Readonly<Record<string, readonly [string, string]>> = {
  '>=': ['at least', '至少'],
  '<=': ['at most', '最多'],
  '>': ['more than', '大於'],
  '<': ['less than', '小於'],
};

const COUNTED: Readonly<Record<string, readonly [string, string]>> = {
  string: [' characters', ' 字'],
  array: [' items', ' 項'],
};

const typeWords = (type: string): readonly [string, string] => own(TYPES, type) ?? [type, ` ${type}`];

const TYPES: Readonly<Record<string, readonly [string, string]>> = {
  string: ['text', '文字'],
  number: ['a number', '數字'],
  int: ['a whole number', '整數'],
  array: ['a list', '列表'],
  object: ['a map of keys', '「鍵: 值」的集合'],
  record: ['a map of keys', '「鍵: 值」的集合'],
  boolean: ['true or false', ' true 或 false'],
  null: ['empty', '空的'],
  undefined: ['missing', '缺少'],
  Infinity: ['without end', '無限大'],
  '-Infinity': ['without end', '無限大'],
  NaN: ['no number', '非數字'],
};
