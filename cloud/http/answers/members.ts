import { z } from 'zod';
import { IDENTITY_KINDS } from '../../core/member/identity.ts';
import { CouponState, Time } from './common.ts';

/** Members, by surrogate ids: who they are outright is in {@link MemberExportAnswer} alone. */

const Reach = z.string().describe('reachable by LINE, or the first thing that is missing');
const Attributes = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

export const MembersAnswer = z.object({
  members: z.array(
    z.object({
      id: z.string(),
      createdAt: Time.optional(),
      blocked: z.boolean().optional(),
      tier: z.string().optional(),
      reach: Reach.optional(),
      tags: z.array(z.string()).optional(),
    }),
  ),
});

export const FoundAnswer = z.object({ members: z.array(z.object({ id: z.string() })) });

const ProfileFields = {
  id: z.string(),
  createdAt: Time,
  blocked: z.boolean(),
  mergedInto: z.string().optional(),
  erasedAt: Time.optional(),
  tier: z.string().optional(),
  reach: Reach.optional(),
  madeOf: z.array(z.string()).describe('members that were merged into this one'),
  tags: z.array(z.string()),
  attributes: Attributes,
};

export const MemberAnswer = z.object({
  ...ProfileFields,
  identities: z.array(
    z.object({ link: z.string(), kind: z.enum(IDENTITY_KINDS), shown: z.string().describe('masked'), since: Time }),
  ),
  consents: z
    .array(z.object({ purpose: z.string(), action: z.string(), wording: z.string(), at: Time }))
    .describe('the last word on each purpose'),
  coupons: z.array(
    z.object({ id: z.string(), campaign: z.string(), state: CouponState, issuedAt: Time, expiresAt: Time }),
  ),
});

export const MemberExportAnswer = z.looseObject({
  format: z.literal('pharos-member'),
  v: z.literal(1),
  exportedAt: Time,
  ...ProfileFields,
});

export const TimelineAnswer = z.object({
  timeline: z.array(
    z.object({
      at: Time,
      kind: z.enum(['event', 'visit', 'decision', 'coupon', 'delivery', 'consent', 'form', 'redemption', 'sale']),
      id: z.string(),
      what: z.string().describe('a word of its kind: the type of an event, the outcome of a decision'),
      ear: z.string().optional(),
      store: z.string().optional(),
      node: z.string().optional(),
      campaign: z.string().optional(),
      reason: z.string().optional(),
      until: Time.optional(),
    }),
  ),
});

export const LinkedAnswer = z.object({
  linked: z.boolean().describe('false: it was the member’s already'),
  link: z.string(),
});

export const UnlinkedAnswer = z.object({ unlinked: z.boolean().describe('false: it had ended') });

const Counts = z.record(z.string(), z.int()).describe('rows, by table');

export const MergedAnswer = z.object({
  merge: z.string(),
  survivor: z.string(),
  absorbed: z.string(),
  moved: Counts,
  revoked: z.array(z.string()).describe('coupons that gave way to another one of their campaign'),
  visitsFolded: z.int(),
});

export const UnmergedAnswer = z.object({
  merge: z.string(),
  survivor: z.string(),
  absorbed: z.string(),
  kept: Counts,
  stayed: Counts,
});

export const ErasedAnswer = z.object({
  erasure: z.string(),
  member: z.string(),
  nodes: z.array(z.string()).describe('that were told to forget'),
});

export const ErasureAnswer = z.object({
  erasure: z.string(),
  member: z.string(),
  at: Time,
  why: z.string(),
  who: z.string(),
  confirmed: z.boolean().describe('all nodes have'),
  nodes: z.array(z.object({ node: z.string(), state: z.string(), at: Time.optional(), detail: z.string().optional() })),
});

export const ImportAnswer = z.object({
  created: z.int(),
  updated: z.int(),
  unchanged: z.int(),
  rejected: z.array(z.object({ line: z.int(), code: z.string(), detail: z.string() })),
});

export const TaggedAnswer = z.object({ matched: z.int(), changed: z.int() });

export const SegmentsAnswer = z.object({
  segments: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      who: z.looseObject({}),
      campaigns: z.array(z.string()).describe('that it reaches'),
    }),
  ),
});

export const SegmentPreviewAnswer = z.looseObject({
  count: z.int(),
  of: z.int().describe('members looked at'),
  reachable: z.int().describe('of those it means: whom LINE can carry an offer to'),
  unreached: z
    .object({ no_line: z.int(), blocked: z.int(), no_consent: z.int() })
    .describe('why the rest cannot be reached, the first thing that is missing'),
  sample: z.array(z.object({ member: z.string(), tier: z.string().optional(), tags: z.array(z.string()) })),
});

/** A member a line, and at the end of a whole list `{"end":true}`. */
export const MemberLine = z.union([
  z.object({ end: z.literal(true) }),
  z.looseObject({ member: z.string(), createdAt: Time, tags: z.array(z.string()), attributes: Attributes }),
]);

/** Of whoever is changed. */
export const NO_LIVING_MEMBER = { 404: ['unknown_member'], 409: ['member_merged', 'member_erased'] } as const;

/** Of whoever is to have an identity. */
export const NOT_LINKED = {
  ...NO_LIVING_MEMBER,
  409: [...NO_LIVING_MEMBER[409], 'link_conflict'],
  422: ['bad_identity', 'wording_missing'],
} as const;
