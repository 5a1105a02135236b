import { isUplink, parseTopic, topicOf } from '../../protocol/topics.ts';
import { type Line, type LineOptions, type LineTiming, openLine } from './line.ts';
import { createTurns } from './turns.ts';
import { MOST_PACKET_BYTES, type NodeWire, type WireDeps } from './wire.ts';

/**
 * The wire through a broker that is not ours, as one of any number of dispatchers.
 *
 *   down ──dial──▶ greeting ──open──▶ up ──────────┐
 *    ▲                └── refused, unreachable ──┐ │
 *    └── back-off with jitter ◀──────────────────┴─┴── line lost
 *
 * Invariants: at most `MOST_IN_HAND` messages are in hand, the broker keeps the others; what a node says of itself is
 * taken in its order. The broker has our PUBACK before the commit, so that many messages share one: what dies with us
 * its node sends again, for it waits for our ack, not for the broker's. What a broker retains comes again with the next
 * connection, and the answer to a command when the node is reminded.
 *
 * Who may say what is the broker's to watch over; here a topic is believed.
 */
export interface BrokerClientDeps extends WireDeps, Omit<LineOptions, 'timing'> {
  /** The broker in a message for people: an address without its password. */
  readonly place: string;
  /** In [0, 1): spreads the attempts of many. */
  readonly random: () => number;
  /** At each connection. */
  readonly onUp: (shares: boolean) => void;
  /** At each attempt that failed and each line that was lost, with the reason. */
  readonly onDown: (why: string) => void;
  readonly timing?: ClientTiming;
}

export interface ClientTiming extends LineTiming {
  readonly firstRetryMs: number;
  readonly mostRetryMs: number;
  /** After something retained could not be taken. */
  readonly relearnMs: number;
}

const TIMING: ClientTiming = {
  // A dispatcher whose plug was pulled leaves its group within one and a half of these.
  keepaliveS: 15,
  greetingMs: 20_000,
  probeMs: 3_000,
  firstRetryMs: 200,
  mostRetryMs: 10_000,
  relearnMs: 5_000,
};

/** More than fills the largest commit; at a batch's greatest length they hold 64 MiB. */
const MOST_IN_HAND = 500;

export function startBrokerClient(deps: BrokerClientDeps): NodeWire {
  const timing = deps.timing ?? TIMING;
  const inHand = new Set<Promise<void>>();
  const inTurn = createTurns();
  let line: Line | undefined;
  let trouble: string | undefined = 'it has not been reached yet';
  let isDeaf = true;
  let failures = 0;
  let stopping = false;
  let redial: NodeJS.Timeout | undefined;
  let relearning: NodeJS.Timeout | undefined;
  /** The message that is held back until there is room; a line hands us one at a time. */
  let held: (() => void) | undefined;

  function dial(): void {
    line = openLine({ ...deps, timing }, { open, message, ended });
  }

  function open(shares: boolean): void {
    failures = 0;
    isDeaf = false;
    trouble = shares ? undefined : 'it does not share subscriptions: every dispatcher hears everything';
    deps.onUp(shares);
  }

  function ended(why: string): void {
    line = undefined;
    held = undefined;
    isDeaf = true;
    trouble = why;
    if (stopping) return;
    const most = Math.min(timing.firstRetryMs * 2 ** failures, timing.mostRetryMs);
    failures += 1;
    redial = setTimeout(dial, most * (0.5 + deps.random() / 2));
    deps.onDown(why);
  }

  function message(topic: string, payload: Buffer, next: () => void): void {
    if (stopping) return;
    take(topic, payload);
    if (inHand.size < MOST_IN_HAND) next();
    else held = next;
  }

  function take(topic: string, payload: Buffer): void {
    const address = parseTopic(topic);
    if (address === undefined || !isUplink(address.channel)) {
      deps.onRefused(`message on ${topic}`, undefined);
      return;
    }
    const { nodeId, storeId, channel } = address;
    // An empty payload is how a retained message is taken away.
    if (payload.length === 0) return;
    if (payload.length > MOST_PACKET_BYTES) {
      deps.onRefused(`message of ${payload.length} bytes`, nodeId);
      return;
    }
    const taken = inTurn(nodeId, channel, () => deps.onMessage(nodeId, storeId, channel, payload));
    hold(taken);
    if (channel !== 'events') taken.catch(relearnLater);
  }

  function hold(taken: Promise<void>): void {
    const done: Promise<void> = taken
      .catch(() => undefined)
      .finally(() => {
        inHand.delete(done);
        if (inHand.size >= MOST_IN_HAND) return;
        const next = held;
        held = undefined;
        next?.();
      });
    inHand.add(done);
  }

  function relearnLater(): void {
    if (stopping) return;
    relearning ??= setTimeout(() => {
      relearning = undefined;
      line?.relearn();
    }, timing.relearnMs);
  }

  dial();
  return {
    state: () => ({
      ...(trouble !== undefined && { trouble: `the MQTT broker at ${deps.place}: ${trouble}` }),
      ...(isDeaf && { isDeaf }),
    }),
    async publish(storeId, nodeId, channel, payload) {
      if (line === undefined) throw new Error(`the MQTT broker at ${deps.place} cannot be told: ${trouble}`);
      await line.publish(topicOf(storeId, nodeId, channel), payload, channel === 'config/desired');
    },
    // Its connection is the broker's, which ends it when the password is no longer on its list.
    drop: () => Promise.resolve(false),
    async stop() {
      stopping = true;
      clearTimeout(redial);
      clearTimeout(relearning);
      while (inHand.size > 0) await Promise.allSettled(inHand);
      await line?.end();
    },
  };
}
