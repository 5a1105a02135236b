import { printable, printTable, type Shell } from '../shell.ts';
import { widthOf } from '../width.ts';
import { bar, sparkline } from './chart.ts';
import { cellOf, countOf, shownColumns, tellCount, tellMoney } from './columns.ts';
import {
  creditedTo,
  definitionsOf,
  headOf,
  type Measured,
  nameOf,
  parkedOf,
  periodOf,
  type ReportWords,
  refusalsOf,
  upliftSentences,
} from './story.ts';
import type { ToldReport } from './told.ts';

export interface TableOptions {
  readonly charts: boolean;
  readonly definitions: boolean;
}

/** A report for a terminal: the table, and below it what does not fit into rows. */
export function tellReport(shell: Pick<Shell, 'out'>, report: ToldReport, words: ReportWords, options: TableOptions) {
  const { texts } = words;
  const heading = (text: string): void => shell.out(`\n${text}\n`);
  shell.out(`${texts.titles[report.report]}  ${periodOf(report, texts)}\n\n`);
  if (report.rows.length === 0) shell.out(`${texts.nothing}\n`);
  else printTable(shell, tableOf(report, words, options.charts));
  // Beside the figure, for it is easily taken for more than it is.
  const [accepted] = texts.limits;
  if (!options.definitions && countOf(report.total, 'accepted') > 0) shell.out(`* ${accepted}\n`);

  tellMeasured(shell, texts.refusals, report.by === 'reason' ? [] : refusalsOf(report, words), options.charts);
  tellMeasured(shell, texts.parked, parkedOf(report, words), options.charts);
  const takenBack = countOf(report.total, 'takenBack');
  if (takenBack > 0) shell.out(`  ${texts.takenBack(tellCount(takenBack))}\n`);

  if (report.journeys.length > 0) {
    heading(texts.journeys);
    printTable(shell, [
      texts.journeyHeads,
      ...report.journeys.map(({ from, to, redeemed, medianMinutes }) => [
        ...[from ?? texts.none, to, tellCount(redeemed)],
        String(medianMinutes),
      ]),
    ]);
  }
  const { friends = [], joined = [], sales = [], uplift = [] } = report;
  tellMeasured(
    shell,
    texts.friends,
    friends.map(({ source, friends: many }) => ({ key: '', label: texts.source(source), many })),
    options.charts,
  );
  tellMeasured(
    shell,
    texts.joined,
    joined.map(({ form, members: many }) => ({ key: '', label: form, many })),
    options.charts,
  );
  if (sales.length > 0) {
    heading(texts.sales);
    printTable(shell, [
      texts.salesHeads,
      ...sales.map((line) => [line.channel, creditedTo(line, texts), tellCount(line.sales), tellMoney(line.net)]),
    ]);
  }
  for (const each of uplift) {
    heading(`${texts.uplift}  ${each.campaign}`);
    for (const sentence of upliftSentences(each, words)) shell.out(`  ${printable(sentence)}\n`);
    if (options.definitions) shell.out(`  ${texts.upliftMethod(Math.round(each.windowMs / 86_400_000))}\n`);
  }
  if (!options.definitions) return;
  heading(texts.definitions);
  printTable(shell, definitionsOf(shownColumns(report), texts));
  heading(texts.untold);
  for (const limit of texts.limits) shell.out(`  ${limit}\n`);
}

function tableOf(report: ToldReport, words: ReportWords, charts: boolean): string[][] {
  const { texts } = words;
  const columns = shownColumns(report);
  const withTrend = charts && report.by !== 'day' && report.by !== 'reason' && report.days.length > 1;
  const heads = [texts.rowOf[report.by] ?? report.by, ...columns.map((column) => headOf(texts, column))];
  const lines = report.rows.map((line) => [
    nameOf(line, words, report.by),
    ...columns.map((column) => cellOf(line, column)),
    ...(withTrend ? [sparkline(line.perDay)] : []),
  ]);
  const total = [
    texts.total,
    ...columns.map((column) => cellOf(report.total, column)),
    ...(withTrend ? [sparkline(report.total.perDay)] : []),
  ];
  return alignRight([[...heads, ...(withTrend ? [texts.trend] : [])], ...lines, total], 1, columns.length);
}

/** Figures stand under each other by their last digit. */
function alignRight(rows: readonly (readonly string[])[], from: number, many: number): string[][] {
  const widths = Array.from({ length: many }, (_, index) =>
    Math.max(...rows.map((row) => widthOf(row[from + index] ?? ''))),
  );
  return rows.map((row) =>
    row.map((cell, index) => {
      const width = widths[index - from];
      return width === undefined ? cell : ' '.repeat(Math.max(0, width - widthOf(cell))) + cell;
    }),
  );
}

function tellMeasured(shell: Pick<Shell, 'out'>, title: string, measured: readonly Measured[], charts: boolean): void {
  if (measured.length === 0) return;
  const most = Math.max(...measured.map(({ many }) => many));
  shell.out(`\n${title}\n`);
  printTable(
    shell,
    alignRight(
      measured.map(({ key, label, many }) => [
        tellCount(many),
        ...(charts ? [bar(many, most).padEnd(24)] : []),
        key === '' || label.includes(key) ? label : `${label} (${key})`,
      ]),
      0,
      1,
    ),
  );
}
