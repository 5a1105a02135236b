import { readFileSync } from 'node:fs';
import { hostname, networkInterfaces } from 'node:os';
import { errorMessage } from '../../protocol/error-message.ts';
import { Problem } from '../core/problem.ts';
import { type BrokerTls, ensureOwnCa } from './own-ca.ts';

export interface TlsChoice {
  /** Interface the broker listens on. */
  readonly host: string;
  /** PEM files of the operator's own certificate, if there is one. */
  readonly certFile: string | undefined;
  readonly keyFile: string | undefined;
  readonly caFile: string | undefined;
  /** Where nodes reach the broker, if the operator says so. */
  readonly publicUrl: string | undefined;
  /** Where an authority of our own is kept. */
  readonly ownCaDir: string;
  readonly now: number;
}

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|localhost)$/;

/**
 * How the broker protects its connections: nodes log in with passwords, which beyond this machine never travel in the
 * clear. The operator's certificate comes first, then one of our own; on loopback alone there is none.
 */
export async function chooseTls(
  choice: TlsChoice,
): Promise<(Omit<BrokerTls, 'ca'> & { readonly ca?: string }) | undefined> {
  const { certFile, keyFile, caFile, host } = choice;
  if (certFile !== undefined && keyFile !== undefined) {
    return {
      cert: readPem('PHAROS_MQTT_TLS_CERT', certFile),
      key: readPem('PHAROS_MQTT_TLS_KEY', keyFile),
      ...(caFile !== undefined && { ca: readPem('PHAROS_MQTT_TLS_CA', caFile) }),
    };
  }
  if (certFile !== undefined || keyFile !== undefined) {
    throw new Problem('invalid', 'half_tls', 'a certificate needs its key and a key its certificate', {
      where: certFile === undefined ? 'PHAROS_MQTT_TLS_CERT' : 'PHAROS_MQTT_TLS_KEY',
      remedy: 'set both, or neither: then a certificate is made',
    });
  }
  if (LOOPBACK.test(host)) return undefined;
  if (choice.publicUrl?.startsWith('mqtt://')) {
    throw new Problem(
      'invalid',
      'plain_public_url',
      `nodes would be told ${choice.publicUrl}, but the broker speaks TLS`,
      {
        where: 'PHAROS_MQTT_PUBLIC_URL',
        remedy: 'write mqtts://',
      },
    );
  }
  const named = choice.publicUrl === undefined ? [] : [new URL(choice.publicUrl).hostname];
  const hosts = [...named, ...reachableNames(host), 'localhost', '127.0.0.1'];
  return await ensureOwnCa(choice.ownCaDir, [...new Set(hosts)], choice.now);
}

/** The address nodes are told, where the operator has not named one. */
export function defaultPublicUrl(host: string, port: number, secure: boolean): string {
  const name = reachableNames(host)[0] ?? host;
  return `${secure ? 'mqtts' : 'mqtt'}://${name.includes(':') ? `[${name}]` : name}:${port}`;
}

/** Names and addresses under which others may reach this machine through `host`, the likeliest first. */
function reachableNames(host: string): string[] {
  if (LOOPBACK.test(host)) return [host];
  if (host !== '0.0.0.0' && host !== '::') return [host];
  const addresses = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter(({ internal, family }) => !internal && family === 'IPv4')
    .map(({ address }) => address);
  return [...addresses, hostname()];
}

/** The file a setting names. Throws {@link Problem}. */
export function readPem(setting: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Problem('invalid', 'unreadable_file', errorMessage(error), {
      where: setting,
      remedy: 'name a PEM file this user may read',
    });
  }
}
