import { majorUnits } from '../report/columns.ts';
import type { PlanAnswer, PlannedCampaign } from './answer.ts';
import type { Foreseen } from './foresee.ts';
import type { FutureTexts } from './future-texts.ts';

export interface TellFuture {
  readonly texts: FutureTexts;
  readonly record: Foreseen['record'];
  readonly day: (at: number) => string;
  readonly price: PlanAnswer['line']['price'];
}

type Told = Foreseen['forecasts'][number];

/** What a campaign comes to and what that costs; where it is a guess, from where to where. */
export function futureLines(campaign: PlannedCampaign, told: Told, options: TellFuture): string[] {
  const { texts, record } = options;
  const tooLittle = told.basis === 'too_little' ? [texts.tooLittle(texts.length(record.ms))] : [];
  if (told.blind) {
    if (tooLittle.length > 0) return tooLittle;
    return [told.basis === 'unjudged' ? texts.unjudged : texts.cannotKnow];
  }
  return [...tooLittle, ...givenLines(told, options), ...holdLines(campaign, told, options)];
}

function givenLines(told: Told, { texts, record, day, price }: TellFuture): string[] {
  const { from, until, open, range } = told;
  const money = (minor: number): string => (price === undefined ? '' : majorUnits(minor, price.currency));
  if (range === undefined) {
    const { costMinor = 0, pushes, replies, given } = told;
    const cost = price === undefined || pushes === 0 ? undefined : `${money(costMinor)} ${price.currency}`;
    return [texts.expected(day(from), day(until - 1), open, given), texts.messages(replies, pushes, cost)];
  }
  const { given, pushes } = range;
  const { least, most } = told.costMinorRange ?? { least: 0, most: 0 };
  const cost = price === undefined || most === 0 ? undefined : `${money(least)}–${money(most)} ${price.currency}`;
  return [
    texts.guessed(day(from), day(until - 1), open, given.least, given.most, texts.length(record.ms)),
    pushes.most === 0 ? texts.repliesOnly : texts.pushesGuessed(pushes.least, pushes.most, cost),
  ];
}

/** What holds it back, and when that is used up. */
function holdLines({ stock, messages }: PlannedCampaign, told: Told, { texts, day }: TellFuture): string[] {
  const { most, stockOutAt, budgetOutAt } = told;
  return [
    ...(most === undefined
      ? []
      : [
          most.by === 'perMember'
            ? texts.byPeople(most.given, most.people ?? 0, most.max, most.per)
            : texts.byTotal(most.given, most.max, most.per),
        ]),
    ...(stock === undefined
      ? []
      : [stockOutAt === undefined ? texts.stockLasts(stock.left) : texts.stockOut(day(stockOutAt), stock.left)]),
    ...(messages && budgetOutAt !== undefined ? [texts.budgetOut(day(budgetOutAt), messages.max, messages.per)] : []),
  ];
}
