import { dateOfSlot, type Grid } from './days.ts';
import { perEach } from './money.ts';
import { addTally, type Count, NOTHING, type Tally } from './tally.ts';
import type { ReportLine } from './types.ts';

/** What a database counted of one key, store and slot of time. Cells may be as fine as they like: they are added up. */
export interface Cell {
  readonly key: string | null;
  /** Whose clock says which day it was; absent where no store was concerned. */
  readonly store: string | null;
  readonly slot: number;
  readonly tally: Tally;
}

export interface TabulateHow {
  readonly by: 'key' | 'day' | 'reason';
  readonly grid: Grid;
  readonly days: readonly string[];
  readonly zoneOf: (store: string | null) => string;
  /** What is drawn by day. */
  readonly drawn: Count;
}

export interface Tabulated {
  /** Those asked for, and those of stores whose calendar is a day ahead or behind. */
  readonly days: readonly string[];
  readonly rows: readonly ReportLine[];
  readonly total: ReportLine;
}

/** Cells as rows and their total. The total is added up from the cells by itself, so that rows can be held against it. */
export function tabulate(cells: readonly Cell[], how: TabulateHow): Tabulated {
  const dated = cells.map((cell) => ({ ...cell, day: dateOfSlot(cell.slot, how.grid, how.zoneOf(cell.store)) }));
  const days = [...new Set([...how.days, ...dated.map(({ day }) => day)])].sort();
  const groups = new Map<string | null, (typeof dated)[number][]>();
  for (const cell of dated) {
    for (const [key, part] of partsOf(cell, how.by)) {
      const group = groups.get(key) ?? [];
      group.push(part === cell.tally ? cell : { ...cell, tally: part });
      groups.set(key, group);
    }
  }
  // A day on which nothing happened is a row as well: a gap is news.
  if (how.by === 'day') for (const day of days) if (!groups.has(day)) groups.set(day, []);
  const line = (key: string | null, group: typeof dated): ReportLine => lineOf(key, group, days, how.drawn);
  return {
    days,
    rows: [...groups].sort(([a], [b]) => compareKeys(a, b)).map(([key, group]) => line(key, group)),
    total: line(null, dated),
  };
}

/** By reason a cell falls apart into what became of what it heard. */
function partsOf(
  cell: { readonly key: string | null; readonly day: string; readonly tally: Tally },
  by: TabulateHow['by'],
): [string | null, Tally][] {
  switch (by) {
    case 'key':
      return [[cell.key, cell.tally]];
    case 'day':
      return [[cell.day, cell.tally]];
    case 'reason':
      return Object.entries(cell.tally.reasons).map(([reason, many]) => [
        reason,
        { ...NOTHING, counts: { heard: many, refused: many }, reasons: { [reason]: many } },
      ]);
  }
}

function lineOf(
  key: string | null,
  group: readonly { readonly day: string; readonly tally: Tally }[],
  days: readonly string[],
  drawn: Count,
): ReportLine {
  const perDay = new Map(days.map((day) => [day, 0]));
  let sum = NOTHING;
  for (const { day, tally } of group) {
    sum = addTally(sum, tally);
    perDay.set(day, (perDay.get(day) ?? 0) + (tally.counts[drawn] ?? 0));
  }
  const costPerRedemption = perEach(sum.cost, sum.counts.redeemed ?? 0);
  return {
    key,
    ...sum,
    perDay: [...perDay.values()],
    ...(costPerRedemption !== undefined && { costPerRedemption }),
  };
}

/** What has no key comes last. */
const compareKeys = (a: string | null, b: string | null): number =>
  a === b ? 0 : a === null ? 1 : b === null ? -1 : a < b ? -1 : 1;
