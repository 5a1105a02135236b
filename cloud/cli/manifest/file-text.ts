import { type Finding, found } from './finding.ts';
import type { Place } from './place.ts';

/** What a file that people wrote says. UTF-16 is what "Unicode" means to some editors, so it is read where it says so. */
export interface FileText {
  readonly text: string;
  /** The first place that is no text; what stands there is lost. */
  readonly notText?: Place;
}

/** A mark at the beginning that tells the encoding is no part of the text. */
export function readText(file: string, bytes: Uint8Array): FileText {
  const [a, b] = bytes;
  const encoding = a === 0xff && b === 0xfe ? 'utf-16le' : a === 0xfe && b === 0xff ? 'utf-16be' : 'utf-8';
  try {
    return { text: new TextDecoder(encoding, { fatal: true }).decode(bytes) };
  } catch {
    const text = new TextDecoder(encoding).decode(bytes);
    const [before = ''] = text.split('\uFFFD', 1);
    const lines = before.split('\n');
    return { text, notText: { file, line: lines.length, column: (lines.at(-1) ?? '').length + 1 } };
  }
}

/** Told as what kind of file it should have been. */
export const notUtf8 = (rule: 'yaml-syntax' | 'template-invalid', place: Place): Finding =>
  found(
    rule,
    place,
    {
      en: 'this file is not written in UTF-8: here stands no character',
      'zh-TW': '這個檔案不是 UTF-8 編碼，這裡的文字無法辨識',
    },
    {
      en: 'save it as UTF-8; in Chinese Windows it was perhaps saved as Big5 (ANSI)',
      'zh-TW': '請另存成 UTF-8；可能存成了 Big5（ANSI）',
    },
  );
