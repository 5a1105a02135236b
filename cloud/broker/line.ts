import mqtt, { type IPublishPacket } from 'mqtt';
import { errorMessage } from '../../protocol/error-message.ts';
import { everyNodes, probeTopic, sharedBy, type UplinkChannel } from '../../protocol/topics.ts';

/**
 * One connection of a dispatcher to its broker, from dialling to its end; never a second attempt.
 *
 *   dialling ──CONNACK──▶ probing ──its own word came back, or did not──▶ subscribing ──granted──▶ open ──▶ ended
 *       └─────────────────────┴── no, or nothing in time ────────────────────┴────────────────────────────▲
 *
 * Invariant: `ended` is called exactly once, and nothing else afterwards.
 *
 * Sessions are clean. A member of a shared group that died with a session kept is still dealt its share of the messages
 * by Mosquitto, 50 of 100 with two members, and they wait there for its return; one with a clean session leaves the
 * group at once. What a member had in hand when it died its nodes send again, since they have had no ack of ours.
 *
 * Three brokers of four grant `$share/…` and then deliver nothing, so each connection first tries it on itself. Where it
 * does not work we hear everything, as every other dispatcher does: each row is still written once.
 */
export interface Line {
  /** Resolves at the PUBACK; rejects when the line ends before. */
  publish(topic: string, payload: string, retain: boolean): Promise<void>;
  /** Has the broker say again what it retains. */
  relearn(): void;
  /** Says goodbye where somebody is there to hear it. Resolves when the connection is gone, within two seconds. */
  end(): Promise<void>;
}

export interface LineOptions {
  readonly url: string;
  readonly clientId: string;
  readonly username: string | undefined;
  readonly password: string | undefined;
  /** PEM; absent: what the system trusts. */
  readonly ca: string | undefined;
  readonly version: 4 | 5;
  /** Members of the same group share the work. */
  readonly group: string;
  readonly timing: LineTiming;
}

export interface LineTiming {
  readonly keepaliveS: number;
  /** From dialling to the topics being granted. */
  readonly greetingMs: number;
  /** How long our own word may take through a shared subscription. */
  readonly probeMs: number;
}

export interface LineEvents {
  readonly open: (shares: boolean) => void;
  /** The next message comes when `next` is called. */
  readonly message: (topic: string, payload: Buffer, next: () => void) => void;
  readonly ended: (why: string) => void;
}

const GOODBYE_MS = 2_000;

/** Each message is for one dispatcher, whichever. */
const SHARED: readonly UplinkChannel[] = ['events', 'health', 'command/result'];
/**
 * What a broker retains it does not say again to a group, and of two messages of one node dealt to two dispatchers the
 * older may be written last. So every dispatcher hears these, all of them at each connection, and writes what is news.
 */
const RETAINED: readonly UplinkChannel[] = ['status', 'config/reported'];

export function openLine({ timing, group, ...options }: LineOptions, on: LineEvents): Line {
  /** The first thing that went wrong; what follows from it says less. */
  let why: string | undefined;
  let isOpen = false;
  let isEnded = false;
  const underWay = new Set<Promise<unknown>>();
  let onProbe: () => void = () => undefined;
  const probe = probeTopic(options.clientId);
  const client = mqtt.connect(options.url, {
    clientId: options.clientId,
    clean: true,
    protocolVersion: options.version,
    ...(options.username !== undefined && { username: options.username }),
    ...(options.password !== undefined && { password: options.password }),
    ...(options.ca !== undefined && { ca: options.ca }),
    keepalive: timing.keepaliveS,
    connectTimeout: timing.greetingMs,
    reconnectPeriod: 0,
    resubscribe: false,
  });
  const giveUp = (reason: string): void => {
    why ??= reason;
    client.end(true);
  };
  const greeting = setTimeout(() => giveUp('it did not finish its greeting'), timing.greetingMs);

  // Here and not in the event of the same name: only this one can hold the next message back.
  client.handleMessage = ({ topic, payload }: IPublishPacket, next: () => void): void => {
    if (isEnded) return;
    if (topic === probe) {
      onProbe();
      next();
    } else on.message(topic, Buffer.from(payload), next);
  };

  async function greet(): Promise<void> {
    const shares = await probed();
    const wanted = SHARED.map((channel) => (shares ? sharedBy(group, everyNodes(channel)) : everyNodes(channel)));
    await subscribe([...wanted, ...RETAINED.map(everyNodes)]);
    clearTimeout(greeting);
    if (isEnded) return;
    isOpen = true;
    on.open(shares);
  }

  async function subscribe(topics: readonly string[]): Promise<void> {
    try {
      await client.subscribeAsync([...topics], { qos: 1 });
    } catch (error) {
      const told = errorMessage(error);
      throw new Error(`it refuses the subscription to ${topics.join(', ')} (${told})`, { cause: error });
    }
  }

  /** Whether what we say comes back to us through a shared subscription. */
  async function probed(): Promise<boolean> {
    await subscribe([sharedBy(`${group}.${options.clientId}`, probe)]);
    const heard = new Promise<boolean>((resolve) => {
      const late = setTimeout(() => resolve(false), timing.probeMs);
      onProbe = () => {
        clearTimeout(late);
        resolve(true);
      };
    });
    await client.publishAsync(probe, 'do you hear me', { qos: 1 });
    return await heard;
  }

  client.on('connect', () => void greet().catch((error: Error) => giveUp(error.message)));
  client.on('error', (error) => {
    why ??= error.message === '' && 'code' in error ? String(error.code) : error.message;
  });
  client.once('close', () => {
    isEnded = true;
    clearTimeout(greeting);
    // Promises of what it had not finished reject.
    client.end(true);
    on.ended(why ?? 'it closed the connection');
  });

  return {
    publish: async (topic, payload, retain) => {
      if (isEnded || !client.connected) throw new Error('the line to the MQTT broker is down');
      const sent = client.publishAsync(topic, payload, { qos: 1, retain });
      underWay.add(sent);
      await sent.finally(() => underWay.delete(sent));
    },
    relearn: () => void subscribe(RETAINED.map(everyNodes)).catch((error: Error) => giveUp(error.message)),
    async end() {
      if (isEnded) return;
      const gone = new Promise<void>((resolve) => client.once('close', () => resolve()));
      // What is still under way is refused, and a broker that does not hang up is hung up on.
      const cut = setTimeout(() => {
        client.end(true);
        client.stream.destroy();
      }, GOODBYE_MS);
      // MQTT.js would wait for a PUBACK for ever, and leave a connection that is still being made to itself.
      while (underWay.size > 0) await Promise.allSettled(underWay);
      client.end(!isOpen);
      await gone;
      clearTimeout(cut);
    },
  };
}
