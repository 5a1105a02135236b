import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import Fastify from 'fastify';
import { expect, it, onTestFinished } from 'vitest';
import { refuseBroken } from './broken-request.ts';

async function openServer(requestTimeout = 0) {
  const app = Fastify({
    clientErrorHandler: refuseBroken,
    requestTimeout,
    http: { connectionsCheckingInterval: 20, headersTimeout: requestTimeout },
  });
  onTestFinished(() => app.close());
  app.post('/', async () => 'taken');
  const { port } = new URL(await app.listen({ host: '127.0.0.1', port: 0 }));
  /** Says this and no more, and hears the answer to its end. */
  return async (said: string): Promise<string> => {
    const socket = connect(Number(port), '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    await once(socket, 'connect');
    socket.write(said);
    return await text(socket);
  };
}

const HALF = 'POST / HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{';

it.each([
  ['what is no HTTP', 'hello\r\n\r\n', 0, '400 Bad Request', 'this is no request of HTTP'],
  ['endless headers', `GET / HTTP/1.1\r\na: ${'a'.repeat(20_000)}\r\n\r\n`, 0, '431 ', 'headers of the request'],
  ['half of a body', HALF, 50, '408 Request Timeout', 'did not arrive in time'],
])('answers %s like everything it refuses, and hangs up', async (_name, said, timeout, status, message) => {
  const say = await openServer(timeout);
  const [head = '', body = ''] = (await say(said)).split('\r\n\r\n');
  expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status}`));
  expect(head).toContain(`Content-Length: ${Buffer.byteLength(body)}`);
  expect(JSON.parse(body)).toEqual({ error: { code: 'bad_request', message: expect.stringContaining(message) } });
});
