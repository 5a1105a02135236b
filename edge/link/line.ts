import mqtt from 'mqtt';
import type { NodeBundle } from '../../protocol/messages/bundle.ts';
import { type LinkCause, linkCauseOf } from '../core/link-cause.ts';
import { refusedTopics } from './answers.ts';

/**
 * One connection to a broker, from dialling to its end; never a second attempt.
 *
 *   dialling ──CONNACK──▶ asking for the topics ──granted──▶ open ──▶ ended
 *       └──────────────────────┴── no, or nothing in time ────────────▲
 *
 * Invariant: `ended` is called exactly once, and nothing else afterwards.
 */
export interface Line {
  /**
   * QoS 0, or QoS 1 whose PUBACK is awaited: with too many missing the line is taken for dead. `onTaken` is called at the
   * PUBACK, and never if the line ends before.
   */
  publish(topic: string, text: string, manner: Manner, onTaken?: () => void): void;
  /** Ends it at once, or after a proper goodbye. */
  end(manner: 'cut' | 'goodbye'): Promise<void>;
  /** Resolves at the PUBACK, or when the line is gone. */
  confirmed(topic: string, text: string): Promise<void>;
}

export interface Manner {
  readonly qos: 0 | 1;
  readonly retain?: boolean;
}

export interface LineOptions {
  readonly url: string;
  readonly clientId: string;
  readonly mqtt: NodeBundle['mqtt'];
  readonly topics: readonly string[];
  readonly will: { readonly topic: string; readonly text: string };
  readonly timing: LineTiming;
}

export interface LineTiming {
  readonly keepaliveS: number;
  /** From dialling to the topics being granted. */
  readonly greetingMs: number;
  /** More messages than this without a PUBACK, and the line is given up. */
  readonly maxUnconfirmed: number;
}

export interface LineEvents {
  readonly open: () => void;
  readonly message: (topic: string, payload: Buffer) => void;
  readonly ended: (cause: LinkCause) => void;
}

export function openLine({ url, clientId, mqtt: login, topics, will, timing }: LineOptions, on: LineEvents): Line {
  /** The first thing that went wrong; what follows from it says less. */
  let cause: LinkCause | undefined;
  let isEnded = false;
  let unconfirmed = 0;
  const client = mqtt.connect(url, {
    clientId,
    clean: false,
    protocolVersion: 4,
    username: login.username,
    password: login.password,
    ...(login.ca === undefined ? {} : { ca: login.ca }),
    keepalive: timing.keepaliveS,
    connectTimeout: timing.greetingMs,
    reconnectPeriod: 0,
    queueQoSZero: false,
    resubscribe: false,
    will: { topic: will.topic, payload: Buffer.from(will.text), qos: 1, retain: true },
  });
  const giveUp = (why: LinkCause): void => {
    cause ??= why;
    client.end(true);
  };
  // mqtt.js watches for the CONNACK alone; a broker may also fall silent over the SUBSCRIBE.
  const greeting = setTimeout(() => giveUp(SILENT_GREETING), timing.greetingMs);

  client.on('connect', () => {
    client.subscribe([...topics], { qos: 1 }, (error, _granted, answer) => {
      if (isEnded) return;
      if (error !== null) return giveUp({ type: 'topics-refused', topics: refusedTopics(topics, answer) });
      clearTimeout(greeting);
      on.open();
    });
  });
  client.on('message', (topic, payload) => {
    if (!isEnded) on.message(topic, payload);
  });
  client.on('error', (error) => {
    cause ??= linkCauseOf(error);
  });
  client.once('close', () => {
    isEnded = true;
    clearTimeout(greeting);
    client.end(true);
    on.ended(cause ?? { type: 'closed' });
  });

  return {
    publish(topic, text, { qos, retain = false }, onTaken) {
      if (!client.connected) return;
      if (unconfirmed >= timing.maxUnconfirmed) return giveUp(UNCONFIRMED);
      unconfirmed += qos;
      client.publish(topic, text, { qos, retain }, (error) => {
        unconfirmed -= qos;
        if (error == null) onTaken?.();
      });
    },
    confirmed: (topic, text) =>
      client.publishAsync(topic, text, { qos: 1, retain: true }).then(
        () => undefined,
        () => undefined,
      ),
    end: (manner) => client.endAsync(manner === 'cut').catch(() => undefined),
  };
}

const SILENT_GREETING: LinkCause = { type: 'error', code: 'ETIMEDOUT', message: 'it did not finish its greeting' };
const UNCONFIRMED: LinkCause = { type: 'error', code: 'ETIMEDOUT', message: 'it confirms no message any more' };
