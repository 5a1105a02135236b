import { setTimeout as wait } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Host } from '../host.ts';
import { findRoute } from '../platform/routes.ts';
import { sendError } from './answers.ts';

/** LINE's own API: every path that is not the sandbox's control goes through the platform's rules, unknown ones too. */
export function addMessagingApi(app: FastifyInstance, host: Host): void {
  async function play(request: FastifyRequest, reply: FastifyReply, body: Uint8Array | 'too_large'): Promise<unknown> {
    const [path = '/', query] = request.url.split('?', 2);
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]),
    );
    const call = { method: request.method, path, headers, body, ...(query === undefined ? {} : { query }) };
    const endpoint = findRoute(call.method, path)?.route.name ?? 'unknown';
    const { settings, inFlight } = host.state;
    inFlight.set(endpoint, (inFlight.get(endpoint) ?? 0) + 1);
    request.raw.socket.once('close', done).setMaxListeners(0);
    let over = false;
    function done(): void {
      if (over) return;
      over = true;
      inFlight.set(endpoint, (inFlight.get(endpoint) ?? 1) - 1);
      request.raw.socket.off('close', done);
    }
    const outcome = await host.api(call);
    // Silence: the connection stays open until the client gives up or the sandbox ends.
    if (outcome === 'hang') return reply.hijack();
    if (outcome === 'cut') {
      request.raw.socket.resetAndDestroy();
      return reply.hijack();
    }
    const lateMs = settings.apiLatencyMs + outcome.delayMs;
    if (lateMs > 0) await wait(lateMs);
    done();
    const { requestId, response } = outcome;
    return reply
      .code(response.status)
      .headers({ ...response.headers, 'x-line-request-id': requestId })
      .send(response.body);
  }

  app.setNotFoundHandler((request, reply) => play(request, reply, bytesOf(request.body)));
  app.setErrorHandler((error: Error & { readonly code?: string }, request, reply) => {
    const tooLarge = error.code === 'FST_ERR_CTP_BODY_TOO_LARGE';
    const oddType = error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE';
    if (!tooLarge && !oddType) throw error;
    if (request.url.startsWith('/sandbox/')) return sendError(reply, 'bad_request', error.message);
    // The rules answer these in LINE's words; a body of an unreadable type is never looked at.
    return play(request, reply, tooLarge ? 'too_large' : new Uint8Array());
  });
}

const bytesOf = (body: unknown): Uint8Array => (body instanceof Uint8Array ? body : new Uint8Array());
