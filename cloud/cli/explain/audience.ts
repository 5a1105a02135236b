import type { AttributeValue, Comparison, Recency, SegmentExpr } from '../../core/segment/types.ts';
import type { ToldFigure } from './told.ts';

export type ToldAudience = Extract<ToldFigure, { readonly kind: 'audience' }>;
type ToldRule = ToldAudience['failed'][number][number];

/** Why somebody was not meant, in one language. Times are written on the clock of the shop. */
export interface AudienceTexts {
  readonly notMeant: (rule: string) => string;
  /** Any one of these would have been enough. */
  readonly noneOf: (rules: readonly string[]) => string;
  readonly meantToday: string;
  readonly unresolved: (detail: string) => string;
  readonly segmentsChanged: (when: string) => string;
  readonly inSegment: (segment: string, rule: string) => string;
  /** A value that was compared, and what was wanted of it; `wanted: false`: whoever has it is left out. */
  readonly value: (name: string | 'tier', has: string | undefined, rule: string, wanted: boolean) => string;
  readonly tag: (tag: string, wanted: boolean) => string;
  readonly consent: (purpose: string, wanted: boolean) => string;
  readonly visits: (count: number, over: Over, range: Range, wanted: boolean) => string;
  readonly lastVisit: (when: string | undefined, over: Over, recency: Recency, wanted: boolean) => string;
  readonly firstSeen: (when: string | undefined, recency: Recency, wanted: boolean) => string;
  readonly holds: (campaign: string | undefined, wanted: boolean) => string;
  readonly used: (campaign: string | undefined, within: string | undefined, wanted: boolean) => string;
  readonly birthday: (rule: 'today' | 'this-month' | readonly number[], known: boolean, wanted: boolean) => string;
  readonly today: (days: string, wanted: boolean) => string;
  readonly comparison: Readonly<Record<'eq' | 'gt' | 'gte' | 'lt' | 'lte', (value: string) => string>>;
  readonly oneOf: (values: readonly string[]) => string;
  readonly known: (wanted: boolean) => string;
  readonly and: string;
  /** Two sentences. */
  readonly between: string;
}

/** Where and over which time visits are counted. */
export interface Over {
  readonly within?: string | undefined;
  readonly stores?: readonly string[] | undefined;
}

export interface Range {
  readonly atLeast?: number | undefined;
  readonly atMost?: number | undefined;
}

/** One sentence for each condition that stood in the way. */
export function tellAudience(
  { failed, segmentsChangedAt, unresolved }: ToldAudience,
  texts: AudienceTexts,
  time: (at: number) => string,
): string {
  if (unresolved !== undefined) return texts.unresolved(unresolved);
  const rule = (one: ToldRule): string =>
    one.segment === undefined ? ruleText(one, texts, time) : texts.inSegment(one.segment, ruleText(one, texts, time));
  const sentences = failed.map((rules) => {
    const told = rules.map(rule);
    return told.length === 1 ? texts.notMeant(told[0] ?? '') : texts.noneOf(told);
  });
  return [
    ...(sentences.length === 0 ? [texts.meantToday] : sentences),
    ...(segmentsChangedAt === undefined ? [] : [texts.segmentsChanged(time(segmentsChangedAt))]),
  ].join(texts.between);
}

function ruleText({ rule, wanted, has }: ToldRule, texts: AudienceTexts, time: (at: number) => string): string {
  const when = typeof has === 'number' ? time(has) : undefined;
  if ('tag' in rule) return texts.tag(rule.tag, wanted);
  if ('tier' in rule) return texts.value('tier', valueText(has), compared(rule.tier, texts), wanted);
  if ('attribute' in rule) {
    return texts.value(`"${rule.attribute.name}"`, valueText(has), compared(rule.attribute, texts), wanted);
  }
  if ('consent' in rule) return texts.consent(rule.consent, wanted);
  if ('visits' in rule) return texts.visits(Number(has ?? 0), rule.visits, rule.visits, wanted);
  if ('lastVisit' in rule) return texts.lastVisit(when, { stores: rule.lastVisit.stores }, rule.lastVisit, wanted);
  if ('firstSeen' in rule) return texts.firstSeen(when, rule.firstSeen, wanted);
  if ('holds' in rule) return texts.holds(rule.holds.campaign, wanted);
  if ('used' in rule) return texts.used(rule.used.campaign, rule.used.within, wanted);
  if ('birthday' in rule) {
    const { birthday } = rule;
    return texts.birthday(typeof birthday === 'string' ? birthday : birthday.months, has !== null, wanted);
  }
  if ('today' in rule) {
    const { weekdays = [], monthDays = [] } = rule.today;
    return texts.today([...weekdays, ...monthDays].join(', '), wanted);
  }
  return inWords(rule);
}

/** What joins conditions is never told by itself; where a newer server does, it is shown as it is written. */
const inWords = (rule: SegmentExpr): string => JSON.stringify(rule);

const valueText = (value: AttributeValue | null | undefined): string | undefined =>
  value === undefined || value === null ? undefined : String(value);

function compared(rule: Comparison, texts: AudienceTexts): string {
  const { exists } = rule;
  const orders = (['eq', 'gt', 'gte', 'lt', 'lte'] as const).flatMap((operator) => {
    const operand = rule[operator];
    return operand === undefined ? [] : [texts.comparison[operator](String(operand))];
  });
  return [
    ...orders,
    ...(rule.in === undefined ? [] : [texts.oneOf(rule.in.map(String))]),
    ...(exists === undefined ? [] : [texts.known(exists)]),
  ].join(texts.and);
}
