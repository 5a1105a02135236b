import { columnsOf, countOf, isMoney, moneyOf } from './columns.ts';
import type { ToldLine, ToldReport } from './told.ts';

/**
 * The rows as CSV (RFC 4180) for spreadsheets, without the total, which a pivot table would count again. Money is in
 * minor units, a column for each currency; heads are ids and the same in every language.
 */
export function reportCsv(report: ToldReport): string {
  const { rows, by, total } = report;
  const figures = columnsOf(report).flatMap((column): [string, (line: ToldLine) => string][] => {
    if (!isMoney(column)) return [[column, (line) => String(countOf(line, column))]];
    return Object.keys(moneyOf(total, column))
      .sort()
      .map((currency) => [`${column}_minor_${currency}`, (line) => minor(moneyOf(line, column)[currency])]);
  });
  const reasons = by === 'reason' ? [] : Object.keys(total.reasons).sort();
  const heads = [by, 'name', ...figures.map(([head]) => head), ...reasons.map((reason) => `refused_${reason}`)];
  const lines = rows.map((line) => [
    ...[line.key ?? '', line.name ?? ''],
    ...figures.map(([, figure]) => figure(line)),
    ...reasons.map((reason) => String(line.reasons[reason] ?? 0)),
  ]);
  return [heads, ...lines].map((cells) => `${cells.map(quoted).join(',')}\r\n`).join('');
}

const minor = (value: number | undefined): string => (value === undefined ? '' : String(Math.round(value * 100) / 100));

/** A name that a spreadsheet would take for a formula is made a text. */
function quoted(cell: string): string {
  const harmless = /^[=+\-@\t\r]/.test(cell) && Number.isNaN(Number(cell)) ? `'${cell}` : cell;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
