import type { EpochMs } from '../../protocol/units.ts';
import { type AttemptOutcome, expire, lastAttemptAt, settle } from '../core/deliver/settle.ts';
import type { ClaimedDelivery, SenderPort } from '../core/ports.ts';
import type { LineClient } from './line-client.ts';

export interface Sender {
  /** There may be something to send; returns at once. */
  poke(): void;
  /** Resolves when the calls in flight are settled. */
  stop(): Promise<void>;
}

/** Calls in flight at once. */
const CONCURRENCY = 20;
/** Calls in flight at which more are claimed. */
const REFILL_AT = CONCURRENCY / 2;
/** Longer than any call may take, so that a claim is only taken over from a dead sender. */
const LEASE_MS = 30_000;
/** Looks again at least this often, should nobody poke. */
const IDLE_MS = 5_000;

/**
 * Works off delivery rows: claim, call, settle. The rows decide everything; this loop may die at any point and the
 * next start carries on from them.
 */
export function createSender(deps: {
  readonly queue: SenderPort;
  readonly line: LineClient;
  readonly now: () => EpochMs;
  readonly random: () => number;
  readonly onSettled: (delivery: ClaimedDelivery, step: string, outcome: AttemptOutcome | undefined) => void;
  readonly onFault: (error: unknown) => void;
}): Sender {
  const { queue, line, now } = deps;
  const inFlight = new Set<Promise<void>>();
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let again = false;
  let stopped = false;

  const call = (delivery: ClaimedDelivery): Promise<AttemptOutcome> => {
    const { messages } = delivery;
    if (delivery.route === 'reply') {
      return delivery.replyToken === undefined
        ? Promise.resolve({ at: 'invalid-reply-token' })
        : line.reply({ replyToken: delivery.replyToken, messages });
    }
    return delivery.lineUserId === undefined
      ? Promise.resolve({ at: 'refused', status: 404, message: 'the member has no LINE identity any more' })
      : line.push({ to: delivery.lineUserId, messages, retryKey: delivery.retryKey });
  };

  const work = async (delivery: ClaimedDelivery): Promise<void> => {
    const startedAt = now();
    if (startedAt > lastAttemptAt(delivery)) {
      const step = expire(delivery);
      await queue.settle(delivery, step, undefined, startedAt);
      deps.onSettled(delivery, step.to, undefined);
      return;
    }
    const outcome = await call(delivery);
    const endedAt = now();

    const step = settle(delivery, outcome, endedAt, deps.random());
    await queue.settle(
      delivery,
      step,
      {
        route: delivery.route,
        outcome: outcome.at,
        ...('detail' in outcome && { detail: outcome.detail }),
        ...('message' in outcome && { detail: `${outcome.status} ${outcome.message}`.slice(0, 500) }),
        ...('requestId' in outcome && outcome.requestId !== undefined && { requestId: outcome.requestId }),
        startedAt,
        endedAt,
      },
      endedAt,
    );
    deps.onSettled(delivery, step.to, outcome);
  };

  const begin = (delivery: ClaimedDelivery): void => {
    const call = work(delivery)
      .catch(deps.onFault)
      .finally(() => {
        inFlight.delete(call);
        // Not at every end: a claim of many costs one commit, as does a claim of one.
        if (inFlight.size <= REFILL_AT) poke();
      });
    inFlight.add(call);
  };

  /** Fills the free places; does not wait for the calls, so that one LINE never answers holds up nobody else. */
  const fill = async (): Promise<void> => {
    do {
      again = false;
      const free = CONCURRENCY - inFlight.size;
      if (free === 0) return;
      const claimed = await queue.claim(now(), free, LEASE_MS);
      for (const delivery of claimed) begin(delivery);
    } while (again && !stopped);
  };

  const schedule = async (): Promise<void> => {
    clearTimeout(timer);
    // With every place taken the next look comes with the calls that end.
    if (inFlight.size === CONCURRENCY) return;
    const due = await queue.nextDueAt();
    if (stopped) return;
    const wait = due === undefined ? IDLE_MS : Math.min(IDLE_MS, Math.max(10, due - now()));
    timer = setTimeout(poke, wait);
  };

  const poke = (): void => {
    again = true;
    if (running !== undefined || stopped) return;
    running = fill()
      .then(schedule)
      .catch((error: unknown) => {
        deps.onFault(error);
        if (!stopped) timer = setTimeout(poke, IDLE_MS);
      })
      .finally(() => {
        running = undefined;
        if (again && !stopped) poke();
      });
  };

  return {
    poke,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
      await Promise.all(inFlight);
    },
  };
}
