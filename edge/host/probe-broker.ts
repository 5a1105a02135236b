import { lookup } from 'node:dns/promises';
import { connect as connectTcp, isIP } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { NodeBundle } from '../../protocol/messages/bundle.ts';
import { doctorClientId } from '../../protocol/topics.ts';
import { type EpochMs, epochMs } from '../../protocol/units.ts';
import type { BrokerAddress, BrokerFacts, Step } from '../core/doctor/broker.ts';
import { type Fact, known, unseen } from '../core/doctor/check.ts';
import { linkCauseOf } from '../core/link-cause.ts';
import { type LinkPlace, linkTrouble } from '../core/link-trouble.ts';

const STEP_TIMEOUT_MS = 5_000;

export interface BrokerProbe {
  readonly bundle: NodeBundle;
  /** Replaces the address in the bundle. */
  readonly url: string | undefined;
  readonly clock: LinkPlace['clock'];
}

type Steps = Omit<BrokerFacts, 'now'>;

/**
 * Goes the way of the uplink, one step after the other, up to a real login, and leaves. It logs in under a client id of
 * its own, so that the running uplink is not thrown out.
 */
export async function probeBroker({ bundle, clock, ...given }: BrokerProbe): Promise<Steps> {
  const url = given.url ?? bundle.mqtt.url;
  const address = addressOf(url);
  const { nodeId, storeId, mqtt: account } = bundle;
  const place: LinkPlace = { url, nodeId, storeId, anchored: account.ca !== undefined, clock, wasUp: false };
  const notReached = unseen('an earlier step did not go well');
  const steps = {
    broker: known(address),
    brokerName: notReached as Fact<Step>,
    brokerPort: notReached as Fact<Step>,
    brokerTls: notReached as Steps['brokerTls'],
    brokerLogin: notReached as Fact<Step>,
  };
  const failed = (error: unknown): Fact<Step> => {
    const { sentence, remedy } = linkTrouble(linkCauseOf(error), place);
    return known({ at: 'failed', finding: sentence, remedy });
  };
  const done = (detail: string): Fact<Step> => known({ at: 'done', detail });

  try {
    steps.brokerName = done(await resolveName(address.host));
  } catch (error) {
    return { ...steps, brokerName: failed(error) };
  }
  try {
    await reachPort(address);
    steps.brokerPort = done(`${address.host} answers on port ${address.port}`);
  } catch (error) {
    return { ...steps, brokerPort: failed(error) };
  }
  try {
    steps.brokerTls = address.isSecure
      ? known({
          at: 'done',
          detail: 'encrypted, and the certificate is the right one',
          ...(await shakeHands(address, account.ca)),
        })
      : done('no certificate to check: not encrypted');
  } catch (error) {
    return { ...steps, brokerTls: failed(error) };
  }
  try {
    await logIn(url, bundle);
    steps.brokerLogin = done(`the broker accepts user ${account.username}`);
  } catch (error) {
    // The one refusal that is about the doctor, not about the node.
    const isOurs = error instanceof Error && 'code' in error && error.code === 2;
    const why = 'the broker takes nobody but the uplink itself under this user';
    return {
      ...steps,
      brokerLogin: isOurs ? unseen(why, 'see uplink-connected, which is the uplink’s own word') : failed(error),
    };
  }
  return steps;
}

export function addressOf(url: string): BrokerAddress {
  const { protocol, hostname, port } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  const isSecure = protocol === 'mqtts:';
  const isLoopback = /^(127\.\d+\.\d+\.\d+|::1|localhost)$/.test(host);
  return { url, host, port: port === '' ? (isSecure ? 8883 : 1883) : Number(port), isSecure, isLoopback };
}

async function resolveName(host: string): Promise<string> {
  if (isIP(host) !== 0) return `${host} is an address, no name to look up`;
  const found = await timed(lookup(host, { all: true }));
  return `${host} is ${found.map(({ address }) => address).join(', ')}`;
}

const timeout = (): Error =>
  Object.assign(new Error(`no answer in ${STEP_TIMEOUT_MS / 1_000} s`), { code: 'ETIMEDOUT' });

async function timed<T>(work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(timeout()), STEP_TIMEOUT_MS);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}

function reachPort({ host, port }: BrokerAddress): Promise<void> {
  const socket = connectTcp({ host, port });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  socket.once('connect', resolve).once('error', reject);
  return timed(promise).finally(() => socket.destroy());
}

function shakeHands({ host, port }: BrokerAddress, ca: string | undefined): Promise<{ readonly validUntil?: EpochMs }> {
  const servername = isIP(host) === 0 ? { servername: host } : {};
  const socket = connectTls({ host, port, ...servername, ...(ca === undefined ? {} : { ca }) });
  const { promise, resolve, reject } = Promise.withResolvers<{ readonly validUntil?: EpochMs }>();
  socket.once('error', reject).once('secureConnect', () => {
    const until = Date.parse(socket.getPeerCertificate().valid_to);
    resolve(Number.isNaN(until) ? {} : { validUntil: epochMs(until) });
  });
  return timed(promise).finally(() => socket.destroy());
}

/** Rejects with what the broker answered. No will, no session, no subscription: nothing stays behind. */
async function logIn(url: string, { nodeId, mqtt: account }: NodeBundle): Promise<void> {
  // Loaded only for a port that answers: on a Pi this takes longer than all the other steps.
  const { default: mqtt } = await import('mqtt');
  const client = mqtt.connect(url, {
    clientId: doctorClientId(nodeId),
    clean: true,
    protocolVersion: 4,
    username: account.username,
    password: account.password,
    reconnectPeriod: 0,
    connectTimeout: STEP_TIMEOUT_MS,
    ...(account.ca === undefined ? {} : { ca: account.ca }),
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  client.once('connect', () => resolve());
  client.on('error', reject);
  client.once('close', () => reject(new Error('the broker closed the connection')));
  try {
    await timed(promise);
    await client.endAsync();
  } finally {
    client.end(true);
  }
}
