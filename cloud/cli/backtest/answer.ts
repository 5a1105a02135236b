import { z } from 'zod';

export const Tally = z.object({
  campaign: z.string(),
  decisions: z.number(),
  outcomes: z.partialRecord(z.enum(['granted', 'reissued', 'refused', 'deferred', 'ghost']), z.number()),
  reasons: z.record(z.string(), z.number()),
  members: z.object({ met: z.number(), given: z.number() }),
  messages: z.object({ reply: z.number(), push: z.number() }),
  lostTo: z.record(z.string(), z.number()).default({}),
  ranOutAt: z.number().optional(),
  days: z.array(z.object({ date: z.string(), given: z.number() })),
});

/** What the server says of a backtest; `was` is what was really decided. */
export const BacktestAnswer = z.object({
  v: z.literal(1),
  since: z.number(),
  until: z.number(),
  events: z.number(),
  drafts: z.array(z.string()),
  would: z.array(Tally),
  was: z.array(Tally),
  tookMs: z.number(),
});
export type BacktestAnswer = z.infer<typeof BacktestAnswer>;
