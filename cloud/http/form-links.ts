import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { HEADQUARTERS } from '../core/access.ts';
import { FormLinkAnswer } from './answers/forms.ts';
import { IdParams, route } from './route.ts';

const LinkBody = z.strictObject({ member: z.string().min(1).max(128) });

export type FormLink = z.infer<typeof FormLinkAnswer>;

/** `/v1/forms/<id>/links`: a personal link for one member, to be sent to nobody else. */
export function formLinkRoutes(
  app: FastifyInstance,
  makeLink: (form: string, member: string) => Promise<FormLink>,
): void {
  route(app, {
    ...{ method: 'POST', url: '/forms/:id/links', roles: HEADQUARTERS, summary: "One member's own link to a form." },
    ...{ answer: FormLinkAnswer, refuses: { 404: ['unknown_form', 'unknown_member'] } },
    params: IdParams,
    body: LinkBody,
    handle: async ({ params, body }) => await makeLink(params.id, body.member),
  });
}
