/** Everything a report says besides its numbers, in one language. */
export interface ReportTexts {
  readonly titles: Readonly<Record<'campaign' | 'store' | 'beacon', string>>;
  /** What a row is, by `by`. */
  readonly rowOf: Readonly<Record<string, string>>;
  /** Of each figure: its head and what exactly it counts. */
  readonly figures: Readonly<Record<string, readonly [head: string, definition: string]>>;
  readonly period: (since: string, until: string, timeZone: string) => string;
  readonly total: string;
  readonly none: string;
  readonly nothing: string;
  readonly trend: string;
  readonly perDay: Readonly<Record<'campaign' | 'store' | 'beacon', string>>;
  readonly funnel: string;
  readonly ofHeard: (share: string) => string;
  readonly refusals: string;
  readonly parked: string;
  readonly takenBack: (many: string) => string;
  readonly ghosts: (many: string) => string;
  readonly journeys: string;
  readonly journeyHeads: readonly [from: string, to: string, redeemed: string, minutes: string];
  readonly friends: string;
  /** `door:…`, `link:…`, `banner:…` and `organic`. */
  readonly source: (source: string) => string;
  readonly joined: string;
  readonly sales: string;
  readonly salesHeads: readonly [channel: string, by: string, sales: string, net: string];
  readonly credited: Readonly<Record<string, string>>;
  readonly whyNot: Readonly<Record<string, string>>;
  readonly uplift: string;
  readonly arms: (treated: Counted, control: Counted) => string;
  readonly difference: (points: string, low: string, high: string) => string;
  readonly verdicts: Readonly<Record<'more' | 'less' | 'chance', string>>;
  readonly tooFew: (smaller: string, wanted: string) => string;
  readonly revenuePerMember: (value: string, low: string, high: string) => string;
  readonly upliftMethod: (days: number) => string;
  readonly untold: string;
  /** What LINE does not tell us. */
  readonly limits: readonly string[];
  readonly definitions: string;
  readonly made: (when: string) => string;
  readonly written: (file: string) => string;
  readonly reconcile: {
    readonly ties: Readonly<Record<string, string>>;
    readonly parts: Readonly<Record<string, string>>;
    readonly marks: Readonly<Record<'fine' | 'gap' | 'broken', string>>;
    readonly countersAgree: (many: number) => string;
    readonly counterDiffers: (key: string, counter: number, rows: number) => string;
    readonly addsUp: string;
    readonly differs: string;
  };
}

interface Counted {
  readonly members: string;
  readonly buyers: string;
  readonly share: string;
}
