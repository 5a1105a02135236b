import { z } from 'zod';
import { OUTCOMES } from '../../core/decide/reasons.ts';
import { SegmentField } from '../../core/manifest/segment.ts';

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
  multicast: z.boolean().optional(),
  attempts: z.array(
    z.object({ at: z.number(), endedAt: z.number(), outcome: z.string(), detail: z.string().optional() }),
  ),
});

const Whole = z.number();
const kind = <K extends string, S extends z.ZodRawShape>(name: K, shape: S) =>
  z.object({ kind: z.literal(name), ...shape });

const Rule = z.object({
  path: z.string(),
  rule: SegmentField,
  wanted: z.boolean(),
  has: z.union([z.string(), z.number(), z.boolean(), z.null()]).optional(),
  segment: z.string().optional(),
});

const Figure = z.discriminatedUnion('kind', [
  kind('cap', { count: Whole, max: Whole, per: z.string(), since: Whole.optional() }),
  kind('stock', { given: Whole, of: Whole }),
  kind('budget', { used: Whole, of: Whole, period: z.string() }),
  kind('quota', { used: Whole, most: Whole, readAt: Whole }),
  kind('quiet', { from: Whole, to: Whole, whose: z.enum(['campaign', 'house', 'store']), timeZone: z.string() }),
  kind('window', {
    ...{ days: z.array(z.string()).optional(), from: Whole.optional(), to: Whole.optional() },
    timeZone: z.string(),
  }),
  kind('audience', {
    ...{ failed: z.array(z.array(Rule)), segmentsChangedAt: Whole.optional(), unresolved: z.string().optional() },
  }),
  kind('dates', { from: z.string().optional(), until: z.string().optional(), timeZone: z.string() }),
  kind('late', { ageMs: Whole.optional(), freshForMs: Whole }),
  kind('held', { coupon: z.string(), since: Whole }),
  kind('weighed', { at: Whole, outcome: z.string() }),
  kind('winner', { campaign: z.string() }),
  kind('fixed', { given: Whole, of: Whole }),
  kind('stopped', { how: z.enum(['pause', 'end']), at: z.number(), by: z.string(), why: z.string().optional() }),
  kind('template', { complaint: z.string() }),
]);
export const ToldFigure = Figure;
export type ToldFigure = z.infer<typeof Figure>;

const Coupon = z.object({
  id: z.string(),
  state: z.string(),
  expiresAt: z.number(),
  openedAt: z.number().optional(),
  opened: z.number().default(0),
  redeemed: z.object({ id: z.string(), at: z.number(), place: z.string() }).optional(),
});
export type ToldCoupon = z.infer<typeof Coupon>;

const Decision = z.object({
  campaign: z.string(),
  version: z.number(),
  outcome: z.enum(OUTCOMES),
  reason: z.string().optional(),
  sentence: z.string().optional(),
  passed: z.array(z.string()),
  // A figure of a kind we do not know is left out; the reason stands without it.
  figure: Figure.optional().catch(undefined),
  coupon: Coupon.optional(),
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
