import mqtt, { type MqttClient } from 'mqtt';
import type { NodeBundle } from '../../protocol/messages/bundle.ts';
import { EventAck, type EventBatch } from '../../protocol/messages/events.ts';
import type { NodeHealth, NodeStatus } from '../../protocol/messages/status.ts';
import { topicOf, type UplinkChannel } from '../../protocol/topics.ts';
import { backoffMs } from '../core/outbox-policy.ts';
import { GOODBYE_TIMEOUT_MS, MQTT_KEEPALIVE_S, RECONNECT_POLICY } from '../core/thresholds.ts';

/**
 * The node's line to its broker.
 *
 *   down ──connect──▶ dialling ──CONNACK, ack topic granted, birth sent──▶ up ──┐
 *    ▲                    └── refused or unreachable ──┐                        │
 *    └── back-off with jitter ◀────────────────────────┴──── connection lost ◀──┘
 *
 * Invariant: nothing is handed to mqtt.js unless the line is up. Every attempt is a new client, so a batch it had not
 * finished cannot wait in its memory and be sent again beside our own repeat; the broker keeps the session by client id.
 */
export interface MqttLink {
  connect(handlers: LinkHandlers): void;
  isUp(): boolean;
  /** Fire and forget: only the cloud's ack says that it arrived. */
  sendBatch(batch: EventBatch): void;
  sendHealth(health: NodeHealth): void;
  /** Says goodbye where possible; resolves within about a second. */
  close(): Promise<void>;
}

export interface LinkHandlers {
  readonly onUp: () => void;
  readonly onDown: (why: string) => void;
  readonly onAck: (ack: EventAck) => void;
  /** A message on `ack` that is none; the payload is not logged. */
  readonly onBadAck: (detail: string) => void;
}

export interface MqttLinkOptions {
  readonly bundle: Pick<NodeBundle, 'nodeId' | 'storeId' | 'mqtt'>;
  /** The birth, made anew for every connection. */
  readonly birth: () => NodeStatus;
  readonly random: () => number;
  /** Replaces the address in the bundle. */
  readonly url?: string | undefined;
}

const WILL: NodeStatus = { v: 1, online: false };

export function createMqttLink({ bundle, birth, random, url }: MqttLinkOptions): MqttLink {
  const topic = (channel: UplinkChannel | 'ack'): string => topicOf(bundle.storeId, bundle.nodeId, channel);
  let client: MqttClient | undefined;
  let up = false;
  let closed = false;
  let failures = 0;
  let redial: NodeJS.Timeout | undefined;

  function dial(handlers: LinkHandlers): void {
    let why = 'the broker closed the connection';
    const attempt = mqtt.connect(url ?? bundle.mqtt.url, {
      clientId: bundle.nodeId,
      clean: false,
      protocolVersion: 4,
      username: bundle.mqtt.username,
      password: bundle.mqtt.password,
      ...(bundle.mqtt.ca === undefined ? {} : { ca: bundle.mqtt.ca }),
      keepalive: MQTT_KEEPALIVE_S,
      reconnectPeriod: 0,
      queueQoSZero: false,
      resubscribe: false,
      will: { topic: topic('status'), payload: Buffer.from(JSON.stringify(WILL)), qos: 1, retain: true },
    });
    client = attempt;
    attempt.on('connect', () => {
      attempt.subscribe(topic('ack'), { qos: 1 }, (error) => {
        if (attempt !== client || closed) return;
        if (error !== null) {
          why = `the broker refuses ${topic('ack')}: ${error.message}`;
          attempt.end(true);
          return;
        }
        attempt.publish(topic('status'), JSON.stringify(birth()), { qos: 1, retain: true });
        up = true;
        failures = 0;
        handlers.onUp();
      });
    });
    attempt.on('message', (heard, payload) => {
      if (heard !== topic('ack')) return;
      const ack = parseAck(payload);
      if (ack instanceof Error) handlers.onBadAck(ack.message);
      else handlers.onAck(ack);
    });
    attempt.on('error', (error) => {
      why = describeError(error);
    });
    attempt.once('close', () => {
      if (attempt !== client) return;
      client = undefined;
      up = false;
      attempt.end(true);
      if (closed) return;
      handlers.onDown(why);
      redial = setTimeout(() => dial(handlers), backoffMs(failures, RECONNECT_POLICY, random()));
      failures += 1;
    });
  }

  function publish(channel: UplinkChannel, message: unknown, qos: 0 | 1): void {
    if (!up || client?.connected !== true) return;
    client.publish(topic(channel), JSON.stringify(message), { qos });
  }

  return {
    connect: dial,
    isUp: () => up,
    sendBatch: (batch) => publish('events', batch, 1),
    sendHealth: (health) => publish('health', health, 0),
    async close() {
      closed = true;
      clearTimeout(redial);
      const last = client;
      if (last === undefined) return;
      const { promise: patience, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, GOODBYE_TIMEOUT_MS);
      // A clean disconnect cancels the will, so its words are said here.
      if (up) {
        const said = last.publishAsync(topic('status'), JSON.stringify(WILL), { qos: 1, retain: true });
        await Promise.race([said.catch(() => undefined), patience]);
      }
      await Promise.race([last.endAsync(!up).catch(() => undefined), patience]);
      clearTimeout(timer);
    },
  };
}

function parseAck(payload: Buffer): EventAck | Error {
  let json: unknown;
  try {
    json = JSON.parse(payload.toString('utf8'));
  } catch {
    return new Error('not JSON');
  }
  const ack = EventAck.safeParse(json);
  return ack.success ? ack.data : ack.error;
}

/** A refused socket is an AggregateError without a message of its own. */
function describeError(error: Error): string {
  if (error.message !== '') return error.message;
  return 'code' in error ? String(error.code) : error.name;
}
