import type { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { EpochMs } from '../../protocol/units.ts';
import { type Act, HEADQUARTERS } from '../core/access.ts';
import type { ApplyAsked, ApplyOutcome } from '../core/apply.ts';
import type { BacktestAsked } from '../core/backtest.ts';
import type { Explanation } from '../core/explain.ts';
import type { LineReport } from '../core/line-checks.ts';
import { MadeBundle } from '../core/made-bundle.ts';
import type { Plan } from '../core/plan.ts';
import type { Identity } from '../core/ports.ts';
import type { Preview, PreviewAsked } from '../core/preview.ts';
import { AlertsAnswer, CouponAnswer, EventsAnswer, ExplainAnswer } from './answers/looking.ts';
import { NodesAnswer } from './answers/nodes.ts';
import { applyRoute } from './apply.ts';
import { backtestRoute } from './backtest.ts';
import { type CampaignApi, campaignRoutes } from './campaigns.ts';
import { type FormLink, formLinkRoutes } from './form-links.ts';
import { type ConnectLine, lineRoutes } from './line.ts';
import { type MemberListApi, memberListRoutes } from './member-lists.ts';
import { FindBody, type MemberApi, memberRoutes } from './members.ts';
import { type NodeAdminApi, nodeRoutes } from './node-admin.ts';
import { planRoute, previewRoute } from './plan.ts';
import { IdParams, limitUpTo, route, WhyField } from './route.ts';
import { type StoreApi, storeRoutes } from './stores.ts';
import { type AccessApi, accessRoutes } from './tokens.ts';

/** What headquarters may ask and do. Each call may throw {@link Problem}. */
export interface AdminApi extends AccessApi, CampaignApi, NodeAdminApi {
  apply(asked: ApplyAsked): Promise<ApplyOutcome>;
  /** Lines of JSON; the last is the result. */
  backtest(asked: BacktestAsked): Readable;
  /** What was recorded since then tells how many people there are. */
  plan(asked: ApplyAsked, since: EpochMs): Promise<Plan>;
  /** `at` absent: now. */
  preview(asked: Omit<PreviewAsked, 'at'> & { readonly at: EpochMs | undefined }): Promise<Preview>;
  explain(asked: string): Promise<Explanation>;
  /** Of the person behind an identity, which is not repeated. */
  explainPerson(identity: Pick<Identity, 'kind' | 'subject'>): Promise<Explanation>;
  listNodes(): Promise<unknown[]>;
  listAlerts(limit: number): Promise<unknown[]>;
  makeFormLink(form: string, member: string): Promise<FormLink>;
  connectLine(asked: ConnectLine): Promise<LineReport>;
  makeBundle(nodeId: string, rotate: boolean, act: Act): Promise<MadeBundle>;
  readonly members: MemberApi;
  readonly memberLists: MemberListApi;
  readonly stores: StoreApi;
  coupon(id: string): Promise<unknown>;
  listEvents(query: { readonly limit: number; readonly member?: string }): Promise<unknown[]>;
}

const ExplainBody = z.union([z.strictObject({ asked: z.string().min(1).max(320) }), FindBody]);

/** The part of `/v1` that headquarters uses, in a scope that is guarded already. */
export function adminRoutes(app: FastifyInstance, api: AdminApi): void {
  accessRoutes(app, api);
  applyRoute(app, (asked) => api.apply(asked));
  backtestRoute(app, (asked) => api.backtest(asked));
  campaignRoutes(app, api);
  planRoute(app, (asked, since) => api.plan(asked, since));
  previewRoute(app, (asked) => api.preview(asked));
  formLinkRoutes(app, (form, member) => api.makeFormLink(form, member));
  lineRoutes(app, (asked) => api.connectLine(asked));
  nodeRoutes(app, api);
  memberRoutes(app, api.members);
  memberListRoutes(app, api.memberLists);
  storeRoutes(app, api.stores);
  lookingRoutes(app, api);
  route(app, {
    ...{ method: 'POST', url: '/nodes/:id/bundle', roles: ['admin'] },
    ...{ answer: MadeBundle, refuses: { 404: ['unknown_node'], 409: ['has_credentials'] } },
    summary:
      'New secrets for a node; those before stop working. With `brokerList: stale` the broker is not ours, and they do so once its list is renewed.',
    params: IdParams,
    body: z.strictObject({ rotate: z.boolean().default(false), why: WhyField.optional() }),
    handle: async ({ params: { id }, body: { rotate, why }, access }) =>
      await api.makeBundle(id, rotate, { by: access, why }),
  });
}

function lookingRoutes(app: FastifyInstance, api: AdminApi): void {
  route(app, {
    ...{ method: 'GET', url: '/alerts', roles: HEADQUARTERS, summary: 'Frames that look copied, forged or foreign.' },
    ...{ answer: AlertsAnswer, refuses: {} },
    query: z.strictObject({ limit: limitUpTo(1000, 50) }),
    handle: async ({ query: { limit } }) => ({ alerts: await api.listAlerts(limit) }),
  });
  route(app, {
    ...{ method: 'GET', url: '/explain/:id', roles: HEADQUARTERS },
    ...{ answer: ExplainAnswer, refuses: { 404: ['nothing_known', 'nothing_happened'] } },
    summary: 'Why somebody got a message or did not.',
    params: IdParams,
    handle: async ({ params: { id } }) => await api.explain(id),
  });
  route(app, {
    ...{ method: 'POST', url: '/explain', roles: HEADQUARTERS },
    ...{ answer: ExplainAnswer, refuses: { 404: ['nothing_known', 'nothing_happened', 'unknown_member'] } },
    summary: 'The same for what must not stand in a URL: a coupon code, a LINE user id, a phone, an address.',
    body: ExplainBody,
    handle: async ({ body }) => await ('asked' in body ? api.explain(body.asked) : api.explainPerson(body)),
  });
  route(app, {
    ...{ method: 'GET', url: '/nodes', roles: HEADQUARTERS, summary: 'All nodes and how they are.' },
    ...{ answer: NodesAnswer, refuses: {} },
    handle: async () => ({ nodes: await api.listNodes() }),
  });
  route(app, {
    ...{ method: 'GET', url: '/coupons/:id', roles: HEADQUARTERS, summary: 'One coupon with its code.' },
    ...{ answer: CouponAnswer, refuses: { 404: ['unknown_coupon'] } },
    params: IdParams,
    handle: async ({ params: { id } }) => await api.coupon(id),
  });
  route(app, {
    ...{ method: 'GET', url: '/events', roles: HEADQUARTERS, summary: 'What was heard last.' },
    ...{ answer: EventsAnswer, refuses: {} },
    query: z.strictObject({ member: z.string().optional(), limit: limitUpTo(1000, 50) }),
    handle: async ({ query: { limit, member } }) => ({
      events: await api.listEvents({ limit, ...(member !== undefined && { member }) }),
    }),
  });
}
