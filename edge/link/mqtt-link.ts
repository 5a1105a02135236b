import type { NodeBundle } from '../../protocol/messages/bundle.ts';
import type { EventAck, EventBatch } from '../../protocol/messages/events.ts';
import type { NodeHealth, NodeStatus } from '../../protocol/messages/status.ts';
import { type Channel, DOWNLINK_CHANNELS, topicOf, type UplinkChannel } from '../../protocol/topics.ts';
import type { LinkCause } from '../core/link-cause.ts';
import { type LinkPlace, type LinkTrouble, linkTrouble } from '../core/link-trouble.ts';
import { type BackoffPolicy, backoffMs } from '../core/outbox-policy.ts';
import { GOODBYE_TIMEOUT_MS, LINK_TIMING } from '../core/thresholds.ts';
import { parseAck } from './answers.ts';
import { type Line, type LineTiming, type Manner, openLine } from './line.ts';

/**
 * The node's line to its broker.
 *
 *   down ──connect──▶ dialling ──CONNACK, topics granted, birth sent──▶ up ──────┐
 *    ▲                    └── refused, unreachable, no answer ──┐                │
 *    └── back-off with jitter ◀─────────────────────────────────┴── line lost ◀──┘
 *
 * Invariants: nothing is handed to mqtt.js unless the line is up, and not for ever without the broker's PUBACK, so its
 * memory stays small. Every attempt is a new client, so a batch it had not finished cannot wait in its memory and be sent
 * again beside our own repeat; the broker keeps the session by client id. The back-off begins anew only after a line that
 * stood for a while: a broker that accepts and cuts is not stormed.
 */
export interface MqttLink {
  connect(handlers: LinkHandlers): void;
  isUp(): boolean;
  /** Fire and forget: only the cloud's ack says that it arrived. */
  sendBatch(batch: EventBatch): void;
  sendHealth(health: NodeHealth): void;
  /**
   * Without a line the message is dropped silently: whoever answers on these says it again on every `onUp`. What a node
   * reports of its configuration is retained, the result of a command is not. `onTaken` is called once the broker has it.
   */
  publish(channel: AnswerChannel, message: unknown, onTaken?: () => void): void;
  /** Says goodbye where possible; resolves within about a second. */
  close(): Promise<void>;
}

/** What a node answers the cloud on. */
export type AnswerChannel = Extract<UplinkChannel, 'config/reported' | 'command/result'>;

export interface LinkHandlers {
  readonly onUp: () => void;
  /** An attempt failed or the line was lost; the next attempt follows by itself. */
  readonly onDown: (why: LinkTrouble) => void;
  readonly onAck: (ack: EventAck) => void;
  /** A message on `ack` that is none; the payload is not logged. */
  readonly onBadAck: (detail: string) => void;
  /** The retained desired configuration: on every connection, and whenever the cloud changes it. Not parsed yet. */
  readonly onDesired: (payload: Uint8Array) => void;
  /** A command. One the broker kept for us may come before `onUp`, and any may come twice. Not parsed yet. */
  readonly onCommand: (payload: Uint8Array) => void;
}

export interface MqttLinkOptions {
  readonly bundle: Pick<NodeBundle, 'nodeId' | 'storeId' | 'mqtt'>;
  /** The birth, made anew for every connection. */
  readonly birth: () => NodeStatus;
  readonly random: () => number;
  /** Replaces the address in the bundle. */
  readonly url?: string | undefined;
  /** The wall clock, for the words about certificates. */
  readonly clock: () => LinkPlace['clock'];
  readonly timing?: LinkTiming;
}

export interface LinkTiming extends LineTiming {
  readonly reconnect: BackoffPolicy;
  /** A line that stood this long has proven itself. */
  readonly provenMs: number;
}

const WILL: NodeStatus = { v: 1, online: false };

export function createMqttLink(options: MqttLinkOptions): MqttLink {
  const { bundle, birth, random, clock, timing = LINK_TIMING } = options;
  const { nodeId, storeId } = bundle;
  const url = options.url ?? bundle.mqtt.url;
  const topic = (channel: Channel): string => topicOf(storeId, nodeId, channel);
  const heardOn = new Map(DOWNLINK_CHANNELS.map((channel) => [topic(channel), channel]));
  let line: Line | undefined;
  let upSince: number | undefined;
  let closed = false;
  let failures = 0;
  let redial: NodeJS.Timeout | undefined;

  function dial(handlers: LinkHandlers): void {
    line = openLine(
      {
        url,
        clientId: nodeId,
        mqtt: bundle.mqtt,
        topics: [...heardOn.keys()],
        will: { topic: topic('status'), text: JSON.stringify(WILL) },
        timing,
      },
      {
        open() {
          if (closed) return;
          line?.publish(topic('status'), JSON.stringify(birth()), { qos: 1, retain: true });
          upSince = performance.now();
          handlers.onUp();
        },
        message: (heard, payload) => receive(heard, payload, handlers),
        ended: (cause) => ended(cause, handlers),
      },
    );
  }

  function receive(heard: string, payload: Buffer, handlers: LinkHandlers): void {
    switch (heardOn.get(heard)) {
      case 'ack': {
        const ack = parseAck(payload);
        if (ack instanceof Error) handlers.onBadAck(ack.message);
        else handlers.onAck(ack);
        break;
      }
      case 'config/desired':
        handlers.onDesired(payload);
        break;
      case 'command':
        handlers.onCommand(payload);
        break;
      case undefined:
        break;
    }
  }

  function ended(cause: LinkCause, handlers: LinkHandlers): void {
    line = undefined;
    const stoodMs = upSince === undefined ? undefined : performance.now() - upSince;
    upSince = undefined;
    if (closed) return;
    if (stoodMs !== undefined && stoodMs >= timing.provenMs) failures = 0;
    redial = setTimeout(() => dial(handlers), backoffMs(failures, timing.reconnect, random()));
    failures += 1;
    const anchored = bundle.mqtt.ca !== undefined;
    handlers.onDown(
      linkTrouble(cause, { url, nodeId, storeId, anchored, clock: clock(), wasUp: stoodMs !== undefined }),
    );
  }

  const publish = (channel: UplinkChannel, message: unknown, manner: Manner, onTaken?: () => void): void => {
    if (upSince !== undefined) line?.publish(topic(channel), JSON.stringify(message), manner, onTaken);
  };

  return {
    connect: dial,
    isUp: () => upSince !== undefined,
    sendBatch: (batch) => publish('events', batch, { qos: 1 }),
    sendHealth: (health) => publish('health', health, { qos: 0 }),
    publish: (channel, message, onTaken) =>
      publish(channel, message, { qos: 1, retain: channel === 'config/reported' }, onTaken),
    async close() {
      closed = true;
      clearTimeout(redial);
      const last = line;
      if (last === undefined) return;
      const { promise: patience, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, GOODBYE_TIMEOUT_MS);
      // A clean disconnect cancels the will, so its words are said here.
      if (upSince !== undefined) await Promise.race([last.confirmed(topic('status'), JSON.stringify(WILL)), patience]);
      await Promise.race([last.end(upSince === undefined ? 'cut' : 'goodbye'), patience]);
      clearTimeout(timer);
    },
  };
}
