import type { ReportKind } from '../../core/report/types.ts';
import type { ToldLine, ToldReport } from './told.ts';

/** The figures of a report in the order in which they are read; ids are API: they head the CSV. */
const COLUMNS = {
  campaign: [
    ...['heard', 'decided', 'granted', 'accepted', 'opened', 'redeemed', 'joined', 'bound'],
    ...['ghost', 'expired', 'unknown', 'revenue', 'cost', 'costPerRedemption'],
  ],
  store: [
    ...['signals', 'visits', 'footfall', 'heard', 'granted', 'accepted', 'redeemedHere'],
    ...['sales', 'salesByCoupon', 'salesByVisit', 'salesUnattributed', 'revenue'],
  ],
  beacon: [
    ...['signals', 'signed', 'fixed', 'unproven', 'late', 'heard', 'decided', 'granted', 'accepted', 'redeemed'],
  ],
} as const satisfies Record<ReportKind, readonly string[]>;

const MONEY: readonly string[] = ['revenue', 'cost', 'costPerRedemption'];

/** By reason only what was refused is told, for everything else has none. */
export const columnsOf = ({ report, by }: Pick<ToldReport, 'report' | 'by'>): readonly string[] =>
  by === 'reason' ? ['refused'] : COLUMNS[report];

/** Left out where there is none of them: most campaigns have no experiment, and LINE is seldom away. */
const SELDOM: readonly string[] = ['joined', 'bound', 'ghost', 'expired', 'unknown', 'footfall', 'fixed', 'late'];

/** Those a person is shown. */
export const shownColumns = (report: Pick<ToldReport, 'report' | 'by' | 'total'>): readonly string[] =>
  columnsOf(report).filter((column) => !SELDOM.includes(column) || countOf(report.total, column) > 0);

export const isMoney = (column: string): boolean => MONEY.includes(column);

export const countOf = (line: ToldLine, column: string): number => line.counts[column] ?? 0;

export const moneyOf = (line: ToldLine, column: string): Readonly<Record<string, number>> => {
  if (column === 'revenue') return line.revenue;
  return (column === 'cost' ? line.cost : line.costPerRedemption) ?? {};
};

/** `1980 TWD` minor units as `19.80 TWD`; several currencies side by side, for they cannot be added. */
export function tellMoney(money: Readonly<Record<string, number>>): string {
  const sums = Object.entries(money).map(([currency, minor]) => `${majorUnits(minor, currency)} ${currency}`);
  return sums.length === 0 ? '-' : sums.join(' + ');
}

/** `1980` of TWD as `19.80`. */
export function majorUnits(minor: number, currency: string): string {
  const digits = digitsOf(currency);
  return (minor / 10 ** digits).toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

function digitsOf(currency: string): number {
  try {
    return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
  } catch {
    return 2;
  }
}

export const tellCount = (many: number): string => many.toLocaleString('en');

export const cellOf = (line: ToldLine, column: string): string =>
  isMoney(column) ? tellMoney(moneyOf(line, column)) : tellCount(countOf(line, column));
