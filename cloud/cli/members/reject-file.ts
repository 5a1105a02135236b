import type { Separator } from '../csv/parse.ts';
import { BYTE_ORDER_MARK, csvLine } from '../csv/write.ts';
import { privateFile } from '../private-file.ts';
import { REJECT_COLUMNS } from './columns.ts';

/** The rows that were not taken in, as they were, each with its reason: to be mended and brought in again. */
export interface RejectFile {
  add(row: {
    readonly cells: readonly string[];
    readonly line: number;
    readonly code: string;
    readonly detail: string;
  }): void;
  /** Puts it in its place; false where it would be empty, and there is none. */
  keep(): boolean;
  /** Without effect once it is kept. */
  drop(): void;
}

/** It names people, and so is for its owner only. Everything throws {@link Failure}. */
export function openRejectFile(path: string, titles: readonly string[], separator: Separator): RejectFile {
  // Of a reject file that is brought in: its reasons give way to the new ones.
  const kept = titles.flatMap((title, index) => ((REJECT_COLUMNS as readonly string[]).includes(title) ? [] : [index]));
  const file = privateFile(path);
  file.put(`${BYTE_ORDER_MARK}${csvLine([...kept.map((index) => titles[index] ?? ''), ...REJECT_COLUMNS], separator)}`);
  let many = 0;
  return {
    add({ cells, line, code, detail }) {
      many += 1;
      // Also what stands beyond the titles, so that a row of too many cells can be mended.
      const beyond = cells.slice(titles.length).filter((cell) => cell !== '');
      file.put(csvLine([...kept.map((index) => cells[index] ?? ''), String(line), code, detail, ...beyond], separator));
    },
    keep() {
      if (many > 0) file.keep();
      return many > 0;
    },
    drop: () => file.drop(),
  };
}
