import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createServer, type TLSSocket } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ensureOwnCa } from './own-ca.ts';
import { chooseTls, defaultPublicUrl } from './tls.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'pharos-tls-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const NOW = Date.now();
const DAY = 24 * 3600_000;

/** Whether a client that trusts `ca` alone accepts a server with this certificate under `servername`; else why not. */
function handshake(server: { key: string; cert: string }, ca: string, servername: string): Promise<string> {
  return new Promise((resolve) => {
    const listening = createServer(server, (socket) => socket.end()).listen(0, '127.0.0.1', () => {
      const address = listening.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      const done = (result: string) => {
        client.destroy();
        listening.close(() => resolve(result));
      };
      const client: TLSSocket = connect({ port, host: '127.0.0.1', ca, servername }, () => done('accepted'));
      client.once('error', (error: Error & { code?: string }) => done(error.code ?? error.message));
    });
  });
}

describe('the broker’s own certificate authority', () => {
  it('is trusted by a client that has its certificate, under every name of the broker', async () => {
    const tls = await ensureOwnCa(dir, ['pharos.example', '192.0.2.7', 'localhost'], NOW);
    expect(await handshake(tls, tls.ca, 'pharos.example')).toBe('accepted');
    expect(await handshake(tls, tls.ca, 'elsewhere.example')).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
  });

  it('is not trusted by a client of another authority', async () => {
    const tls = await ensureOwnCa(join(dir, 'a'), ['localhost'], NOW);
    const other = await ensureOwnCa(join(dir, 'b'), ['localhost'], NOW);
    expect(await handshake(tls, other.ca, 'localhost')).not.toBe('accepted');
  });

  it('keeps the authority for ever and renews the certificate when it ends or a name is new', async () => {
    const first = await ensureOwnCa(dir, ['localhost'], NOW);
    expect(await ensureOwnCa(dir, ['localhost'], NOW + DAY)).toEqual(first);
    const renamed = await ensureOwnCa(dir, ['localhost', 'pharos.example'], NOW + DAY);
    expect(renamed.ca).toBe(first.ca);
    expect(renamed.cert).not.toBe(first.cert);
    const renewed = await ensureOwnCa(dir, ['localhost', 'pharos.example'], NOW + 700 * DAY);
    expect(renewed.cert).not.toBe(renamed.cert);
    expect(await handshake(renewed, first.ca, 'pharos.example')).toBe('accepted');
  });

  it('keeps its keys to itself', async () => {
    await ensureOwnCa(dir, ['localhost'], NOW);
    for (const name of ['ca.key', 'broker.key']) expect(statSync(join(dir, name)).mode & 0o777).toBe(0o600);
  });
});

describe('chooseTls', () => {
  const choice = {
    host: '127.0.0.1',
    certFile: undefined,
    keyFile: undefined,
    caFile: undefined,
    publicUrl: undefined,
    ownCaDir: '',
    now: NOW,
  };

  it('leaves loopback in the clear and nothing else', async () => {
    expect(await chooseTls({ ...choice, ownCaDir: dir })).toBeUndefined();
    const tls = await chooseTls({
      ...choice,
      host: '0.0.0.0',
      ownCaDir: dir,
      publicUrl: 'mqtts://pharos.example:8883',
    });
    expect(await handshake(tls ?? { key: '', cert: '' }, tls?.ca ?? '', 'pharos.example')).toBe('accepted');
  });

  it('names the missing half of a certificate', async () => {
    await expect(chooseTls({ ...choice, certFile: '/tmp/x.pem' })).rejects.toMatchObject({
      code: 'half_tls',
      where: 'PHAROS_MQTT_TLS_KEY',
    });
    await expect(chooseTls({ ...choice, certFile: '/no/such', keyFile: '/no/such' })).rejects.toMatchObject({
      code: 'unreadable_file',
      where: 'PHAROS_MQTT_TLS_CERT',
    });
  });

  it('never tells nodes a plain address of a broker that speaks TLS', async () => {
    const plain = { ...choice, host: '0.0.0.0', ownCaDir: dir, publicUrl: 'mqtt://pharos.example:1883' };
    await expect(chooseTls(plain)).rejects.toMatchObject({ code: 'plain_public_url', where: 'PHAROS_MQTT_PUBLIC_URL' });
  });

  it('tells nodes an address others can reach', () => {
    expect(defaultPublicUrl('127.0.0.1', 1883, false)).toBe('mqtt://127.0.0.1:1883');
    expect(defaultPublicUrl('pharos.example', 8883, true)).toBe('mqtts://pharos.example:8883');
    expect(defaultPublicUrl('0.0.0.0', 8883, true)).not.toContain('0.0.0.0');
  });
});
