import type { z } from 'zod';
import { parseHex } from '../../protocol/bytes.ts';
import { ProximityUuid } from '../../protocol/ids.ts';
import type { TagSubject } from '../../protocol/messages/common.ts';
import { own } from '../../protocol/own.ts';
import { misuse, type Said } from './failure.ts';

/** Values typed behind options. All throw a misuse that names the option. */

/** What schemas say of values that people type, by their English sentence. */
const REASONS_ZH_TW: Readonly<Record<string, string>> = {
  'a HWID is 10 hexadecimal digits, as LINE issued it': 'HWID 是 LINE 核發的 10 個十六進位數字',
  'a device message is 1 to 13 bytes in hexadecimal': '裝置訊息是 1 到 13 個位元組的十六進位',
  'a UUID looks like d0d2ce24-9efc-11e5-82c4-1c6a7a17ef38': 'UUID 的寫法像 d0d2ce24-9efc-11e5-82c4-1c6a7a17ef38',
  'use 1 to 64 of a-z, 0-9 and "-", e.g. taipei-1': '請用 1 到 64 個小寫英文字母、數字與「-」，例如 taipei-1',
  'an id, or a prefix ending in "*", e.g. taipei-*': '請寫 id，或以「*」結尾的開頭部分，例如 taipei-*',
  'a date looks like 2026-12-31': '日期要寫成 2026-12-31，而且要存在',
};

export function parseWith<S extends z.ZodType>(schema: S, option: string, text: string): z.infer<S> {
  const parsed = schema.safeParse(text);
  if (parsed.success) return parsed.data;
  const reasons = parsed.error.issues.map(({ message }) => message);
  const why = reasons.join('; ');
  const chinese = reasons.map((reason) => own(REASONS_ZH_TW, reason) ?? reason).join('；');
  throw misuse({ en: `${option} "${text}": ${why}`, 'zh-TW': `${option} 的「${text}」不能用：${chinese}` });
}

export function parseWhole(option: string, text: string, min: number, max: number): number {
  const value = /^-?\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw misuse({
    en: `${option} must be a whole number from ${min} to ${max}, not "${text}"`,
    'zh-TW': `${option} 要是 ${min} 到 ${max} 的整數，不能是「${text}」`,
  });
}

export function parseNumber(option: string, text: string, min: number, max: number): number {
  const value = /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw misuse({
    en: `${option} must be a number from ${min} to ${max}, not "${text}"`,
    'zh-TW': `${option} 要是 ${min} 到 ${max} 的數字，不能是「${text}」`,
  });
}

export function parseBytes(option: string, text: string, length: number): Uint8Array {
  const bytes = parseHex(text);
  if (bytes?.length === length) return bytes;
  throw misuse({
    en: `${option} must be ${length} bytes in hexadecimal, not "${text}"`,
    'zh-TW': `${option} 要是 ${length} 個位元組的十六進位，不能是「${text}」`,
  });
}

/** A tag as it is printed on a card: `uuid/major/minor`. */
export function parseTag(option: string, text: string): Pick<TagSubject, 'uuid' | 'major' | 'minor'> {
  const [uuid, major, minor, ...rest] = text.split('/');
  if (uuid === undefined || major === undefined || minor === undefined || rest.length > 0) {
    throw misuse({
      en: `${option} must be UUID/MAJOR/MINOR, not "${text}"`,
      'zh-TW': `${option} 要寫成 UUID/MAJOR/MINOR，不能是「${text}」`,
    });
  }
  return {
    uuid: parseWith(ProximityUuid, option, uuid),
    major: parseWhole(`${option} major`, major, 0, 0xffff),
    minor: parseWhole(`${option} minor`, minor, 0, 0xffff),
  };
}

const AGES: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 };

/** How long ago (`7d`, `12h`, `30m`, `2w`) or since when (a date, or a moment in ISO form); UTC ms. */
export function parseSince(option: string, text: string, now: number): number {
  const [, many, unit = ''] = /^(\d{1,6})([mhdw])$/.exec(text) ?? [];
  if (many !== undefined) return Math.max(0, now - Number(many) * (AGES[unit] ?? 0));
  const at = /^\d{4}-\d{2}-\d{2}(T.*)?$/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(at)) return Math.max(0, at);
  throw misuse(notAWhen(option, text));
}

export const notAWhen = (option: string, text: string): Said => ({
  en: `${option} must be an age such as 7d or 12h, or a date such as 2026-12-31, not "${text}"`,
  'zh-TW': `${option} 要寫多久以前（例如 7d、12h）或日期（例如 2026-12-31），不能是「${text}」`,
});

export const notATimeZone = (text: string): Said => ({
  en: `--time-zone must be an IANA name such as Asia/Taipei, not "${text}"`,
  'zh-TW': `--time-zone 要是 IANA 時區名稱，例如 Asia/Taipei，不能是「${text}」`,
});
