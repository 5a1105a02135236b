import type { ExplainTexts } from '../explain/texts.ts';
import { wordFor } from '../language.ts';
import { tellTime } from '../time.ts';
import { countOf, tellCount, tellMoney } from './columns.ts';
import type { ReportTexts } from './texts.ts';
import type { ToldReport, ToldUplift } from './told.ts';

/** What a report says, in words, whatever it is shown on. */
export interface ReportWords {
  readonly texts: ReportTexts;
  /** Reasons are told in the same words as by `pharos explain`. */
  readonly reasons: Pick<ExplainTexts, 'reasons' | 'parkReasons'>;
}

export interface Measured {
  readonly key: string;
  readonly label: string;
  readonly many: number;
}

const FUNNEL = ['heard', 'decided', 'granted', 'accepted', 'opened', 'redeemed'] as const;

export const funnelOf = ({ total }: ToldReport, { texts }: ReportWords): Measured[] =>
  FUNNEL.map((key) => ({ key, label: headOf(texts, key), many: countOf(total, key) }));

export const refusalsOf = ({ total }: ToldReport, { reasons }: ReportWords): Measured[] =>
  Object.entries(total.reasons)
    .map(([key, many]) => ({ key, many, label: wordFor(reasons.reasons, key) }))
    .sort((a, b) => b.many - a.many || (a.key < b.key ? -1 : 1));

export const parkedOf = ({ total }: ToldReport, { reasons }: ReportWords): Measured[] =>
  Object.entries(total.parked)
    .map(([key, many]) => ({ key, many, label: wordFor(reasons.parkReasons, key) }))
    .sort((a, b) => b.many - a.many || (a.key < b.key ? -1 : 1));

export const headOf = (texts: ReportTexts, column: string): string =>
  texts.figures[column]?.[0] ?? column.toUpperCase();

export const nameOf = (
  line: { readonly key: string | null; readonly name?: string | undefined },
  words: ReportWords,
  by: string,
) => {
  if (line.key === null) return words.texts.none;
  if (by === 'reason') return `${wordFor(words.reasons.reasons, line.key)} (${line.key})`;
  return line.name === undefined ? line.key : `${line.name} (${line.key})`;
};

/** Local dates and minutes; the end is the last moment that counts. */
export function periodOf(
  { since, until, timeZone }: Pick<ToldReport, 'since' | 'until' | 'timeZone'>,
  texts: ReportTexts,
) {
  const told = (at: number): string => tellTime(at, timeZone).slice(0, 16);
  return texts.period(told(since), told(until - 1), timeZone);
}

/** What an experiment says, sentence by sentence, its verdict last. */
export function upliftSentences(uplift: ToldUplift, { texts }: ReportWords): string[] {
  const { treated, control, difference, verdict, wanted, revenuePerMember = {} } = uplift;
  const counted = ({ members, buyers }: ToldUplift['treated']) => ({
    members: tellCount(members),
    buyers: tellCount(buyers),
    share: members === 0 ? '-' : percent(buyers / members),
  });
  const smaller = tellCount(Math.min(treated.members, control.members));
  return [
    texts.arms(counted(treated), counted(control)),
    ...(difference === undefined
      ? []
      : [texts.difference(points(difference.value), points(difference.low), points(difference.high))]),
    ...Object.entries(revenuePerMember).map(([currency, { value, low, high }]) => {
      const told = (minor: number): string => tellMoney({ [currency]: minor });
      return texts.revenuePerMember(told(value), told(low), told(high));
    }),
    verdict === 'too_few' ? texts.tooFew(smaller, tellCount(wanted ?? 0)) : texts.verdicts[verdict],
  ];
}

export const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
const points = (share: number): string => `${share > 0 ? '+' : ''}${(share * 100).toFixed(1)}`;

/** The figures whose meaning a report has to print. */
export const definitionsOf = (columns: readonly string[], texts: ReportTexts): [string, string][] =>
  columns.flatMap((column): [string, string][] => {
    const figure = texts.figures[column];
    return figure === undefined ? [] : [[figure[0], figure[1]]];
  });

export const creditedTo = ({ by, why }: { by: string; why?: string | undefined }, texts: ReportTexts): string => {
  const credited = wordFor(texts.credited, by);
  return why === undefined ? credited : `${credited}: ${wordFor(texts.whyNot, why)}`;
};
