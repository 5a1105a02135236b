import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { LineReport } from '../core/line-checks.ts';
import { LineReportAnswer } from './answers/reports.ts';
import { route } from './route.ts';
import { WEBHOOK_PATH } from './webhook.ts';

const EXAMPLE = `an address like https://pharos.example${WEBHOOK_PATH}`;

const ConnectBody = z.strictObject({
  webhook: z
    .url({ protocol: /^https?$/, error: EXAMPLE, abort: true })
    .refine((text) => new URL(text).pathname === WEBHOOK_PATH, EXAMPLE)
    .optional(),
  dryRun: z.boolean().default(false),
});
export type ConnectLine = z.output<typeof ConnectBody>;

/** `/v1/line`: the account behind the service. */
export function lineRoutes(app: FastifyInstance, connect: (asked: ConnectLine) => Promise<LineReport>): void {
  route(app, {
    ...{
      method: 'POST',
      url: '/line/connect',
      roles: ['admin'],
      summary: 'Looks at the LINE account, and sets it up.',
    },
    ...{ answer: LineReportAnswer, refuses: {} },
    body: ConnectBody,
    handle: async ({ body }) => await connect(body),
  });
}
