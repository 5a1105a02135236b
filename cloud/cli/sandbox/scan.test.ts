import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { pharos } from '../capture.fixture.ts';

const PERSON = { userId: `U${'1'.repeat(32)}`, displayName: 'Passer-by' };
const stops: (() => unknown)[] = [];
afterEach(() => Promise.all(stops.splice(0).map((stop) => stop())));

/** A sandbox of canned answers: what a scan came to, and an empty chat. */
async function sandboxWhere(scanned: object): Promise<string> {
  const server = createServer((request, response) => {
    const { method, url = '' } = request;
    const answer = url.endsWith('/scan') ? scanned : url.endsWith('/chat') ? { messages: [] } : PERSON;
    response
      .writeHead(method === 'GET' ? 200 : 201, { 'content-type': 'application/json' })
      .end(JSON.stringify(answer));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  stops.push(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

it.each([
  ['of the follow, where somebody became a friend', { followed: 'evt-follow', sent: 'evt-text' }, 'evt-follow'],
  ['of the text, where they were one already', { sent: 'evt-text' }, 'evt-text'],
])('says by which event to ask why: %s', async (_what, events, event) => {
  const url = await sandboxWhere({ addsFriend: true, text: '門口 taipei-1-door', ...events });
  const ran = await pharos(['sandbox', 'scan', 'http://shop.example/d/x', '--wait', '0'], { PHAROS_SANDBOX_URL: url });
  expect(ran).toMatchObject({ code: 0, talk: expect.stringMatching(new RegExp(`pharos explain ${event}\n$`)) });
});
