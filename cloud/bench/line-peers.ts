import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { middleware } from '@line/bot-sdk';
import type { Platform } from './line-process.ts';

/** What our webhook is held against: servers that check a call and store nothing. */

export interface WebhookRun {
  readonly perSecond: number;
  readonly cpuMicros: number;
}

/** The least a webhook needs: the bytes, their signature, their JSON. */
export const takeBare = (line: Platform, secret: string, count: number): Promise<WebhookRun> =>
  serve(line, secret, count, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => void chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const wanted = createHmac('sha256', secret).update(body).digest();
      const given = Buffer.from(String(request.headers['x-line-signature']), 'base64');
      const right = given.length === wanted.length && timingSafeEqual(given, wanted);
      JSON.parse(body.toString('utf8'));
      response.statusCode = right ? 200 : 401;
      response.setHeader('content-type', 'application/json');
      // Its length is told, not chunked: one write.
      response.end('{}');
    });
  });

interface ExpressApp extends RequestListener {
  post(path: string, ...handlers: readonly unknown[]): void;
}

/** What LINE's own guides begin with. `undefined` where express is not installed: it is needed for nothing else. */
export async function takeExpress(line: Platform, secret: string, count: number): Promise<WebhookRun | undefined> {
  const name: string = 'express';
  const { default: express } = await import(name).then(
    (module: { readonly default: () => ExpressApp }) => module,
    () => ({ default: undefined }),
  );
  if (express === undefined) return undefined;
  const app = express();
  app.post('/line/webhook', middleware({ channelSecret: secret }), (_request: unknown, response: JsonResponse) =>
    response.json({}),
  );
  return await serve(line, secret, count, app);
}

interface JsonResponse {
  json(body: object): void;
}

async function serve(line: Platform, secret: string, count: number, listener: RequestListener): Promise<WebhookRun> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const { port } = server.address() as AddressInfo;
    const cpu = process.cpuUsage();
    const sent = await line.ask({ say: 'webhooks', port, secret, count }, 'sent');
    if (sent.refused > 0) throw new Error(`${sent.refused} of ${count} webhooks refused`);
    return { perSecond: count / sent.seconds, cpuMicros: microsEach(cpu, count) };
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** Processor time of this process since `before`, for each of `count`. */
export function microsEach(before: NodeJS.CpuUsage, count: number): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / count;
}
