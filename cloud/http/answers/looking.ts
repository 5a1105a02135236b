import { z } from 'zod';
import { CouponState, Time } from './common.ts';

/** What was heard and decided, and the coupon that came of it. */

export const CouponAnswer = z.object({
  id: z.string(),
  code: z.string(),
  campaign: z.string(),
  state: CouponState,
  member: z.string(),
  store: z.string().nullable().describe('null: given at no store'),
  issuedAt: Time,
  expiresAt: Time,
  opened: z.int().describe('how often a person looked at its page'),
  openedAt: Time.optional(),
  source: z.string().optional().describe('what the person came by'),
});

export const EventsAnswer = z.object({
  events: z.array(
    z.object({
      id: z.string(),
      ear: z.string().describe('line: a phone heard a node, or something was typed; tag: a node heard a tag'),
      type: z.string(),
      sourceId: z.string(),
      at: Time,
      receivedAt: Time,
      state: z.enum(['pending', 'done', 'failed']),
      store: z.string().optional(),
      node: z.string().optional(),
      member: z.string().optional(),
      visit: z.string().optional(),
      trust: z.string().optional(),
      hwid: z.string().optional(),
      dm: z.string().optional(),
    }),
  ),
});

export const AlertsAnswer = z.object({
  alerts: z.array(
    z.object({
      id: z.string(),
      kind: z.string(),
      hwid: z.string(),
      node: z.string().optional(),
      dm: z.string().optional(),
      event: z.string().describe('the last one'),
      offMs: z.int().optional(),
      times: z.int(),
      firstAt: Time,
      lastAt: Time,
      advice: z.string(),
    }),
  ),
});

const Attempt = z.object({ at: Time, endedAt: Time, outcome: z.string(), detail: z.string().optional() });

const Delivery = z.looseObject({
  id: z.string(),
  route: z.enum(['reply', 'push']),
  state: z.string(),
  parkReason: z.string().optional(),
  retryKey: z.string(),
  requestId: z.string().optional(),
  createdAt: Time,
  settledAt: Time.optional(),
  attempts: z.array(Attempt),
});

const Decision = z.looseObject({
  id: z.string(),
  campaign: z.string(),
  version: z.int(),
  outcome: z.enum(['granted', 'reissued', 'refused', 'deferred', 'ghost']),
  reason: z.string().optional(),
  sentence: z.string().optional(),
  passed: z.array(z.string()).describe('gates passed, in order'),
  decidedAt: Time,
  figure: z.looseObject({ kind: z.string() }).optional().describe('the number or rule behind the reason'),
  coupon: z.looseObject({ id: z.string(), state: z.string(), expiresAt: Time, opened: z.int() }).optional(),
  delivery: Delivery.optional(),
});

export const ExplainAnswer = z.object({
  asked: z.string(),
  events: z.array(
    z.looseObject({
      id: z.string(),
      ear: z.string(),
      type: z.string(),
      at: Time,
      receivedAt: Time,
      ageMs: z.int().optional(),
      state: z.enum(['pending', 'done', 'failed']),
      sourceId: z.string(),
      store: z.string().optional(),
      timeZone: z.string().optional(),
      node: z.string().optional(),
      member: z.string().optional(),
      visit: z.string().optional(),
      decisions: z.array(Decision),
      others: z
        .array(z.looseObject({ campaign: z.string(), why: z.string() }))
        .describe('campaigns that had nothing to do with the event, and why'),
    }),
  ),
});
