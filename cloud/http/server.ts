import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import { notPlainAt } from '../core/plain-text.ts';
import { Problem } from '../core/problem.ts';
import { type Authenticate, authenticateBy, guard } from './access.ts';
import { type AdminApi, adminRoutes } from './admin.ts';
import { refuseBroken } from './broken-request.ts';
import { type CouponPageApi, couponPageRoutes } from './coupon-page.ts';
import { type EntranceApi, entranceRoutes } from './door-page.ts';
import { type FormApi, formRoutes } from './forms.ts';
import { describeApi } from './openapi.ts';
import { createPageRates, OUR_PROXIES } from './page-rates.ts';
import { type HealthDeps, healthRoutes } from './ready.ts';
import { type ReportApi, reportRoutes } from './reports.ts';
import { type TillApi, tillRoutes } from './till.ts';
import { tillPageRoutes } from './till-page.ts';
import { type WebhookTaker, webhookRoute } from './webhook.ts';

/** LINE's batches stay far below; a larger body is refused before it is read. */
const MOST_BODY_BYTES = 1024 * 1024;
/** A megabyte over a poor line, and no longer: who sends byte after byte holds a connection that others need. */
const SEND_WITHIN_MS = 60_000;
/** Numbers of sales and the like have up to 128 characters, and each may be written as nine letters of an address. */
const MOST_PARAM_LETTERS = 1_200;
/** A request in hand when the server stops is finished; LINE waits no longer than this for its answer either. */
const STOP_WITHIN_MS = 2_000;

export interface HttpDeps extends HealthDeps {
  readonly host: string;
  readonly port: number;
  readonly adminToken: string;
  /** Who shows a token that was made with `pharos token create`. */
  readonly findToken: Authenticate;
  readonly version: string;
  readonly webhook: WebhookTaker;
  readonly admin: AdminApi;
  readonly forms: FormApi;
  readonly till: TillApi;
  readonly reports: ReportApi;
  readonly pages: { readonly coupons: CouponPageApi; readonly entrances: EntranceApi };
  readonly onError: (error: unknown) => void;
}

export interface HttpServer {
  readonly url: string;
  /** Takes no more requests, answers those in hand, and after two seconds cuts what is left. */
  stop(): Promise<void>;
}

export async function startHttp(deps: HttpDeps): Promise<HttpServer> {
  const app = Fastify({
    bodyLimit: MOST_BODY_BYTES,
    requestTimeout: SEND_WITHIN_MS,
    routerOptions: { maxParamLength: MOST_PARAM_LETTERS },
    trustProxy: OUR_PROXIES,
    // An address that cannot be read is met before any route, and any handler of ours.
    frameworkErrors: (error, _request, reply) => answerError(error, reply, deps.onError),
    clientErrorHandler: refuseBroken,
    logger: false,
    forceCloseConnections: 'idle',
  });
  // Webhooks pass here too, thousands a second: no promise for each.
  app.addHook('onRequest', (_request, reply, done) => {
    reply.header('x-content-type-options', 'nosniff');
    done();
  });
  app.setErrorHandler((error, _request, reply) => answerError(error, reply, deps.onError));
  app.setNotFoundHandler((request, reply) =>
    answerProblem(reply, 404, new Problem('not_found', 'no_such_route', `no route ${request.method} ${request.url}`)),
  );
  app.addHook('preValidation', async ({ params, query, body }) => refuseUnlessPlain({ params, query, body }));
  healthRoutes(app, deps);
  await app.register(async (scope: FastifyInstance) => webhookRoute(scope, deps.webhook));
  await app.register(async (scope: FastifyInstance) => {
    createPageRates(() => performance.now())(scope);
    await scope.register(async (form: FastifyInstance) => formRoutes(form, deps.forms));
    couponPageRoutes(scope, deps.pages.coupons);
    entranceRoutes(scope, deps.pages.entrances);
    tillPageRoutes(scope);
  });
  const v1 = async (scope: FastifyInstance): Promise<void> => {
    // Codes and people, all of it.
    scope.addHook('onRequest', async (_request, reply) => void reply.header('cache-control', 'no-store'));
    guard(scope, authenticateBy(deps.adminToken, deps.findToken));
    // Else a forgotten content type would be blamed on the body.
    scope.removeContentTypeParser('text/plain');
    await describeApi(scope, deps.version);
    adminRoutes(scope, deps.admin);
    tillRoutes(scope, deps.till);
    reportRoutes(scope, deps.reports);
  };
  await app.register(v1, { prefix: '/v1' });
  const url = await app.listen({ host: deps.host, port: deps.port });
  return {
    url,
    async stop() {
      const deadline = setTimeout(() => app.server.closeAllConnections(), STOP_WITHIN_MS);
      await app.close().finally(() => clearTimeout(deadline));
    },
  };
}

/** Told, a program can mend it; a database would refuse it and all that is written along with it. */
function refuseUnlessPlain(parts: object): void {
  const at = notPlainAt(parts);
  if (at === undefined) return;
  throw new Problem('invalid', 'bad_text', 'a text holds a NUL character or half of a surrogate pair', {
    where: at.slice(1).join('.') || at.join('.'),
    remedy: 'leave that character out',
  });
}

const STATUS = { invalid: 422, not_allowed: 403, not_found: 404, conflict: 409 } as const;

function answerError(error: unknown, reply: FastifyReply, onError: (error: unknown) => void): void {
  if (error instanceof Problem) {
    answerProblem(reply, error.code === 'bad_token' ? 401 : STATUS[error.kind], error);
    return;
  }
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
  if (status >= 500) onError(error);
  const message = status >= 500 ? 'something broke on our side; the log says what' : (error as Error).message;
  const remedy = status === 415 && { remedy: 'send JSON, with the header content-type: application/json' };
  reply.status(status).send({ error: { code: status >= 500 ? 'internal' : 'bad_request', message, ...remedy } });
}

function answerProblem(reply: FastifyReply, status: number, problem: Problem): void {
  const { code, message, where, remedy, issues } = problem;
  reply.status(status).send({
    error: { code, message, ...(where && { where }), ...(remedy && { remedy }), ...(issues && { issues }) },
  });
}
