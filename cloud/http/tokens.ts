import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { type Act, ANYBODY, type AskedToken, HEADQUARTERS, ROLES } from '../core/access.ts';
import type { AuditQuery, AuditRecord } from '../core/audit.ts';
import { SlugField } from '../core/manifest/fields.ts';
import { AuditAnswer, NewTokenAnswer, RevokedAnswer, TokensAnswer, WhoamiAnswer } from './answers/access.ts';
import { IdParams, limitUpTo, route, WhyField } from './route.ts';

/** Who may ask anything at all, and who changed what. Each call may throw {@link Problem}. */
export interface AccessApi {
  createToken(asked: AskedToken, act: Act): Promise<unknown>;
  listTokens(): Promise<unknown[]>;
  revokeToken(idOrName: string, act: Act): Promise<unknown>;
  audit(query: AuditQuery): Promise<readonly AuditRecord[]>;
}

const TokenBody = z.strictObject({
  /** As it stands in the audit. */
  name: z
    .string()
    .regex(/^[^\s\p{C}](?:[^\p{C}]{0,62}[^\s\p{C}])?$/u, 'a name has 1 to 64 characters, and no blank at either end'),
  role: z.enum(ROLES),
  channel: z.strictObject({ kind: z.enum(['store', 'web-shop']), id: SlugField }).optional(),
  why: WhyField.optional(),
});

const AuditQueryFields = z.strictObject({
  limit: limitUpTo(10_000, 200),
  campaign: z.string().min(1).max(128).optional(),
  since: z.coerce.number().int().nonnegative().optional(),
});

/** `/v1/tokens`, `/v1/whoami` and `/v1/audit`. */
export function accessRoutes(app: FastifyInstance, api: AccessApi): void {
  route(app, {
    ...{ method: 'POST', url: '/tokens', roles: ['admin'], summary: 'Makes a token; it is shown this once.' },
    ...{
      answer: NewTokenAnswer,
      refuses: { 404: ['unknown_channel'], 409: ['name_taken'], 422: ['token_unbound', 'token_bound'] },
    },
    body: TokenBody,
    status: 201,
    handle: async ({ body: { why, ...asked }, access }) => await api.createToken(asked, { by: access, why }),
  });
  route(app, {
    ...{ method: 'GET', url: '/tokens', roles: ['admin'], summary: 'The tokens that work, without themselves.' },
    ...{ answer: TokensAnswer, refuses: {} },
    handle: async () => ({ tokens: await api.listTokens() }),
  });
  route(app, {
    ...{ method: 'DELETE', url: '/tokens/:id', roles: ['admin'], summary: 'Revokes a token, by its id or name.' },
    ...{ answer: RevokedAnswer, refuses: { 404: ['unknown_token'], 409: ['which_token'] } },
    params: IdParams,
    query: z.strictObject({ why: WhyField.optional() }),
    handle: async ({ params: { id }, query: { why }, access }) => await api.revokeToken(id, { by: access, why }),
  });
  route(app, {
    ...{ method: 'GET', url: '/whoami', roles: ANYBODY, summary: 'Whose token this is, and what it may do.' },
    ...{ answer: WhoamiAnswer, refuses: {} },
    handle: async ({ access }) => access,
  });
  route(app, {
    ...{ method: 'GET', url: '/audit', roles: HEADQUARTERS, summary: 'Who changed what and why, the newest first.' },
    ...{ answer: AuditAnswer, refuses: {} },
    query: AuditQueryFields,
    handle: async ({ query }) => ({ audit: await api.audit(query) }),
  });
}
