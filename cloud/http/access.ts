import { timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type Access, ADMIN, mayAct, type Role } from '../core/access.ts';
import { Problem } from '../core/problem.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may call the route. Without it: `admin` alone. */
    roles?: readonly Role[];
  }
}

/** Who shows this token, if anybody. */
export type Authenticate = (token: string) => Promise<Access | undefined>;

/** The admin token of the data folder, or one of those that were made. */
export const authenticateBy =
  (adminToken: string, find: Authenticate): Authenticate =>
  async (token) =>
    same(token, adminToken) ? ADMIN : await find(token);

const DECORATION = 'access';
const ADMIN_ALONE: readonly Role[] = ['admin'];

/**
 * Lets into the routes of this scope only who shows a token with a role the route names, before anything of the request
 * is read: 401 for a token nobody knows, 403 for a role that may not.
 */
export function guard(app: FastifyInstance, authenticate: Authenticate): void {
  app.decorateRequest(DECORATION, null);
  app.addHook('onRequest', async (request) => {
    const token = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    const access = token === undefined ? undefined : await authenticate(token);
    if (access === undefined) {
      throw new Problem('not_allowed', 'bad_token', 'the bearer token is missing, wrong or revoked', {
        remedy: 'pharos login, or set PHAROS_TOKEN; on the server it stands in the file admin-token of the data folder',
      });
    }
    mayAct(access, request.routeOptions.config.roles ?? ADMIN_ALONE);
    request.setDecorator<Access>(DECORATION, access);
  });
}

/** Who is asking. Only within a scope that {@link guard} keeps. */
export const accessOf = (request: FastifyRequest): Access => request.getDecorator<Access>(DECORATION);

/** An empty token is nobody's: not even that of a server that lost its own. */
function same(given: string, wanted: string): boolean {
  const left = Buffer.from(given);
  const right = Buffer.from(wanted);
  return right.length > 0 && left.length === right.length && timingSafeEqual(left, right);
}
