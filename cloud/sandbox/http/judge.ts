import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Host } from '../host.ts';
import type { LogEntry } from '../judge-entries.ts';
import { LOG_LIMIT, PAGE } from '../judge-log.ts';
import { logLine } from '../view/log-line.ts';
import { sendError } from './answers.ts';
import { openStream } from './stream.ts';

const Query = z.strictObject({
  after: z.coerce.number().int().nonnegative().default(0),
  limit: z.coerce.number().int().min(1).max(LOG_LIMIT).default(PAGE),
  newest: z
    .literal('true')
    .transform(() => true)
    .optional(),
  kind: z.enum(['api', 'webhook', 'phone']).optional(),
  user: z.string().optional(),
  retryKey: z.string().optional(),
  endpoint: z.string().optional(),
  webhookEventId: z.string().optional(),
  /** One line of text per entry beside the entries. */
  lines: z.literal('true').optional(),
});

/** Routes about what happened: the log with its queries, its export, its counts, and the log as it grows. */
export function addJudgeRoutes(app: FastifyInstance, host: Host): void {
  const { log } = host;

  app.get('/sandbox/log', (request, reply) => {
    const query = Query.safeParse(request.query);
    if (!query.success) return sendError(reply, 'bad_request', z.prettifyError(query.error).replaceAll('\n', ' '));
    const found = log.find(query.data);
    return query.data.lines === undefined ? found : { ...found, lines: found.entries.map(logLine) };
  });

  /** One entry per line, so that a storm can be read while it is being written. */
  app.get('/sandbox/log/export', (request, reply) => {
    const query = Query.omit({ limit: true, lines: true }).safeParse(request.query);
    if (!query.success) return sendError(reply, 'bad_request', z.prettifyError(query.error).replaceAll('\n', ' '));
    return reply
      .header('content-type', 'application/x-ndjson; charset=utf-8')
      .header('content-disposition', 'attachment; filename="sandbox-log.ndjson"')
      .send(Readable.from(lines(log.find({ ...query.data, limit: LOG_LIMIT }).entries)));
  });

  app.get('/sandbox/judge', () => {
    const { last, dropped } = log.find({ limit: 0 });
    return { ...log.counts.summary(), entries: last, dropped, quotaUsed: host.state.settings.quotaUsed };
  });

  app.get('/sandbox/log/stream', (request, reply) => {
    const send = openStream(reply);
    request.raw.once(
      'close',
      log.listen((entry) => send(JSON.stringify(entry))),
    );
  });
}

const LINES_A_CHUNK = 500;

function* lines(entries: readonly LogEntry[]): Generator<string> {
  for (let i = 0; i < entries.length; i += LINES_A_CHUNK) {
    yield entries
      .slice(i, i + LINES_A_CHUNK)
      .map((entry) => `${JSON.stringify(entry)}\n`)
      .join('');
  }
}
