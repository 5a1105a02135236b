import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { EpochMsField } from '../../protocol/messages/common.ts';
import type { EpochMs } from '../../protocol/units.ts';
import { HEADQUARTERS } from '../core/access.ts';
import type { ApplyAsked } from '../core/apply.ts';
import type { Plan } from '../core/plan.ts';
import { applyFields, parseAll, pruneNamesOwner } from './apply.ts';
import { route } from './route.ts';

const PlanBody = pruneNamesOwner(z.strictObject({ ...applyFields, since: EpochMsField }));

/** `/v1/plan`: what applying these documents would change and whom it would meet; nothing is changed. */
export function planRoute(app: FastifyInstance, plan: (asked: ApplyAsked, since: EpochMs) => Promise<Plan>): void {
  route(app, {
    ...{ method: 'POST', url: '/plan', roles: HEADQUARTERS },
    summary: 'What applying the documents would change, and how many people their campaigns could reach.',
    body: PlanBody,
    handle: async ({ body: { documents, since, ...asked }, access }) =>
      await plan({ ...asked, manifests: parseAll(documents), access, dryRun: true }, since),
  });
}
