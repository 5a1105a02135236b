import { timingSafeEqual } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { NodeBundle } from '../../protocol/messages/bundle.ts';
import type { Explanation } from '../core/explain.ts';
import type { LineReport } from '../core/line-checks.ts';
import { type Manifest, parseManifest } from '../core/manifest/manifest.ts';
import { OFFER_MESSAGES, tryTemplate } from '../core/message/sample.ts';
import { type DocumentIssue, Problem } from '../core/problem.ts';
import { type FormLinkAnswer, formLinkRoutes } from './form-links.ts';
import { type ConnectLine, lineRoutes } from './line.ts';
import { type MemberApi, memberRoutes } from './members.ts';
import { type NodeAdminApi, nodeRoutes } from './node-admin.ts';
import { read } from './read.ts';

/** What headquarters may ask and do. Each call may throw {@link Problem}. */
export interface AdminApi extends NodeAdminApi {
  apply(manifests: readonly Manifest[]): Promise<unknown[]>;
  explain(asked: string): Promise<Explanation>;
  listNodes(): Promise<unknown[]>;
  listAlerts(limit: number): Promise<unknown[]>;
  makeFormLink(form: string, member: string): Promise<FormLinkAnswer>;
  connectLine(asked: ConnectLine): Promise<LineReport>;
  makeBundle(nodeId: string, rotate: boolean): Promise<NodeBundle>;
  readonly members: MemberApi;
  coupon(id: string): Promise<unknown>;
  listEvents(query: { readonly limit: number; readonly member?: string }): Promise<unknown[]>;
}

const ApplyBody = z.strictObject({ documents: z.array(z.unknown()).min(1).max(1000) });
const BundleBody = z.strictObject({ rotate: z.boolean().default(false) });
const AlertsQuery = z.strictObject({ limit: z.coerce.number().int().min(1).max(1000).default(50) });
const EventsQuery = z.strictObject({
  member: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(50),
});
const IdParams = z.object({ id: z.string().min(1).max(128) });

/** `/v1`: everything the `pharos` command does, behind the admin token. */
export function adminRoutes(app: FastifyInstance, api: AdminApi, adminToken: string): void {
  app.addHook('onRequest', async (request) => {
    if (!sameToken(request.headers.authorization, adminToken)) {
      throw new Problem('not_allowed', 'bad_token', 'the bearer token is missing or wrong', {
        remedy: 'set PHAROS_TOKEN; the token stands in the file admin-token of the data folder',
      });
    }
  });

  app.post('/apply', async (request) => {
    const { documents } = read(ApplyBody, request.body);
    return { applied: await api.apply(parseAll(documents)) };
  });
  app.get('/alerts', async (request) => ({ alerts: await api.listAlerts(read(AlertsQuery, request.query).limit) }));
  formLinkRoutes(app, (form, member) => api.makeFormLink(form, member));
  lineRoutes(app, (asked) => api.connectLine(asked));
  app.get('/explain/:id', async (request) => await api.explain(read(IdParams, request.params).id));
  app.get('/nodes', async () => ({ nodes: await api.listNodes() }));
  nodeRoutes(app, api);
  app.post('/nodes/:id/bundle', async (request) =>
    api.makeBundle(read(IdParams, request.params).id, read(BundleBody, request.body ?? {}).rotate),
  );
  memberRoutes(app, api.members);
  app.get('/coupons/:id', async (request) => api.coupon(read(IdParams, request.params).id));
  app.get('/events', async (request) => {
    const { limit, member } = read(EventsQuery, request.query);
    return { events: await api.listEvents({ limit, ...(member !== undefined && { member }) }) };
  });
}

/** No header names no token, and an empty token is nobody's: not even that of a server that lost its own. */
function sameToken(header: string | undefined, token: string): boolean {
  if (header === undefined || token === '') return false;
  const given = Buffer.from(header.replace(/^Bearer /, ''));
  const wanted = Buffer.from(token);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

/** All documents or none: every issue of every document in one answer. */
function parseAll(documents: readonly unknown[]): Manifest[] {
  const issues: DocumentIssue[] = [];
  const manifests = documents.flatMap((document, index) => {
    const parsed = parseManifest(document);
    if (parsed.ok) {
      issues.push(...brokenTemplates(parsed.manifest).map((issue) => ({ document: index, ...issue })));
      return [parsed.manifest];
    }
    issues.push(...parsed.issues.map((issue) => ({ document: index, ...issue })));
    return [];
  });
  if (issues.length > 0) {
    const [first] = issues;
    throw new Problem('invalid', 'bad_manifest', `${issues.length} problem(s) in the documents: ${first?.message}`, {
      where: `document ${first?.document}: ${first?.path.join('.')}`,
      issues,
    });
  }
  return manifests;
}

/** What is wrong with the texts of a campaign, each tried with made-up values. */
function brokenTemplates(manifest: Manifest): { readonly path: readonly string[]; readonly message: string }[] {
  if (manifest.kind !== 'Campaign') return [];
  const { metadata, spec } = manifest;
  return OFFER_MESSAGES.flatMap((name) =>
    Object.entries(spec.offer[name]?.sources ?? {}).flatMap(([locale, source]) => {
      const { rendered } = tryTemplate(source, name);
      if (rendered.ok) return [];
      const { code, detail } = rendered.reject;
      const message = `campaign "${metadata.id}", ${locale} text: ${code}: ${detail}`;
      return [{ path: ['spec', 'offer', name, 'template'], message }];
    }),
  );
}
