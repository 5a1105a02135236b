import { createHash, createHmac, randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { NodeId } from '../protocol/ids.ts';
import { startBroker } from './broker/broker.ts';
import { startBrokerClient } from './broker/client.ts';
import { chooseTls, defaultPublicUrl, readPem } from './broker/tls.ts';
import type { NodeWire, WireDeps } from './broker/wire.ts';
import { type BrokerUser, mosquittoHash } from './core/broker-files.ts';
import { folderName } from './data-dir.ts';
import type { Settings } from './settings.ts';
import { watchWork } from './work-watch.ts';

/** The wire to the nodes as the settings want it, and what goes into bundles about it. */
export interface ComposedWire {
  readonly wire: NodeWire;
  readonly address: { readonly url: string; readonly ca: string | undefined };
}

/**
 * Names the broker in what nodes were last heard through, the same for all who hear through it: every embedded broker
 * has its own, an external one is everybody's.
 */
export const brokerName = (settings: Settings): string =>
  settings.PHAROS_MQTT_URL === undefined
    ? `${folderName(settings.PHAROS_DATA_DIR)}:${settings.PHAROS_MQTT_PORT}`
    : 'external';

export async function openWire(
  settings: Settings,
  given: WireDeps & {
    readonly login: (nodeId: NodeId, password: string) => Promise<boolean>;
    readonly vaultKey: Uint8Array;
    readonly onUp: () => void;
    readonly log: Logger;
    readonly now: () => number;
  },
): Promise<ComposedWire> {
  const { PHAROS_MQTT_URL: url } = settings;
  const deps = { ...given, onMessage: tellingOfFaults(given.onMessage, given.log) };
  return url === undefined ? await embedded(settings, deps) : external(settings, new URL(url), deps);
}

/** A node says again within seconds what was not taken; unless it is gone. */
const CALM_MS = 30_000;

/** The same, which says when what nodes say begins to wait, and when it is taken again: a node cannot know why. */
export function tellingOfFaults(
  take: WireDeps['onMessage'],
  log: Pick<Logger, 'error' | 'info'>,
  monoMs?: () => number,
): WireDeps['onMessage'] {
  const watch = watchWork({
    waits: 'what nodes say cannot be kept and waits with them',
    over: 'what nodes say is kept again',
    log,
    // Of several messages one may fail each time while the others are taken.
    calmMs: CALM_MS,
    ...(monoMs && { monoMs }),
  });
  return async (node, topicStore, channel, payload) => {
    try {
      await take(node, topicStore, channel, payload);
    } catch (error) {
      watch.failed(error, { node, channel });
      throw error;
    }
    watch.done();
  };
}

async function embedded(settings: Settings, deps: Parameters<typeof openWire>[1]): Promise<ComposedWire> {
  const { PHAROS_MQTT_HOST: host, PHAROS_MQTT_PUBLIC_URL: publicUrl } = settings;
  const tls = await chooseTls({
    host,
    certFile: settings.PHAROS_MQTT_TLS_CERT,
    keyFile: settings.PHAROS_MQTT_TLS_KEY,
    caFile: settings.PHAROS_MQTT_TLS_CA,
    publicUrl,
    ownCaDir: join(settings.PHAROS_DATA_DIR, 'tls'),
    now: deps.now(),
  });
  const wire = await startBroker({ ...deps, host, port: settings.PHAROS_MQTT_PORT, ...(tls && { tls }) });
  return {
    wire,
    address: { url: publicUrl ?? defaultPublicUrl(host, wire.port, tls !== undefined), ca: tls?.ca },
  };
}

function external(settings: Settings, url: URL, deps: Parameters<typeof openWire>[1]): ComposedWire {
  const place = `${url.protocol}//${url.host}`;
  const ca = settings.PHAROS_MQTT_TLS_CA && readPem('PHAROS_MQTT_TLS_CA', settings.PHAROS_MQTT_TLS_CA);
  const clientId = dispatcherId(settings);
  const wire = startBrokerClient({
    ...deps,
    url: place,
    place,
    clientId,
    username: named(url.username) ?? settings.PHAROS_MQTT_USERNAME,
    password: named(url.password) ?? settings.PHAROS_MQTT_PASSWORD,
    ca,
    version: settings.PHAROS_MQTT_VERSION,
    group: groupName(deps.vaultKey),
    random: Math.random,
    onUp(shares) {
      deps.log.info({ broker: place, clientId }, 'connected to the MQTT broker');
      if (!shares) deps.log.warn({ broker: place }, 'the MQTT broker does not share subscriptions');
      deps.onUp();
    },
    onDown: (why) => deps.log.warn({ broker: place, why }, 'no line to the MQTT broker'),
  });
  return { wire, address: { url: settings.PHAROS_MQTT_PUBLIC_URL ?? place, ca } };
}

/** Who we are at an external broker; `users` is empty where nobody told us a password. */
export function ownBrokerUser(settings: Settings): { readonly name: string; readonly users: readonly BrokerUser[] } {
  const { PHAROS_MQTT_URL: given } = settings;
  const url = given === undefined ? undefined : new URL(given);
  const name = named(url?.username ?? '') ?? settings.PHAROS_MQTT_USERNAME ?? 'pharos-cloud';
  const password = named(url?.password ?? '') ?? settings.PHAROS_MQTT_PASSWORD;
  if (password === undefined) return { name, users: [] };
  const sha256 = createHash('sha256').update(password).digest('hex');
  return { name, users: [{ name, sha256, mosquittoHash: mosquittoHash(password, randomBytes(12)) }] };
}

/**
 * The same after a restart, so that a broker that has not noticed our end yet takes the new connection for the old one.
 * Processes that share a folder or a host differ in their HTTP port; one without a fixed port has no name to keep. MQTT
 * promises room for 23 characters.
 */
function dispatcherId(settings: Settings): string {
  const { PHAROS_DATA_DIR: dir, PHAROS_HTTP_PORT: port } = settings;
  const own = [folderName(dir), hostname(), port === 0 ? `process ${process.pid}` : port].join('|');
  return `pharos-${createHmac('sha256', 'dispatcher').update(own).digest('hex').slice(0, 16)}`;
}

/**
 * All dispatchers of one database have the vault key, and nobody else. A node that knew the name of the group could join
 * it: Mosquitto's access lists do not keep it from subscribing, and drop what it then may not read.
 */
const groupName = (vaultKey: Uint8Array): string =>
  `dispatcher-${createHmac('sha256', vaultKey).update('shared subscription').digest('hex').slice(0, 24)}`;

const named = (text: string): string | undefined => (text === '' ? undefined : decodeURIComponent(text));
