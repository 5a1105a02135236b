import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { HEADQUARTERS } from '../core/access.ts';
import { IdParams, route } from './route.ts';

const LinkBody = z.strictObject({ member: z.string().min(1).max(128) });

export interface FormLinkAnswer {
  readonly url: string;
  readonly expiresAt: number;
}

/** `/v1/forms/<id>/links`: a personal link for one member, to be sent to nobody else. */
export function formLinkRoutes(
  app: FastifyInstance,
  makeLink: (form: string, member: string) => Promise<FormLinkAnswer>,
): void {
  route(app, {
    ...{ method: 'POST', url: '/forms/:id/links', roles: HEADQUARTERS, summary: "One member's own link to a form." },
    params: IdParams,
    body: LinkBody,
    handle: async ({ params, body }) => await makeLink(params.id, body.member),
  });
}
