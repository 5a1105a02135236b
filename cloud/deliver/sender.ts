import type { EpochMs } from '../../protocol/units.ts';
import { type AttemptOutcome, expire, lastAttemptAt, settle, unsendable } from '../core/deliver/settle.ts';
import type { ClaimedDelivery, SenderPort, SettledDelivery } from '../core/ports.ts';
import type { LineClient } from './line-client.ts';

export interface Sender {
  /** There may be something to send; returns at once. */
  poke(): void;
  /** When a turn last succeeded; nothing is sent while they do not. */
  lastTurnAt(): EpochMs | undefined;
  /** Resolves when the calls in flight are settled. */
  stop(): Promise<void>;
}

/** Calls in flight at once: LINE's 2,000 a second, up to 100 ms an answer. */
const CONCURRENCY = 256;
/** Longer than any call may take, so that a claim is only taken over from a dead sender. */
const LEASE_MS = 30_000;
/** Looks again at least this often, should nobody poke. */
const IDLE_MS = 5_000;
/** From the end of one turn to the next: what ends and falls due in between shares the commit. */
const GAP_MS = 4;
/**
 * While more than this many fall due in a millisecond. A turn costs as much as ten calls, whatever it carries: at LINE's
 * full rate a hundred turns a second took a third of what sending took in all, and nobody waits for one call among fifty.
 */
const MANY_A_MS = 1;
const GAP_WITH_MANY_MS = 25;

/**
 * Works off delivery rows in turns: one transaction writes the calls that have ended and claims the next ones, which are
 * then begun. The rows decide everything; this loop may die at any point and the next start carries on from them. Calls
 * are not waited for, so that one LINE never answers holds up nobody else.
 */
export function createSender(deps: {
  readonly queue: SenderPort;
  readonly line: LineClient;
  readonly now: () => EpochMs;
  readonly random: () => number;
  /** Whether LINE itself says that the month's messages are used up; a text alone is not believed. */
  readonly quotaUsedUp: () => Promise<boolean>;
  readonly onSettled: (settled: SettledDelivery, outcome: AttemptOutcome | undefined) => void;
  readonly onFault: (error: unknown) => void;
  readonly concurrency?: number;
}): Sender {
  const { queue, line, now } = deps;
  const concurrency = deps.concurrency ?? CONCURRENCY;
  const inFlight = new Set<Promise<void>>();
  let ended: (SettledDelivery & { readonly outcome?: AttemptOutcome })[] = [];
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let scheduling: Promise<void> | undefined;
  let again = false;
  let stopped = false;
  let lastTurnAt: EpochMs | undefined;
  let gapMs = GAP_MS;

  const work = async (delivery: ClaimedDelivery): Promise<void> => {
    const startedAt = now();
    const needless = needlessCall(delivery, startedAt);
    if (needless !== undefined) {
      ended.push({ delivery, step: needless, at: startedAt });
      return;
    }
    const outcome = await confirmed(await callOf(delivery, line), delivery, deps.quotaUsedUp);
    const endedAt = now();
    const step = settle(delivery, outcome, endedAt, deps.random());
    ended.push({ delivery, step, at: endedAt, attempt: recordOf(delivery, outcome, startedAt, endedAt), outcome });
  };

  const begin = (delivery: ClaimedDelivery): void => {
    const call = work(delivery)
      .catch(deps.onFault)
      .finally(() => {
        inFlight.delete(call);
        poke();
      });
    inFlight.add(call);
  };

  /** Resolves to whether there is reason for another turn right away. */
  const turn = async (): Promise<boolean> => {
    const settled = ended;
    ended = [];
    const limit = stopped ? 0 : Math.max(0, concurrency - inFlight.size);
    const at = now();
    let claimed: ClaimedDelivery[];
    try {
      claimed = await queue.turn(settled, { limit, leaseMs: LEASE_MS, now: at, random: deps.random() });
    } catch (error) {
      ended = [...settled, ...ended];
      throw error;
    }
    gapMs = claimed.length > (at - (lastTurnAt ?? at)) * MANY_A_MS ? GAP_WITH_MANY_MS : GAP_MS;
    lastTurnAt = at;
    // First: what is claimed and not begun would be in doubt when its lease has run out.
    for (const delivery of claimed) begin(delivery);
    for (const { outcome, ...one } of settled) deps.onSettled(one, outcome);
    return claimed.length > 0 && claimed.length === limit;
  };

  const run = async (): Promise<void> => {
    do {
      again = false;
      again = (await turn()) || again;
      await new Promise((resolve) => setTimeout(resolve, gapMs));
    } while (again && !stopped);
  };

  const schedule = async (): Promise<void> => {
    clearTimeout(timer);
    // With every place taken the next look comes with the calls that end.
    if (stopped || inFlight.size >= concurrency) return;
    const due = await queue.nextDueAt(now());
    const wait = due === undefined ? IDLE_MS : Math.min(IDLE_MS, Math.max(GAP_MS, due - now()));
    // Somebody who poked meanwhile is served already, and is followed by a look of its own.
    if (!stopped && running === undefined) timer = setTimeout(poke, wait);
  };

  const faulty = (error: unknown): void => {
    deps.onFault(error);
    again = false;
    clearTimeout(timer);
    if (!stopped) timer = setTimeout(poke, FAULT_PAUSE_MS);
  };

  const poke = (): void => {
    again = true;
    if (running !== undefined || stopped) return;
    clearTimeout(timer);
    running = run().then(
      () => {
        running = undefined;
        if (again && !stopped) poke();
        // Who pokes while the next time is looked up does not wait for that.
        else scheduling = schedule().catch(faulty);
      },
      (error: unknown) => {
        running = undefined;
        faulty(error);
      },
    );
  };

  return {
    poke,
    lastTurnAt: () => lastTurnAt,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
      await scheduling;
      await Promise.all(inFlight);
      // Not written, they would be repeated by whoever comes next: with the same key, but in doubt.
      if (ended.length > 0) await turn().catch(deps.onFault);
    },
  };
}

/** After the database failed: what has ended waits in memory, well within its lease. */
const FAULT_PAUSE_MS = 500;

/** What becomes of a delivery without asking LINE. */
function needlessCall(delivery: ClaimedDelivery, now: EpochMs) {
  if (now > lastAttemptAt(delivery)) return expire(delivery);
  if (delivery.blocked === true) return unsendable(delivery, 'blocked');
  if (delivery.withdrew === true) return unsendable(delivery, 'no_consent');
  return undefined;
}

function callOf(delivery: ClaimedDelivery, line: LineClient): Promise<AttemptOutcome> {
  const { route, replyToken, messages, lineUserId, retryKey } = delivery;
  if (route === 'reply') {
    return replyToken === undefined
      ? Promise.resolve({ at: 'invalid-reply-token' })
      : line.reply({ replyToken, messages });
  }
  return lineUserId === undefined
    ? Promise.resolve({ at: 'refused', status: 404, message: 'the member has no LINE identity any more' })
    : line.push({ to: lineUserId, messages, retryKey });
}

/**
 * LINE's texts may change and a narrowcast may hold the rest of the month's messages for a while: only where LINE's own
 * figures say that the month is used up is a push given up for it.
 */
async function confirmed(
  outcome: AttemptOutcome,
  { route }: ClaimedDelivery,
  quotaUsedUp: () => Promise<boolean>,
): Promise<AttemptOutcome> {
  if (route !== 'push' || (outcome.at !== 'quota-exhausted' && outcome.at !== 'too-many')) return outcome;
  if (await quotaUsedUp()) return { at: 'quota-exhausted' };
  return outcome.at === 'too-many' ? outcome : { at: 'too-many', message: 'monthly limit, but messages are left' };
}

const recordOf = (delivery: ClaimedDelivery, outcome: AttemptOutcome, startedAt: EpochMs, endedAt: EpochMs) => ({
  route: delivery.route,
  outcome: outcome.at,
  ...detailOf(outcome),
  ...('requestId' in outcome && outcome.requestId !== undefined && { requestId: outcome.requestId }),
  startedAt,
  endedAt,
});

const MOST_DETAIL = 500;

function detailOf(outcome: AttemptOutcome): { readonly detail?: string } {
  if ('detail' in outcome) return { detail: outcome.detail.slice(0, MOST_DETAIL) };
  if (outcome.at === 'refused') return { detail: `${outcome.status} ${outcome.message}`.slice(0, MOST_DETAIL) };
  if (outcome.at === 'too-many') return { detail: outcome.message.slice(0, MOST_DETAIL) };
  return {};
}
