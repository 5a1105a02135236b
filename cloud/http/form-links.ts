import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { read } from './read.ts';

const LinkBody = z.strictObject({ member: z.string().min(1).max(128) });
const IdParams = z.object({ id: z.string().min(1).max(128) });

export interface FormLinkAnswer {
  readonly url: string;
  readonly expiresAt: number;
}

/** `/v1/forms/<id>/links`: a personal link for one member, to be sent to nobody else. */
export function formLinkRoutes(
  app: FastifyInstance,
  makeLink: (form: string, member: string) => Promise<FormLinkAnswer>,
): void {
  app.post('/forms/:id/links', async (request) =>
    makeLink(read(IdParams, request.params).id, read(LinkBody, request.body).member),
  );
}
