import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { pharos } from './capture.fixture.ts';
import { CAMPAIGN_YAML, folderOf, STORE_YAML, TEMPLATE } from './manifest/campaign.fixture.ts';

/** A server that gives one answer to everything, and says what it was asked. */
async function answering(status: number, body: string, headers: Readonly<Record<string, string>> = {}) {
  const asked: { method: string | undefined; url: string | undefined; authorization: string | undefined }[] = [];
  const server = createServer(({ method, url, headers: { authorization } }, response) => {
    asked.push({ method, url, authorization });
    response.writeHead(status, headers).end(body);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    asked,
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
}

const refusal = (code: string, more: object = {}): string =>
  JSON.stringify({ error: { code, message: `about ${code}`, ...more } });

describe('what the server refuses', () => {
  it.each([
    [400, 1],
    [401, 4],
    [403, 4],
    [404, 3],
    [409, 5],
    [422, 1],
    [500, 1],
  ])('HTTP %i ends with exit code %i', async (status, code) => {
    await using server = await answering(status, refusal('odd', { where: 'there', remedy: 'do this' }));
    const env = { PHAROS_SERVER: server.url, PHAROS_TOKEN: 'secret' };
    expect(await pharos(['coupon', 'show', 'cpn_1/x'], env)).toEqual({
      code,
      out: '',
      talk: 'pharos: there: about odd\n  do this\n',
    });
    expect(server.asked).toEqual([{ method: 'GET', url: '/v1/coupons/cpn_1%2Fx', authorization: 'Bearer secret' }]);
  });

  it('comes as JSON to those who asked for JSON', async () => {
    await using server = await answering(404, refusal('unknown_coupon'));
    const ran = await pharos(['coupon', 'show', 'cpn_1', '--json', '--server', server.url, '--token', 't']);
    expect(ran).toMatchObject({ code: 3, out: '' });
    expect(JSON.parse(ran.talk)).toEqual({ error: { code: 'unknown_coupon', message: 'about unknown_coupon' } });
  });

  it('is told with the line of the file it is about', async () => {
    using folder = folderOf({
      'a.yaml': `${STORE_YAML}---\n${CAMPAIGN_YAML}`,
      'messages/spring-tea.liquid.json': TEMPLATE,
    });
    const issues = [{ document: 1, path: ['spec', 'limits', 'stock'], message: 'too much' }];
    await using server = await answering(422, refusal('bad_manifest', { issues }));
    const ran = await pharos(['apply', folder.path], { PHAROS_SERVER: server.url, PHAROS_TOKEN: 't' });
    expect(ran).toEqual({ code: 1, out: '', talk: `${folder.path}/a.yaml:15:54 refused-by-server stock: too much\n` });
  });
});

describe('what is no Pharos server', () => {
  const env = { PHAROS_TOKEN: 't' };

  it.each([
    ['a page', 200, '<html>'],
    ['JSON of another kind', 200, '{"nodes": 7}'],
    ['an error of a proxy', 502, 'Bad gateway'],
  ])('%s', async (_what, status, body) => {
    await using server = await answering(status, body);
    expect(await pharos(['node', 'list', '--server', server.url], env)).toMatchObject({ code: 1, out: '' });
  });

  it('a redirect, which would carry the token elsewhere', async () => {
    await using elsewhere = await answering(200, '{"nodes":[]}');
    await using server = await answering(302, '', { location: elsewhere.url });
    expect(await pharos(['node', 'list', '--server', server.url], env)).toMatchObject({ code: 1, out: '' });
    expect(elsewhere.asked).toEqual([]);
  });

  it('nobody at all', async () => {
    const { url, ...server } = await answering(200, '');
    await server[Symbol.asyncDispose]();
    const ran = await pharos(['node', 'list'], { ...env, PHAROS_SERVER: url });
    expect(ran.code).toBe(1);
    expect(ran.talk).toMatch(/cannot reach http.*ECONNREFUSED.*\n.*PHAROS_SERVER/);
  });
});

describe('where the token comes from', () => {
  it('flag, environment, file, then the file of a server on this machine', async () => {
    using folder = folderOf({ 'admin-token': 'of-server\n', token: 'of-file\n' });
    await using server = await answering(200, '{"nodes":[]}');
    const here = { PHAROS_SERVER: server.url, PHAROS_DATA_DIR: folder.path };
    const file = { ...here, PHAROS_TOKEN_FILE: `${folder.path}/token` };
    await pharos(['node', 'list'], here);
    await pharos(['node', 'list'], file);
    await pharos(['node', 'list'], { ...file, PHAROS_TOKEN: 'of-env' });
    await pharos(['--token', 'of-flag', 'node', 'list'], { ...file, PHAROS_TOKEN: 'of-env' });
    expect(server.asked.map(({ authorization }) => authorization)).toEqual(
      ['of-server', 'of-file', 'of-env', 'of-flag'].map((token) => `Bearer ${token}`),
    );
  });

  it('a server elsewhere is not shown what the server on this machine left', async () => {
    using folder = folderOf({ 'admin-token': 'of-server\n' });
    for (const server of ['https://pharos.example', 'http://localhost.example:8080', 'http://10.0.0.7:8080']) {
      const ran = await pharos(['node', 'list'], { PHAROS_SERVER: server, PHAROS_DATA_DIR: folder.path });
      expect(ran).toEqual({ code: 4, out: '', talk: expect.stringMatching(/no token.*\n.*127\.0\.0\.1 alone/) });
    }
  });

  it.each([
    ['no token', {}, 4, /PHAROS_TOKEN/],
    ['a token file that is not there', { PHAROS_TOKEN_FILE: '/nowhere/token' }, 78, /PHAROS_TOKEN_FILE/],
    ['a token of two lines', { PHAROS_TOKEN: 'a\nb' }, 78, /one line/],
    ['a server that is no address', { PHAROS_TOKEN: 't', PHAROS_SERVER: 'localhost:80' }, 78, /PHAROS_SERVER/],
  ])('%s', async (_what, env, code, talk) => {
    const ran = await pharos(['node', 'list'], env);
    expect(ran).toEqual({ code, out: '', talk: expect.stringMatching(talk) });
  });
});
