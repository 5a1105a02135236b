import { z } from 'zod';
import { REPORTS } from '../../core/report/types.ts';

/** A report as it comes over the wire. A newer server may count more than we know: that is left out. */
const Numbers = z.record(z.string(), z.number());
const Estimate = z.object({ value: z.number(), low: z.number(), high: z.number() });
const Arm = z.object({ members: z.number(), buyers: z.number(), spent: Numbers });

const Line = z.object({
  key: z.string().nullable(),
  name: z.string().optional(),
  counts: Numbers,
  reasons: Numbers,
  parked: Numbers,
  cost: Numbers,
  revenue: Numbers,
  perDay: z.array(z.number()).default([]),
  costPerRedemption: Numbers.optional(),
});
export type ToldLine = z.infer<typeof Line>;

const Uplift = z.object({
  campaign: z.string(),
  windowMs: z.number(),
  treated: Arm,
  control: Arm,
  difference: Estimate.optional(),
  verdict: z.enum(['more', 'less', 'chance', 'too_few']),
  wanted: z.number().optional(),
  revenuePerMember: z.record(z.string(), Estimate).optional(),
});
export type ToldUplift = z.infer<typeof Uplift>;

export const ToldReport = z.object({
  v: z.literal(1),
  report: z.enum(REPORTS),
  by: z.string(),
  since: z.number(),
  until: z.number(),
  madeAt: z.number(),
  timeZone: z.string(),
  days: z.array(z.string()),
  rows: z.array(Line),
  total: Line,
  journeys: z.array(
    z.object({ from: z.string().nullable(), to: z.string(), redeemed: z.number(), medianMinutes: z.number() }),
  ),
  friends: z.array(z.object({ source: z.string(), friends: z.number() })).optional(),
  joined: z.array(z.object({ form: z.string(), members: z.number() })).optional(),
  sales: z
    .array(
      z.object({ channel: z.string(), by: z.string(), why: z.string().optional(), sales: z.number(), net: Numbers }),
    )
    .optional(),
  uplift: z.array(Uplift).optional(),
});
export type ToldReport = z.infer<typeof ToldReport>;

export const ToldReconciliation = z.object({
  v: z.literal(1),
  since: z.number(),
  until: z.number(),
  timeZone: z.string(),
  ties: z.array(
    z.object({
      code: z.string(),
      total: z.number(),
      addsUp: z.boolean(),
      parts: z.array(z.object({ code: z.string(), many: z.number(), is: z.enum(['fine', 'gap', 'broken']) })),
    }),
  ),
  counters: z.array(z.object({ key: z.string(), counter: z.number(), rows: z.number() })),
  countersLooked: z.number(),
  addsUp: z.boolean(),
});
export type ToldReconciliation = z.infer<typeof ToldReconciliation>;
