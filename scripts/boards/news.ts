import { unreachable } from '../../protocol/result.ts';
import type { BoardSetting } from './board.ts';

/** What a setting did to a text, if it did anything. */
export function newsOf(setting: BoardSetting, before: string, after: string): string | undefined {
  const appears = (part: string, by: RegExp): boolean => !has(before, part, by) && has(after, part, by);
  switch (setting.kind) {
    case 'config-line':
      return appears(setting.line, /\n/) ? setting.line : undefined;
    case 'config-without':
      return has(before, setting.line, /\n/) && !has(after, setting.line, /\n/) ? `without ${setting.line}` : undefined;
    case 'cmdline':
      return appears(setting.word, /\s+/) ? setting.word : undefined;
    case 'file':
      return setting.content.trim().split('\n').at(-1);
    case 'unit':
      return undefined;
    default:
      return unreachable(setting);
  }
}

const has = (text: string, part: string, by: RegExp): boolean => text.split(by).some((one) => one.trim() === part);
