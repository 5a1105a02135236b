import { X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { generate } from 'selfsigned';

/** What the broker shows its nodes, and what they check it against. PEM. */
export interface BrokerTls {
  readonly key: string;
  readonly cert: string;
  readonly ca: string;
}

const YEAR_MS = 365 * 24 * 3600_000;
/** A node keeps its trust anchor for the life of its installation; nobody visits a shop to renew it. */
const CA_LIFE_MS = 25 * YEAR_MS;
const CERT_LIFE_MS = 2 * YEAR_MS;
/** The broker's certificate is renewed at the first start within this time of its end. */
const RENEW_BEFORE_MS = 90 * 24 * 3600_000;
/** A Pi without a clock battery starts in the past; only what is absurdly early is refused. */
const NOT_BEFORE = new Date('2020-01-01T00:00:00Z');

/**
 * A certificate authority of our own, made once in `dir` and never changed, and a broker certificate for `hosts` signed
 * by it, renewed when it runs out or a host is new. Keys are mode 600.
 */
export async function ensureOwnCa(dir: string, hosts: readonly string[], now: number): Promise<BrokerTls> {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const ca = await once(join(dir, 'ca'), () =>
    generate([{ name: 'commonName', value: 'Pharos nodes' }], {
      keyType: 'ec',
      algorithm: 'sha256',
      notBeforeDate: NOT_BEFORE,
      notAfterDate: new Date(now + CA_LIFE_MS),
      extensions: [
        { name: 'basicConstraints', cA: true, critical: true },
        { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
      ],
    }),
  );
  const broker = join(dir, 'broker');
  const known = existsSync(`${broker}.pem`) ? new X509Certificate(readFileSync(`${broker}.pem`)) : undefined;
  const good =
    known !== undefined &&
    known.validToDate.getTime() - now > RENEW_BEFORE_MS &&
    hosts.every((host) => (isIP(host) ? known.checkIP(host) : known.checkHost(host)) !== undefined);
  const pair = good
    ? read(broker)
    : write(
        broker,
        await generate([{ name: 'commonName', value: hosts[0] ?? 'localhost' }], {
          keyType: 'ec',
          algorithm: 'sha256',
          notBeforeDate: NOT_BEFORE,
          notAfterDate: new Date(now + CERT_LIFE_MS),
          ca: { key: ca.key, cert: ca.cert },
          extensions: [
            { name: 'basicConstraints', cA: false, critical: true },
            { name: 'keyUsage', digitalSignature: true, critical: true },
            { name: 'extKeyUsage', serverAuth: true },
            {
              name: 'subjectAltName',
              altNames: hosts.map((host) =>
                isIP(host) ? { type: 7 as const, ip: host } : { type: 2 as const, value: host },
              ),
            },
          ],
        }),
      );
  return { ...pair, ca: ca.cert };
}

interface Pair {
  readonly key: string;
  readonly cert: string;
}

async function once(path: string, make: () => Promise<{ private: string; cert: string }>): Promise<Pair> {
  return existsSync(`${path}.pem`) ? read(path) : write(path, await make());
}

const read = (path: string): Pair => ({
  key: readFileSync(`${path}.key`, 'utf8'),
  cert: readFileSync(`${path}.pem`, 'utf8'),
});

/** The certificate comes last and whole, so that its presence means its key is there too. */
function write(path: string, { private: key, cert }: { readonly private: string; readonly cert: string }): Pair {
  writeFileSync(`${path}.key`, key, { mode: 0o600 });
  writeFileSync(`${path}.pem.new`, cert, { mode: 0o644 });
  renameSync(`${path}.pem.new`, `${path}.pem`);
  return { key, cert };
}
