import type { FastifyInstance } from 'fastify';
import { Problem } from '../core/problem.ts';

/**
 * Resolves to sentences about what does not work although events are taken in and worked off; rejects when not, with a
 * {@link Problem} whose sentence may be shown to anybody.
 */
export type Readiness = () => Promise<readonly string[]>;

export interface HealthDeps {
  readonly ready: Readiness;
  readonly metrics: () => Promise<{ readonly contentType: string; readonly text: string }>;
}

/**
 * `/healthz`: the process answers. `/readyz`: it takes events in and can work them off; what else is wrong is told without a
 * 503, since who is taken out of service loses webhooks, which could be kept. `/metrics`: figures for Prometheus.
 */
export function healthRoutes(app: FastifyInstance, deps: HealthDeps): void {
  app.get('/healthz', async () => ({ ok: true }));
  app.get('/readyz', async (_request, reply) => {
    try {
      const trouble = await deps.ready();
      return { ready: true, ...(trouble.length > 0 && { trouble }) };
    } catch (error) {
      reply.status(503);
      return { ready: false, reason: error instanceof Problem ? error.message : 'something broke; the log says what' };
    }
  });
  app.get('/metrics', async (_request, reply) => {
    const { contentType, text } = await deps.metrics();
    return await reply.type(contentType).send(text);
  });
}
