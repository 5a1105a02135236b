import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { EpochMsField } from '../../protocol/messages/common.ts';
import type { EpochMs } from '../../protocol/units.ts';
import { HEADQUARTERS } from '../core/access.ts';
import type { ApplyAsked } from '../core/apply.ts';
import { SlugField } from '../core/manifest/fields.ts';
import type { Plan } from '../core/plan.ts';
import type { Preview, PreviewAsked } from '../core/preview.ts';
import { NOT_APPLIED, NOT_PREVIEWED, PlanAnswer, PreviewAnswer } from './answers/campaigns.ts';
import { applyFields, parseAll, pruneNamesOwner } from './apply.ts';
import { route } from './route.ts';

const PlanBody = pruneNamesOwner(z.strictObject({ ...applyFields, since: EpochMsField }));

/** `/v1/plan`: what applying these documents would change and whom it would meet; nothing is changed. */
export function planRoute(app: FastifyInstance, plan: (asked: ApplyAsked, since: EpochMs) => Promise<Plan>): void {
  route(app, {
    ...{ method: 'POST', url: '/plan', roles: HEADQUARTERS },
    ...{ answer: PlanAnswer, refuses: NOT_APPLIED },
    summary: 'What applying the documents would change, and how many people their campaigns could reach.',
    body: PlanBody,
    handle: async ({ body: { documents, since, ...asked }, access }) =>
      await plan({ ...asked, manifests: parseAll(documents), access, dryRun: true }, since),
  });
}

const PreviewBody = z.strictObject({
  campaign: SlugField,
  /** As they would be applied; none: by what is applied. */
  documents: z.array(z.unknown()).max(1_000).default([]),
  /** A member, or `sample`: somebody made up whom the campaign means. */
  as: z
    .string()
    .regex(/^(sample|mem_[0-9a-z]+)$/, 'sample, or the id of a member')
    .default('sample'),
  /** Absent: now. */
  at: EpochMsField.optional(),
  trigger: z.enum(['enter', 'dwell', 'exit', 'follow', 'keyword', 'schedule']).optional(),
  store: SlugField.optional(),
  node: SlugField.optional(),
  phrase: z.string().min(1).max(5_000).optional(),
  locale: z
    .string()
    .regex(/^[a-z]{2}(-[A-Z]{2})?$/, 'a locale looks like zh-TW')
    .optional(),
});

/** `/v1/preview`: what one person would get by one event that never was; nothing is changed or sent. */
export function previewRoute(
  app: FastifyInstance,
  preview: (asked: Omit<PreviewAsked, 'at'> & { readonly at: EpochMs | undefined }) => Promise<Preview>,
): void {
  route(app, {
    ...{ method: 'POST', url: '/preview', roles: HEADQUARTERS },
    ...{ answer: PreviewAnswer, refuses: NOT_PREVIEWED },
    summary: 'What one person would get by one event that never was, and why; nothing is changed or sent.',
    body: PreviewBody,
    handle: async ({ body: { documents, at, ...asked } }) =>
      await preview({ ...asked, at, manifests: parseAll(documents) }),
  });
}
