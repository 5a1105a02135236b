import { z } from 'zod';
import type { Refusals } from '../route.ts';
import { errorOf, Time } from './common.ts';

/** Campaigns, and the documents they are made by. */

const State = z.enum(['running', 'paused', 'ended']);
const Stock = z.object({ of: z.int(), left: z.int() });

const SummaryFields = {
  id: z.string(),
  name: z.string(),
  state: State,
  version: z.int(),
  active: z
    .object({ from: z.string().optional(), until: z.string().optional() })
    .describe('local dates at the shops; until is inclusive'),
  given: z.int().describe('coupons that were shown to somebody, redeemed or not'),
  stock: Stock.optional().describe('absent where there is no limit'),
  changed: z.object({ at: Time, who: z.string(), action: z.string(), why: z.string().optional() }).optional(),
};

export const CampaignsAnswer = z.object({ campaigns: z.array(z.object(SummaryFields)) });

export const CampaignAnswer = z.object({
  ...SummaryFields,
  spec: z.looseObject({}).describe('as the newest version says it'),
  versions: z
    .array(z.object({ version: z.int(), at: Time, restores: z.int().optional().describe('a rollback to this one') }))
    .describe('the newest first'),
});

export const CampaignChangedAnswer = z.object({
  id: z.string(),
  state: State,
  version: z.int(),
  changed: z.boolean().describe('whether there was anything to do'),
});

const Change = z.object({ path: z.string(), from: z.unknown().optional(), to: z.unknown().optional() });

const OutcomeFields = {
  applied: z.array(
    z.object({
      kind: z.string(),
      id: z.string(),
      action: z.enum(['created', 'updated', 'unchanged']),
      version: z.int().optional(),
      changes: z.array(Change).optional(),
    }),
  ),
  removed: z.array(z.object({ kind: z.string(), id: z.string(), action: z.enum(['ended', 'deleted', 'kept']) })),
  warnings: z
    .array(
      z.object({
        code: z.string(),
        document: z.int().describe('counted as they came, from 0'),
        path: z.array(z.union([z.string(), z.int()])),
        message: z.string(),
      }),
    )
    .describe('applied all the same, but hardly what was meant'),
};

export const ApplyAnswer = z.object({ dryRun: z.boolean(), ...OutcomeFields });

export const PlanAnswer = z.object({
  v: z.literal(1),
  at: Time,
  recordedSince: Time.optional(),
  people: z.looseObject({ members: z.int(), reachable: z.int() }),
  campaigns: z.array(
    z.looseObject({
      campaign: z.string(),
      state: State,
      audience: z.looseObject({ members: z.int(), reachable: z.int() }),
      doors: z.array(z.object({ node: z.string(), store: z.string(), zone: z.string(), events: z.int() })),
      stock: Stock.optional(),
      overlaps: z.array(z.looseObject({ with: z.string() })),
    }),
  ),
  line: z.looseObject({}),
  ...OutcomeFields,
});

const Previewed = z.looseObject({
  campaign: z.string(),
  outcome: z.string(),
  reason: z.string().optional(),
  passed: z.array(z.string()).describe('gates passed, in order'),
});

export const PreviewAnswer = z.looseObject({
  v: z.literal(1),
  campaign: z.string(),
  as: z.string(),
  at: Time,
  trigger: z.string(),
  timeZone: z.string(),
  decision: Previewed,
  others: z.array(Previewed),
  messages: z.array(z.looseObject({})).describe('what the person would read'),
  sent: z.boolean(),
});

/** Of documents that cannot be applied: each mistake with its document and path, where it is one of the documents. */
const refusedDocuments = errorOf(
  z.enum([
    ...([
      'bad_manifest',
      'message_refused',
      'no_template',
      'unknown_store',
      'unknown_segment',
      'segment_cycle',
    ] as const),
    'expect_unknown',
  ]),
  {
    issues: z
      .array(z.object({ document: z.int(), path: z.array(z.union([z.string(), z.int()])), message: z.string() }))
      .optional(),
  },
);

export const NOT_APPLIED: Refusals = {
  409: ['version_conflict', 'campaign_ended', 'stock_below_issued', 'index_taken', 'channel_id_taken'],
  422: [refusedDocuments],
};

export const NOT_PREVIEWED: Refusals = {
  ...NOT_APPLIED,
  404: ['unknown_campaign', 'unknown_member'],
  422: [refusedDocuments, 'no_such_trigger', 'no_door', 'not_concerned'],
};

export const NOT_ROLLED_BACK: Refusals = {
  404: ['unknown_campaign', 'unknown_version'],
  409: [...(NOT_APPLIED[409] ?? []), 'which_version'],
  422: [refusedDocuments],
};

export const NOT_JUDGED_AGAIN: Refusals = { 409: ['busy'], 422: ['empty_span', refusedDocuments] };
