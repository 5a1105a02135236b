import type { Separator } from './parse.ts';

/** One record with its end of line, as every spreadsheet reads it. */
export const csvLine = (cells: readonly string[], separator: Separator = ','): string =>
  `${cells.map((cell) => quoted(cell, separator)).join(separator)}\r\n`;

const quoted = (cell: string, separator: Separator): string =>
  cell.includes(separator) || /["\r\n]/.test(cell) || cell.trim() !== cell ? `"${cell.replaceAll('"', '""')}"` : cell;

/** Before the first record, so that Excel reads Chinese as such. */
export const BYTE_ORDER_MARK = '\ufeff';

/** What a spreadsheet would work out as a formula. A number, also that of a phone, is none. */
const FORMULA = /^'*[=+\-@\t\r]/;
const NUMBER = /^[+-]?[\d.]+$/;

/** A text somebody else wrote: a spreadsheet must show it and not run it. {@link bareText} takes it back. */
export const inertText = (text: string): string => (FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text);

export const bareText = (cell: string): string => (/^''*[=+\-@\t\r]/.test(cell) ? cell.slice(1) : cell);
