import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { Aedes } from 'aedes';
import { generate } from 'selfsigned';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { BootId, NodeId, StoreId } from '../../protocol/ids.ts';
import { epochMs } from '../../protocol/units.ts';
import type { LinkTrouble } from '../core/link-trouble.ts';
import { createMqttLink, type LinkTiming } from './mqtt-link.ts';

const TIMING: LinkTiming = {
  keepaliveS: 1,
  greetingMs: 3_000,
  reconnect: { firstMs: 60_000, maxMs: 60_000 },
  provenMs: 1,
  maxUnconfirmed: 20,
};
const DAY_MS = 86_400_000;
const NOW = Date.now();

interface Pair {
  readonly key: string;
  readonly cert: string;
}

const made = async (options: Parameters<typeof generate>[1], name = 'localhost'): Promise<Pair> => {
  const { private: key, cert } = await generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    algorithm: 'sha256',
    ...options,
  });
  return { key, cert };
};
const authority = (name: string): Promise<Pair> =>
  made({ extensions: [{ name: 'basicConstraints', cA: true, critical: true }] }, name);
const signedBy = (ca: Pair, host: string, dates: { from?: number; until?: number } = {}): Promise<Pair> =>
  made({
    ca,
    notBeforeDate: new Date(dates.from ?? NOW - DAY_MS),
    notAfterDate: new Date(dates.until ?? NOW + DAY_MS),
    extensions: [
      { name: 'subjectAltName', altNames: [host === '127.0.0.1' ? { type: 7, ip: host } : { type: 2, value: host }] },
    ],
  });

let ours: Pair;
let theirs: Pair;
const servers: Server[] = [];
const sockets = new Set<Socket>();
let closeLink: (() => Promise<void>) | undefined;

beforeAll(async () => {
  [ours, theirs] = await Promise.all([authority('Ours'), authority('Theirs')]);
});
afterEach(async () => {
  await closeLink?.();
  for (const socket of sockets) socket.destroy();
  for (const server of servers.splice(0)) server.close();
});

/** A broker that takes everybody, in clear or behind this certificate; its port. */
async function broker(tls?: Pair): Promise<number> {
  const aedes = await Aedes.createBroker();
  const handle = (socket: Socket): void => void aedes.handle(socket);
  const server = tls === undefined ? createServer(handle) : createTlsServer(tls, handle);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  server.on('tlsClientError', () => undefined);
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return address !== null && typeof address === 'object' ? address.port : 0;
}

/** What the first attempt comes to. */
function dial(url: string, options: { ca?: string; plausible?: boolean } = {}): Promise<LinkTrouble | 'up'> {
  return new Promise((resolve) => {
    const link = createMqttLink({
      bundle: {
        nodeId: NodeId.parse('door'),
        storeId: StoreId.parse('taipei-1'),
        mqtt: {
          url,
          username: 'door',
          password: 'a-long-enough-password',
          ...(options.ca === undefined ? {} : { ca: options.ca }),
        },
      },
      birth: () => ({
        v: 1,
        online: true,
        boot: BootId.parse('12345678-0000'),
        at: epochMs(0),
        versions: { pharos: 't', node: 't' },
      }),
      random: () => 0,
      clock: () => ({ says: '1970-01-01T00:01:00.000Z', plausible: options.plausible ?? true }),
      timing: TIMING,
    });
    closeLink = link.close;
    const nothing = (): void => undefined;
    link.connect({
      onUp: () => resolve('up'),
      onDown: resolve,
      onAck: nothing,
      onBadAck: nothing,
      onDesired: nothing,
      onCommand: nothing,
    });
  });
}

describe('the bundle’s trust anchor', () => {
  it('lets the broker in whose certificate it signed', async () => {
    const port = await broker(await signedBy(ours, '127.0.0.1'));
    expect(await dial(`mqtts://127.0.0.1:${port}`, { ca: ours.cert })).toBe('up');
  });

  it.each<{
    name: string;
    pair: () => Promise<Pair | undefined>;
    code: string;
    sentence: string;
    remedy: string;
    plausible?: boolean;
  }>([
    {
      name: 'another authority',
      pair: () => signedBy(theirs, '127.0.0.1'),
      code: 'ca-mismatch',
      sentence: "is not signed by the bundle's trust anchor",
      remedy: 'enroll a new bundle',
    },
    {
      name: 'a self-signed certificate',
      pair: () => made({ extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }] }),
      code: 'self-signed',
      sentence: 'signed by nobody but itself',
      remedy: 'has this certificate as trust anchor',
    },
    {
      name: 'an expired certificate',
      pair: () => signedBy(ours, '127.0.0.1', { from: NOW - 9 * DAY_MS, until: NOW - DAY_MS }),
      code: 'cert-expired',
      sentence: 'has run out',
      remedy: 'renew it at the broker',
    },
    {
      name: 'a certificate of tomorrow',
      pair: () => signedBy(ours, '127.0.0.1', { from: NOW + DAY_MS, until: NOW + 9 * DAY_MS }),
      code: 'cert-not-yet-valid',
      sentence: 'is not valid yet',
      remedy: 'check the clocks',
    },
    {
      name: 'the same, told by a clock that cannot be right',
      pair: () => signedBy(ours, '127.0.0.1', { from: NOW + DAY_MS, until: NOW + 9 * DAY_MS }),
      plausible: false,
      code: 'clock-wrong',
      sentence: "this machine's clock says 1970-01-01",
      remedy: 'time server',
    },
    {
      name: 'another name',
      pair: () => signedBy(ours, 'elsewhere.example'),
      code: 'cert-name',
      sentence: 'belongs to another name',
      remedy: 'PHAROS_MQTT_PUBLIC_URL',
    },
    {
      name: 'a plain port',
      pair: async () => undefined,
      code: 'not-tls',
      sentence: 'does not speak TLS',
      remedy: "the broker's TLS port",
    },
  ])('refuses $name', async ({ pair, code, sentence, remedy, plausible = true }) => {
    const port = await broker(await pair());
    const url = `mqtts://127.0.0.1:${port}`;
    const trouble = await dial(url, { ca: ours.cert, plausible });
    expect(trouble).toMatchObject({ code });
    if (trouble === 'up') return;
    expect(trouble.sentence).toContain(url);
    expect(trouble.sentence).toContain(sentence);
    expect(trouble.remedy).toContain(remedy);
  });

  it('without one in the bundle an own authority is refused, and that is said', async () => {
    const port = await broker(await signedBy(ours, '127.0.0.1'));
    const trouble = await dial(`mqtts://127.0.0.1:${port}`);
    expect(trouble).toMatchObject({
      code: 'ca-mismatch',
      sentence: expect.stringContaining('the bundle has no trust anchor'),
    });
  });

  it('a TLS port asked in clear is told from a dead one', async () => {
    const port = await broker(await signedBy(ours, '127.0.0.1'));
    expect(await dial(`mqtt://127.0.0.1:${port}`)).toMatchObject({
      code: 'closed-early',
      remedy: expect.stringContaining('mqtts://'),
    });
    for (const server of servers) server.close();
    await closeLink?.();
    expect(await dial(`mqtt://127.0.0.1:${port}`)).toMatchObject({ code: 'port-closed' });
  });

  it('a name nobody knows is told as such', async () => {
    expect(await dial('mqtt://no-such-host.invalid:1883')).toMatchObject({ code: 'name-unknown' });
  });
});
