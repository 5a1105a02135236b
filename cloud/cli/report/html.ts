import type { Language } from '../language.ts';
import { tellTime } from '../time.ts';
import { cellOf, countOf, isMoney, shownColumns, tellCount, tellMoney } from './columns.ts';
import { REPORT_STYLE } from './html-style.ts';
import {
  creditedTo,
  definitionsOf,
  funnelOf,
  headOf,
  nameOf,
  parkedOf,
  percent,
  periodOf,
  type ReportWords,
  refusalsOf,
  upliftSentences,
} from './story.ts';
import { barRows, dayColumns, escaped, interval } from './svg.ts';
import type { ToldReport } from './told.ts';

/** A report as one file: nothing is fetched from anywhere, no script, the definitions with the figures. */
export function reportHtml(report: ToldReport, words: ReportWords, language: Language): string {
  const { texts } = words;
  const title = texts.titles[report.report];
  const sections = [
    tiles(report, words),
    report.report === 'campaign' && report.by !== 'reason' ? section(texts.funnel, funnel(report, words)) : '',
    report.days.length > 1 ? section(texts.perDay[report.report], columns(report, words)) : '',
    section('', table(report, words)),
    measured(texts.refusals, refusalsOf(report, words)),
    measured(texts.parked, parkedOf(report, words), takenBack(report, words)),
    journeys(report, words),
    people(report, words),
    sales(report, words),
    ...(report.uplift ?? []).map((each) => upliftSection(each, words)),
    section(texts.definitions, definitions(report, words)),
    section(texts.untold, `<ul>${texts.limits.map((limit) => `<li>${escaped(limit)}</li>`).join('')}</ul>`),
  ];
  return `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escaped(title)} · ${escaped(periodOf(report, texts))}</title><style>${REPORT_STYLE}</style></head>
<body><main><header><h1>${escaped(title)}</h1><p>${escaped(periodOf(report, texts))}</p></header>
${sections.filter((each) => each !== '').join('\n')}
<footer>${escaped(texts.made(tellTime(report.madeAt, report.timeZone)))}</footer></main></body></html>
`;
}

const section = (title: string, content: string): string =>
  `<section>${title === '' ? '' : `<h2>${escaped(title)}</h2>`}${content}</section>`;

/** The figures somebody asks for first. */
const TILES = {
  campaign: ['granted', 'accepted', 'redeemed', 'revenue', 'cost', 'costPerRedemption'],
  store: ['visits', 'granted', 'redeemedHere', 'sales', 'revenue'],
  beacon: ['signals', 'signed', 'granted', 'redeemed'],
} as const;

function tiles({ report, total }: ToldReport, { texts }: ReportWords): string {
  const shown = TILES[report].map(
    (column) =>
      `<div><strong>${escaped(cellOf(total, column))}</strong><span>${escaped(headOf(texts, column))}</span></div>`,
  );
  return `<section class="tiles">${shown.join('')}</section>`;
}

function funnel(report: ToldReport, words: ReportWords): string {
  const heard = countOf(report.total, 'heard');
  const rows = funnelOf(report, words).map((step) =>
    heard === 0 || step.key === 'heard' ? step : { ...step, note: words.texts.ofHeard(percent(step.many / heard)) },
  );
  const ghosts = countOf(report.total, 'ghost');
  const notes = [words.texts.limits[0] ?? '', ...(ghosts === 0 ? [] : [words.texts.ghosts(tellCount(ghosts))])];
  return `${barRows(rows, words.texts.funnel, 130)}${notes.map((note) => `<p class="note">${escaped(note)}</p>`).join('')}`;
}

const columns = (report: ToldReport, { texts }: ReportWords): string =>
  dayColumns(report.days, report.total.perDay, texts.perDay[report.report]);

function table(report: ToldReport, words: ReportWords): string {
  const { texts } = words;
  const shown = shownColumns(report);
  const row = (name: string, line: ToldReport['total']): string =>
    `<tr><th scope="row">${escaped(name)}</th>${shown.map((column) => `<td>${escaped(cellOf(line, column))}</td>`).join('')}</tr>`;
  const heads = shown.map(
    (column) => `<th scope="col"${isMoney(column) ? ' class="money"' : ''}>${escaped(headOf(texts, column))}</th>`,
  );
  if (report.rows.length === 0) return `<p>${escaped(texts.nothing)}</p>`;
  return `<div class="wide"><table><thead><tr><th scope="col">${escaped(texts.rowOf[report.by] ?? report.by)}</th>${heads.join('')}</tr></thead>
<tbody>${report.rows.map((line) => row(nameOf(line, words, report.by), line)).join('\n')}</tbody>
<tfoot>${row(texts.total, report.total)}</tfoot></table></div>`;
}

function measured(title: string, rows: Parameters<typeof barRows>[0], note = ''): string {
  return rows.length === 0 && note === '' ? '' : section(title, (rows.length === 0 ? '' : barRows(rows, title)) + note);
}

function takenBack({ total }: ToldReport, { texts }: ReportWords): string {
  const many = countOf(total, 'takenBack');
  return many === 0 ? '' : `<p class="note">${escaped(texts.takenBack(tellCount(many)))}</p>`;
}

function plainTable(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = (row: readonly string[]): string =>
    row
      .map((cell, index) => (index < 2 ? `<th scope="row">${escaped(cell)}</th>` : `<td>${escaped(cell)}</td>`))
      .join('');
  return `<div class="wide"><table class="plain"><thead><tr>${heads.map((head) => `<th scope="col">${escaped(head)}</th>`).join('')}</tr></thead>
<tbody>${rows.map((row) => `<tr>${cells(row)}</tr>`).join('\n')}</tbody></table></div>`;
}

function journeys({ journeys: some }: ToldReport, { texts }: ReportWords): string {
  if (some.length === 0) return '';
  const rows = some.map(({ from, to, redeemed, medianMinutes }) => [
    ...[from ?? texts.none, to, tellCount(redeemed)],
    String(medianMinutes),
  ]);
  return section(texts.journeys, plainTable(texts.journeyHeads, rows));
}

function people({ friends = [], joined = [] }: ToldReport, { texts }: ReportWords): string {
  return (
    measured(
      texts.friends,
      friends.map(({ source, friends: many }) => ({ key: source, label: texts.source(source), many })),
    ) +
    measured(
      texts.joined,
      joined.map(({ form, members: many }) => ({ key: form, label: form, many })),
    )
  );
}

function sales({ sales: some = [] }: ToldReport, { texts }: ReportWords): string {
  if (some.length === 0) return '';
  const rows = some.map((line) => [
    ...[line.channel, creditedTo(line, texts), tellCount(line.sales)],
    tellMoney(line.net),
  ]);
  return section(texts.sales, plainTable(texts.salesHeads, rows));
}

function upliftSection(uplift: NonNullable<ToldReport['uplift']>[number], words: ReportWords): string {
  const { texts } = words;
  const sentences = upliftSentences(uplift, words);
  const verdict = sentences.at(-1) ?? '';
  const drawn = uplift.difference === undefined ? '' : interval(uplift.difference, texts.uplift);
  const days = Math.round(uplift.windowMs / 86_400_000);
  return section(
    `${texts.uplift} ${uplift.campaign}`,
    `<p class="verdict ${uplift.verdict}">${escaped(verdict)}</p>${drawn}${sentences
      .slice(0, -1)
      .map((sentence) => `<p>${escaped(sentence)}</p>`)
      .join('')}<p class="note">${escaped(texts.upliftMethod(days))}</p>`,
  );
}

function definitions(report: ToldReport, { texts }: ReportWords): string {
  const shown = [...new Set([...shownColumns(report), ...TILES[report.report]])];
  return `<dl>${definitionsOf(shown, texts)
    .map(([head, meaning]) => `<dt>${escaped(head)}</dt><dd>${escaped(meaning)}</dd>`)
    .join('')}</dl>`;
}
