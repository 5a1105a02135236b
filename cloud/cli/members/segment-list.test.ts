import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { pharos } from '../capture.fixture.ts';

/** `pharos member list --segment gold` at a server that answers so. */
async function listed(members: readonly object[]) {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ v: 1, members }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return pharos(['member', 'list', '--segment', 'gold', '--token', 't', '--server', url]);
}

it('says how many of a segment LINE reaches', async () => {
  const members = [
    { id: 'mem_a', reach: 'reachable' },
    { id: 'mem_b', reach: 'no_line' },
  ];
  expect(await listed(members)).toMatchObject({
    out: 'mem_a\nmem_b\n',
    talk: expect.stringContaining('LINE reaches 1 of 2'),
  });
});

it('does not say that it reaches nobody where the server does not tell', async () => {
  expect(await listed([{ id: 'mem_a' }])).toMatchObject({ out: 'mem_a\n', talk: '' });
});
