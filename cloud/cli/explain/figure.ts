import { unreachable } from '../../../protocol/result.ts';
import { type AudienceTexts, tellAudience } from './audience.ts';
import type { ToldFigure } from './told.ts';

/** What stood behind a refusal, in one language. `when` is a moment on the clock of the shop. */
export interface FigureTexts {
  readonly counted: string;
  readonly cap: (count: number, max: number, per: string, since: string | undefined) => string;
  readonly stock: (given: number, of: number) => string;
  readonly budget: (used: number, of: number, period: string) => string;
  readonly quota: (used: number, most: number, when: string) => string;
  readonly quiet: Readonly<
    Record<'campaign' | 'house' | 'store', (from: string, to: string, timeZone: string) => string>
  >;
  readonly window: (days: string | undefined, hours: string | undefined, timeZone: string) => string;
  readonly audience: AudienceTexts;
  readonly dates: (from: string | undefined, until: string | undefined) => string;
  readonly late: (age: string | undefined, freshFor: string) => string;
  readonly held: (coupon: string, when: string) => string;
  readonly weighed: (when: string) => string;
  readonly winner: (campaign: string) => string;
  readonly fixed: (given: number, of: number) => string;
  readonly stopped: Readonly<Record<'pause' | 'end', (when: string, by: string, why: string | undefined) => string>>;
  readonly template: (complaint: string) => string;
  /** `mon` … `sun`. */
  readonly days: Readonly<Record<string, string>>;
}

export interface TellFigure {
  readonly texts: FigureTexts;
  readonly time: (at: number) => string;
  readonly age: (ms: number) => string;
}

/** One sentence, and where the number was counted again from the rows, that it was. */
export function tellFigure(figure: ToldFigure, { texts, time, age }: TellFigure): string {
  switch (figure.kind) {
    case 'cap': {
      const since = figure.since === undefined ? undefined : time(figure.since);
      return `${texts.cap(figure.count, figure.max, figure.per, since)} ${texts.counted}`;
    }
    case 'stock':
      return `${texts.stock(figure.given, figure.of)} ${texts.counted}`;
    case 'budget':
      return `${texts.budget(figure.used, figure.of, figure.period)} ${texts.counted}`;
    case 'quota':
      return texts.quota(figure.used, figure.most, time(figure.readAt));
    case 'quiet':
      return texts.quiet[figure.whose](clock(figure.from), clock(figure.to), figure.timeZone);
    case 'window': {
      const { from, to, days, timeZone } = figure;
      const hours = from === undefined || to === undefined ? undefined : `${clock(from)}–${clock(to)}`;
      return texts.window(days?.map((day) => texts.days[day] ?? day).join(', '), hours, timeZone);
    }
    case 'audience':
      return tellAudience(figure, texts.audience, time);
    case 'dates':
      return texts.dates(figure.from, figure.until);
    case 'late':
      return texts.late(figure.ageMs === undefined ? undefined : age(figure.ageMs), age(figure.freshForMs));
    case 'held':
      return texts.held(figure.coupon, time(figure.since));
    case 'weighed':
      return texts.weighed(time(figure.at));
    case 'winner':
      return texts.winner(figure.campaign);
    case 'fixed':
      return `${texts.fixed(figure.given, figure.of)} ${texts.counted}`;
    case 'stopped':
      return texts.stopped[figure.how](time(figure.at), figure.by, figure.why);
    case 'template':
      return texts.template(figure.complaint);
    default:
      return unreachable(figure);
  }
}

/** Minutes after midnight as on a clock. */
const clock = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
