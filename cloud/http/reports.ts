import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { HEADQUARTERS } from '../core/access.ts';
import type { Reconciliation } from '../core/report/reconcile.ts';
import { isWhen } from '../core/report/span.ts';
import { REPORT_BY, REPORTS, type Report, type ReportAsked } from '../core/report/types.ts';
import type { TailAnswer, TailAsked } from '../core/tail.ts';
import { ReconcileAnswer, ReportAnswer, TailedAnswer } from './answers/reports.ts';
import { route } from './route.ts';

/** What was earned, by the rows. Each call may throw {@link Problem}. */
export interface ReportApi {
  report(asked: ReportAsked): Promise<Report>;
  reconcile(asked: Pick<ReportAsked, 'since' | 'until'>): Promise<Reconciliation>;
  /** Resolves as soon as something was decided, or when the wait is over; at once when `gone` is. */
  tail(asked: TailAsked, gone: AbortSignal): Promise<TailAnswer>;
}

const When = z
  .string()
  .max(40)
  .refine(isWhen, 'must be an age such as 30d or 12h, a date such as 2026-12-31, or a moment in ISO form')
  .optional();

const SUMMARY = {
  campaign: 'What campaigns came to: heard, decided, granted, accepted, opened, redeemed, and what it cost and earned.',
  store: 'What happened at stores and their tills.',
  beacon: 'What was heard at each beacon, and what came of it.',
} as const;

/** `/v1/reports`. */
export function reportRoutes(app: FastifyInstance, api: ReportApi): void {
  for (const kind of REPORTS) {
    const [usual] = REPORT_BY[kind];
    const query = z.strictObject({
      /** Ids with commas between them. */
      ids: z.string().max(4_000).default(''),
      by: z.enum(REPORT_BY[kind]).default(usual),
      since: When,
      until: When,
    });
    route(app, {
      ...{ method: 'GET', url: `/reports/${kind}`, roles: [...HEADQUARTERS, 'store'], summary: SUMMARY[kind], query },
      answer: ReportAnswer,
      refuses: { 403: ['not_your_store'], 404: [`unknown_${kind}`], 422: ['empty_span'] },
      handle: async ({ query: { ids, ...asked }, access }) =>
        await api.report({
          kind,
          ids: ids.split(',').filter((id) => id !== ''),
          ...asked,
          ...(access.role === 'store' && { onlyStore: access.channel?.id }),
        }),
    });
  }
  route(app, {
    ...{ method: 'GET', url: '/reports/reconcile', roles: HEADQUARTERS },
    ...{ answer: ReconcileAnswer, refuses: { 422: ['empty_span'] } },
    summary: 'Whether events, decisions, messages, coupons and redemptions agree with one another.',
    query: z.strictObject({ since: When, until: When }),
    handle: async ({ query }) => await api.reconcile(query),
  });
  route(app, {
    ...{ method: 'GET', url: '/tail', roles: [...HEADQUARTERS, 'store'] },
    ...{ answer: TailedAnswer, refuses: {} },
    summary: 'Decisions as they are made: waits for some, and says after which to ask next. Answers overlap.',
    query: z.strictObject({
      after: z.string().max(64).optional(),
      campaign: z.string().max(128).optional(),
      store: z.string().max(128).optional(),
      wait: z.coerce.number().int().min(0).max(25).default(20),
    }),
    async handle({ query: { wait, ...asked }, access, reply }) {
      const store = access.role === 'store' ? access.channel?.id : asked.store;
      const gone = new AbortController();
      reply.raw.once('close', () => gone.abort());
      return await api.tail({ ...asked, store, waitMs: wait * 1000 }, gone.signal);
    },
  });
}
