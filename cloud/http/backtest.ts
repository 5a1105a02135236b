import type { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { EpochMsField } from '../../protocol/messages/common.ts';
import { HEADQUARTERS } from '../core/access.ts';
import type { BacktestAsked } from '../core/backtest.ts';
import { Problem } from '../core/problem.ts';
import { NOT_JUDGED_AGAIN } from './answers/campaigns.ts';
import { BacktestLine } from './answers/reports.ts';
import { route } from './route.ts';

const Body = z.strictObject({
  since: EpochMsField,
  until: EpochMsField,
  timeZone: z.string().min(1).max(64).default('Asia/Taipei'),
  documents: z.array(z.unknown()).max(1_000).default([]),
});

export function backtestRoute(app: FastifyInstance, begin: (asked: BacktestAsked) => Readable): void {
  route(app, {
    ...{ method: 'POST', url: '/backtest', roles: HEADQUARTERS },
    ...{ lines: BacktestLine, refuses: NOT_JUDGED_AGAIN },
    summary: 'Judges recorded events again with campaigns as they would be; answers lines of JSON, the result last.',
    body: Body,
    async handle({ body, reply }) {
      if (body.since >= body.until) {
        throw new Problem('invalid', 'empty_span', 'the time ends before it begins', { where: 'since' });
      }
      const lines = begin(body);
      reply.raw.once('close', () => lines.destroy());
      // Gone already, while we looked who it was.
      if (reply.raw.destroyed) lines.destroy();
      return await reply.type('application/x-ndjson').send(lines);
    },
  });
}
