import { type EpochMs, epochMs } from '../../../protocol/units.ts';
import { type Forecast, forecast, quotaMonthEnd, shareBefore } from '../../core/forecast.ts';
import { type Range, worthOf } from '../../core/forecast-basis.ts';
import type { BacktestAnswer } from '../backtest/answer.ts';
import type { CheckedDocument } from '../manifest/checked-document.ts';
import type { PlanAnswer } from './answer.ts';

/** All that can be said of what is to come, as `--json` tells it. */
export interface Foreseen {
  /** How much was looked at, in ms, and what it is worth: less than a day foretells nothing, less than a week is a guess. */
  readonly record: { readonly ms: number; readonly worth: ReturnType<typeof worthOf> };
  readonly forecasts: readonly (Forecast & {
    readonly campaign: string;
    readonly costMinor?: number;
    /** Of a guess. */
    readonly costMinorRange?: Range;
  })[];
  /** Stores where a campaign waits and nothing was recorded. */
  readonly unrecorded: readonly { readonly campaign: string; readonly stores: readonly string[] }[];
  readonly quota?: {
    /** Messages all campaigns together will push until LINE's month ends. */
    readonly needed: number;
    /** What it leaves out: campaigns of which too little is known, {@link OTHERS} for those not in the plan. */
    readonly without: readonly string[];
    readonly left: number;
    readonly enough: boolean;
  };
}

/** Stands for the campaigns that are not in the plan; no campaign can be called so. */
export const OTHERS = '*';

/** Puts together what is known of people now and what the recorded time would have come to. */
export function foresee(
  plan: PlanAnswer,
  backtest: BacktestAnswer | undefined,
  documents: readonly CheckedDocument[],
  timeZone: string,
): Foreseen {
  const specs = new Map(
    documents.flatMap(({ manifest }) =>
      manifest.kind === 'Campaign' ? [[manifest.metadata.id, manifest.spec] as const] : [],
    ),
  );
  const since = Math.max(backtest?.since ?? plan.at, plan.recordedSince ?? plan.at);
  const span = { since, until: backtest?.until ?? plan.at, now: plan.at, timeZone };
  const tallyOf = (id: string) => backtest?.would.find(({ campaign }) => campaign === id);
  const forecasts = plan.campaigns.flatMap((planned) => {
    const { campaign } = planned;
    const spec = specs.get(campaign);
    if (spec === undefined) return [];
    const told = forecast(spec, planned, tallyOf(campaign), span);
    const { price } = plan.line;
    const { range } = told;
    const isUnjudged = told.basis === 'nothing' && backtest === undefined && plan.recordedSince !== undefined;
    return [
      {
        ...{ campaign, ...told, ...(price && { costMinor: told.pushes * price.minor }) },
        ...(isUnjudged && { basis: 'unjudged' as const }),
        ...(price &&
          range && {
            costMinorRange: { least: range.pushes.least * price.minor, most: range.pushes.most * price.minor },
          }),
      },
    ];
  });
  const unrecorded = plan.campaigns.flatMap(({ campaign, doors }) => {
    const heard = new Set(doors.filter(({ events }) => events > 0).map(({ store }) => store));
    const stores = [...new Set(doors.map(({ store }) => store))].filter((store) => !heard.has(store));
    return stores.length === 0 ? [] : [{ campaign, stores }];
  });
  const record = { ms: span.until - since, worth: worthOf(span.until - since) };
  const left = plan.line.quota?.left;
  if (left === undefined) return { record, forecasts, unrecorded };
  const othersPush = othersOf(forecasts, backtest).some(({ messages }) => messages.push > 0);
  const without = [
    ...forecasts.filter(({ blind }) => blind).map(({ campaign }) => campaign),
    ...(othersPush && record.worth === 'too_little' ? [OTHERS] : []),
  ];
  const others = record.worth === 'too_little' ? undefined : backtest;
  const needed = Math.round(pushesThisMonth(plan.at, forecasts, others, since));
  return { record, forecasts, unrecorded, quota: { needed, left, enough: needed <= left, without } };
}

/** Campaigns that ran beside those planned. */
function othersOf(forecasts: Foreseen['forecasts'], backtest: BacktestAnswer | undefined): BacktestAnswer['would'] {
  const ours = new Set(forecasts.map(({ campaign }) => campaign));
  return (backtest?.would ?? []).filter(({ campaign }) => !ours.has(campaign));
}

/** Of the campaigns planned by their forecasts, and of all others as they went. */
function pushesThisMonth(
  now: EpochMs,
  forecasts: Foreseen['forecasts'],
  backtest: BacktestAnswer | undefined,
  since: number,
): number {
  const end = quotaMonthEnd(now);
  const planned = forecasts.reduce((sum, told) => sum + told.pushes * shareBefore(told, end), 0);
  if (backtest === undefined) return planned;
  const pushed = othersOf(forecasts, backtest).reduce((sum, { messages }) => sum + messages.push, 0);
  const span = { from: epochMs(now), until: epochMs(now + Math.max(1, backtest.until - since)) };
  return planned + (pushed * (end - now)) / (span.until - span.from);
}
