import { z } from 'zod';
import { REPORTS } from '../../core/report/types.ts';
import { Time } from './common.ts';

const Counts = z.record(z.string(), z.int());
const ByCurrency = z.record(z.string(), z.number()).describe('minor units, by currency');

const Line = z.looseObject({
  key: z.string().nullable().describe('an id, a local date or a reason; null for what has none'),
  name: z.string().optional(),
  counts: Counts,
  reasons: Counts.describe('refused, by reason'),
  parked: Counts.describe('messages given up, by reason'),
  cost: ByCurrency,
  revenue: ByCurrency,
});

export const ReportAnswer = z.looseObject({
  v: z.literal(1),
  report: z.enum(REPORTS),
  by: z.string(),
  ids: z.array(z.string()),
  since: Time,
  until: Time,
  madeAt: Time,
  timeZone: z.string(),
  days: z.array(z.string()),
  rows: z.array(Line),
  total: Line,
  journeys: z.array(
    z.object({ from: z.string().nullable(), to: z.string(), redeemed: z.int(), medianMinutes: z.number() }),
  ),
});

export const ReconcileAnswer = z.object({
  v: z.literal(1),
  report: z.literal('reconcile'),
  since: Time,
  until: Time,
  madeAt: Time,
  timeZone: z.string(),
  ties: z.array(
    z.object({
      code: z.string(),
      total: z.int(),
      parts: z.array(z.object({ code: z.string(), many: z.int(), is: z.enum(['fine', 'gap', 'broken']) })),
      addsUp: z.boolean(),
    }),
  ),
  counters: z.array(z.object({ key: z.string(), counter: z.number(), rows: z.number() })).describe('those that differ'),
  countersLooked: z.int(),
  addsUp: z.boolean(),
});

export const TailedAnswer = z.object({
  v: z.literal(1),
  decisions: z.array(
    z.object({
      id: z.string(),
      at: Time,
      event: z.string(),
      heard: z.string(),
      campaign: z.string(),
      version: z.int(),
      outcome: z.string(),
      reason: z.string().optional(),
      member: z.string().optional(),
      store: z.string().optional(),
      node: z.string().optional(),
      coupon: z.string().optional(),
      timeZone: z.string().optional(),
    }),
  ),
  next: z.string().describe('ask for what comes after this'),
});

/** Words before the last line, which is the result or says why there is none. */
export const BacktestLine = z.discriminatedUnion('is', [
  z.object({ is: z.literal('progress'), events: z.int(), of: z.int() }),
  z.object({ is: z.literal('result'), result: z.looseObject({ v: z.literal(1) }) }),
  z.looseObject({ is: z.literal('refused'), code: z.string(), message: z.string() }),
]);

export const LineReportAnswer = z.object({
  checks: z.array(
    z.object({
      name: z.string(),
      status: z.enum(['ok', 'warn', 'fail', 'unknown']),
      finding: z.string(),
      remedy: z.string(),
    }),
  ),
  byHand: z.array(z.string()).describe('what only LINE’s own pages can do or show'),
  ready: z.boolean(),
});
