import { describe, expect, it } from 'vitest';
import { COUNTS } from '../../core/report/tally.ts';
import { ENGLISH } from '../explain/texts-en.ts';
import { TRADITIONAL_CHINESE } from '../explain/texts-zh-tw.ts';
import { sparkline } from './chart.ts';
import { columnsOf, tellMoney } from './columns.ts';
import { reportCsv } from './csv.ts';
import { reportHtml } from './html.ts';
import { SAMPLE } from './sample.fixture.ts';
import type { ReportWords } from './story.ts';
import { tellReport } from './table.ts';
import { REPORT_EN } from './texts-en.ts';
import { REPORT_ZH_TW } from './texts-zh-tw.ts';
import { ToldReport as Schema, type ToldReport } from './told.ts';

const EN: ReportWords = { texts: REPORT_EN, reasons: ENGLISH };
const ZH: ReportWords = { texts: REPORT_ZH_TW, reasons: TRADITIONAL_CHINESE };
const LANGUAGES = [
  ['en', EN],
  ['zh-TW', ZH],
] as const;

const told = (report: ToldReport, words: ReportWords, options = { charts: false, definitions: false }): string => {
  const out: string[] = [];
  tellReport({ out: (text) => void out.push(text) }, report, words, options);
  return out.join('');
};

describe('a report on a terminal', () => {
  it('says what it came to, why not for the rest, and whether it means anything', () => {
    const text = told(SAMPLE, EN);
    expect(text).toMatch(/春茶八折 \(spring-tea\) +640 +601 +126 +117 +88 +41 .*11,845\.00 TWD \+ 3,200 JPY/);
    expect(text).toContain('402  the campaign was already decided in this visit (visit_continues)');
    expect(text).toContain('6 coupons nobody has seen were taken back; stock and budget were given back with them.');
    expect(text).toContain('* Accepted is neither delivered nor read');
    expect(text).toMatch(/food-court +taipei-1 +31 +27\.5/);
    expect(text).toContain('nothing: no member known');
    expect(text).toContain('Too few to tell: 14 people in the smaller group, about 46 are needed in each.');
    expect(text).not.toMatch(/[▁█]/);
  });

  it('draws where somebody looks, and defines what is asked', () => {
    const text = told(SAMPLE, ZH, { charts: true, definitions: true });
    expect(text).toContain('▂▂▂▄▆▇▃▃▂▄ ▆█▅');
    expect(text).toContain('LINE 不會告知的事');
    expect(text).toContain('自然加入');
  });

  it('leaves figures out that nothing was counted for', () => {
    const { joined, ...counts } = SAMPLE.total.counts;
    expect(told(SAMPLE, EN)).toContain('JOINED');
    expect(told({ ...SAMPLE, total: { ...SAMPLE.total, counts } }, EN)).not.toContain('JOINED');
  });
});

it('is CSV for spreadsheets: ids for heads, minor units, a column for each currency, no formula', () => {
  expect(reportCsv(SAMPLE)).toBe(
    [
      'campaign,name,heard,decided,granted,accepted,opened,redeemed,joined,bound,ghost,expired,unknown,revenue_minor_JPY,revenue_minor_TWD,cost_minor_TWD,costPerRedemption_minor_TWD,refused_cap_member_campaign,refused_late_event,refused_stock_exhausted,refused_unknown_subject,refused_visit_continues',
      `ice,"'=冰品, ""買一送一""",80,80,30,30,4,2,0,0,0,0,0,,16000,0,0,0,0,50,0,0`,
      'spring-tea,春茶八折,640,601,126,117,88,41,12,9,14,6,1,3200,1184500,2360,57.56,59,21,0,18,402',
      '',
    ].join('\r\n'),
  );
});

describe.each(LANGUAGES)('a report as a page in %s', (language, words) => {
  const page = reportHtml(SAMPLE, words, language);

  it('fetches nothing, runs nothing, and says what the figures mean', () => {
    expect(page).not.toMatch(/<script|src=|href=|url\(|@import/);
    expect(page).toContain(`<html lang="${language}">`);
    for (const column of columnsOf(SAMPLE)) expect(page).toContain(`<dt>${words.texts.figures[column]?.[0]}</dt>`);
    for (const limit of words.texts.limits) expect(page).toContain(limit);
    expect(page.match(/<svg /g)?.length).toBe(8);
  });

  it('takes no name for markup', () => {
    const name = '<img src=x onerror=alert(1)>"\'&';
    const rows = SAMPLE.rows.map((line) => ({ ...line, name }));
    const evil = reportHtml({ ...SAMPLE, rows, friends: [{ source: `link:${name}`, friends: 1 }] }, words, language);
    expect(evil).not.toContain('<img');
  });
});

it('knows what it parses, and a word for every figure in both languages', () => {
  expect(Schema.parse(SAMPLE)).toEqual(SAMPLE);
  for (const report of ['campaign', 'store', 'beacon'] as const) {
    for (const column of columnsOf({ report, by: report })) {
      for (const [, { texts }] of LANGUAGES) expect(texts.figures[column], column).toBeDefined();
    }
  }
  expect(Object.keys(REPORT_EN.figures).sort()).toEqual(Object.keys(REPORT_ZH_TW.figures).sort());
  expect(Object.keys(REPORT_EN.reconcile.parts).sort()).toEqual(Object.keys(REPORT_ZH_TW.reconcile.parts).sort());
  const money = ['revenue', 'cost', 'costPerRedemption'];
  const known: readonly string[] = [...COUNTS, ...money];
  expect(Object.keys(REPORT_EN.figures).filter((figure) => !known.includes(figure))).toEqual([]);
});

it('draws many days as few, and tells money in the units people pay in', () => {
  expect(sparkline(Array.from({ length: 90 }, () => 1))).toHaveLength(30);
  expect(sparkline([0, 0])).toBe('  ');
  expect([tellMoney({ TWD: 1_980, JPY: 1_980 }), tellMoney({}), tellMoney({ XXQ: 5 })]).toEqual([
    '19.80 TWD + 1,980 JPY',
    '-',
    '0.05 XXQ',
  ]);
});
