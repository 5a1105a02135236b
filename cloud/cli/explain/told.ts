import { z } from 'zod';
import { OUTCOMES } from '../../core/decide/reasons.ts';

/**
 * An explanation as it comes over the wire. Words of closed lists are read as text: a newer server may know more of
 * them, and half a story is better than none.
 */
const Delivery = z.object({
  id: z.string(),
  route: z.enum(['reply', 'push']),
  state: z.string(),
  parkReason: z.string().optional(),
  requestId: z.string().optional(),
  attempts: z.array(
    z.object({ at: z.number(), endedAt: z.number(), outcome: z.string(), detail: z.string().optional() }),
  ),
});

const Decision = z.object({
  campaign: z.string(),
  version: z.number(),
  outcome: z.enum(OUTCOMES),
  reason: z.string().optional(),
  sentence: z.string().optional(),
  passed: z.array(z.string()),
  coupon: z.object({ id: z.string(), state: z.string(), expiresAt: z.number() }).optional(),
  delivery: Delivery.optional(),
});

const Event = z.object({
  id: z.string(),
  ear: z.enum(['line', 'tag', 'clock']),
  type: z.string(),
  at: z.number(),
  receivedAt: z.number(),
  ageMs: z.number().optional(),
  state: z.enum(['pending', 'done', 'failed']),
  store: z.string().optional(),
  timeZone: z.string().optional(),
  node: z.string().optional(),
  member: z.string().optional(),
  visit: z.string().optional(),
  hwid: z.string().optional(),
  dm: z.string().optional(),
  trust: z.string().optional(),
  decisions: z.array(Decision),
  others: z.array(z.object({ campaign: z.string(), why: z.string() })),
});

export const ToldExplanation = z.object({ asked: z.string(), events: z.array(Event) });
export type ToldExplanation = z.infer<typeof ToldExplanation>;
export type ToldEvent = z.infer<typeof Event>;
export type ToldDecision = z.infer<typeof Decision>;
export type ToldDelivery = z.infer<typeof Delivery>;
