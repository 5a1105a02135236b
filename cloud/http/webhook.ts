import type { FastifyInstance } from 'fastify';

export type WebhookTaker = (
  body: Buffer,
  signature: string | undefined,
) => Promise<{ readonly status: number; readonly code?: string; readonly message?: string }>;

/** What stands behind the server's own address in the webhook address LINE calls. */
export const WEBHOOK_PATH = '/line/webhook';

/**
 * `POST /line/webhook`. The signature covers the bytes as they came, so nothing parses them before it is checked:
 * this scope takes every content type as a plain buffer.
 */
export function webhookRoute(app: FastifyInstance, take: WebhookTaker): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.post(WEBHOOK_PATH, async (request, reply) => {
    const signature = request.headers['x-line-signature'];
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const answer = await take(body, typeof signature === 'string' ? signature : undefined);
    // The same for every call, so made beforehand.
    if (answer.status === 200) return reply.type(JSON_TYPE).send('{}');
    return reply.status(answer.status).send({ error: { code: answer.code, message: answer.message } });
  });
}

const JSON_TYPE = 'application/json; charset=utf-8';
