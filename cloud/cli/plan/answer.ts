import { z } from 'zod';
import { epochMs } from '../../../protocol/units.ts';
import { ApplyAnswer } from '../manifest/apply-answer.ts';
import { ToldUnreached } from '../members/reach.ts';

const Time = z.number().transform((at) => epochMs(at));
const Count = z.number();
const People = z.object({
  members: Count,
  reachable: Count,
  unreached: ToldUnreached,
  heard30: Count,
  heard90: Count,
  tags: Count,
});
export type People = z.infer<typeof People>;

const Overlap = z.object({
  with: z.string(),
  priority: Count,
  doors: z.array(z.string()),
  phrases: z.array(z.string()),
  follow: z.boolean(),
  group: z.string().optional(),
});

const Campaign = z.object({
  campaign: z.string(),
  state: z.enum(['running', 'paused', 'ended']),
  audience: People,
  mostPeople: Count,
  doors: z.array(z.object({ node: z.string(), store: z.string(), zone: z.string(), events: Count })),
  stock: z.object({ of: Count, left: Count }).optional(),
  messages: z.object({ max: Count, per: z.enum(['day', 'month']), left: Count }).optional(),
  overlaps: z.array(Overlap),
});
export type PlannedCampaign = z.infer<typeof Campaign>;

/** What the server knows before anything is applied. */
export const PlanAnswer = ApplyAnswer.extend({
  v: z.literal(1),
  at: Time,
  recordedSince: z.number().optional(),
  people: People,
  campaigns: z.array(Campaign),
  line: z.object({
    quota: z.object({ most: Count.optional(), used: Count, left: Count.optional(), readAt: z.number() }).optional(),
    price: z.object({ minor: Count, currency: z.string() }).optional(),
  }),
});
export type PlanAnswer = z.infer<typeof PlanAnswer>;
