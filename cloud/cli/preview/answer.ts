import { z } from 'zod';
import { OUTCOMES, REFUSAL_REASONS } from '../../core/decide/reasons.ts';
import { ToldFigure } from '../explain/told.ts';

const Decision = z.object({
  campaign: z.string(),
  outcome: z.enum(OUTCOMES),
  reason: z.enum(REFUSAL_REASONS).optional(),
  passed: z.array(z.string()),
  gate: z.number().optional(),
  figure: ToldFigure.optional().catch(undefined),
});
export type PreviewedDecision = z.infer<typeof Decision>;

/** What one person would get by one event. */
export const PreviewAnswer = z.object({
  v: z.literal(1),
  campaign: z.string(),
  as: z.string(),
  at: z.number(),
  trigger: z.string(),
  node: z.string().optional(),
  store: z.string().optional(),
  timeZone: z.string(),
  decision: Decision,
  others: z.array(Decision),
  route: z.enum(['reply', 'push']).optional(),
  messages: z.array(z.looseObject({ type: z.string() })),
  sent: z.boolean(),
  complaint: z.string().optional(),
});
export type PreviewAnswer = z.infer<typeof PreviewAnswer>;
