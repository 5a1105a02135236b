import type { YAMLError } from 'yaml';
import type { Advised } from './rules.ts';

/** A text that is no YAML: what its parser says, and what we say. */
export type YamlComplaint = Pick<YAMLError, 'code' | 'message' | 'pos'>;

export interface YamlTrouble extends Advised {
  readonly offset: number;
}

type Pair = readonly [english: string, chinese: string];

export const at = (offset: number, [en, zh]: Pair, [fix, fixZh]: Pair): YamlTrouble => ({
  offset,
  message: { en, 'zh-TW': zh },
  fix: { en: fix, 'zh-TW': fixZh },
});

export interface Line {
  /** Where it begins. */
  readonly from: number;
  /** Without its end. */
  readonly written: string;
}

/** The line a place is in. */
export function lineAt(text: string, offset: number): Line {
  const from = text.lastIndexOf('\n', offset - 1) + 1;
  const end = text.indexOf('\n', from);
  const written = text.slice(from, end < 0 ? text.length : end).replace(/\r$/, '');
  return { from, written };
}

export const lineAfter = (text: string, { from, written }: Line): Line => {
  const next = text.indexOf('\n', from + written.length);
  return lineAt(text, next < 0 ? text.length : next + 1);
};

/** Spaces a line begins with. */
export const indentOf = ({ written }: Line): number => written.length - written.replace(/^ +/, '').length;
