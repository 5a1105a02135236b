import type { EpochMs } from '../../protocol/units.ts';
import { inCalls, settleCast } from '../core/deliver/casts.ts';
import { needless } from '../core/deliver/needless.ts';
import { type AttemptOutcome, handBack, settle } from '../core/deliver/settle.ts';
import type { ClaimedDelivery, SenderPort, SenderTurn, SettledDelivery } from '../core/ports.ts';
import { callOf, confirmed, type EndedCall, recordOf } from './delivery-call.ts';
import { type LineClient, LONGEST_SEND_MS } from './line-client.ts';
import { LONGEST_QUESTION_MS } from './quota-watch.ts';

export interface Sender {
  /** There may be something to send; returns at once. */
  poke(): void;
  /** When a turn last did its work, before the first when it was made; nothing is sent while they do not. */
  lastTurnAt(): EpochMs;
  /** Claims and calls nothing from now on. Resolves when the calls in flight are settled. */
  stop(): Promise<void>;
}

/** Calls in flight at once: LINE's 2,000 a second, up to 100 ms an answer. */
const CONCURRENCY = 256;
/**
 * Longer than a call takes with all that belongs to it, and a sound database to write its end: a claim is taken over from
 * a sender that died, or whose database was away for too long. And short enough that a reply left by one may still be sent
 * in its token's minute.
 */
const LEASE_MS = 30_000;
/** Set aside for writing how it ended, as long as one lock is waited for; what takes longer may find itself taken over. */
const WRITE_MS = 5_000;
/** A claim this old is handed back: what follows (LINE's answer, its word on the month, the writing) needs the rest. */
const CLAIM_FRESH_MS = LEASE_MS - LONGEST_SEND_MS - LONGEST_QUESTION_MS - WRITE_MS;
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
  /** A call to LINE has ended, for one delivery or for all of a cast; what follows from it is not written yet. */
  readonly onCalled?: (deliveries: readonly ClaimedDelivery[], call: EndedCall) => void;
  /** `isWritten` is false where the claim was taken over meanwhile and its end is somebody else's to tell. */
  readonly onSettled: (settled: SettledDelivery, outcome: AttemptOutcome | undefined, isWritten: boolean) => void;
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
  let lastTurnAt = now();
  let gapMs = GAP_MS;

  const quotaUsedUp = async (): Promise<boolean> => !stopped && (await deps.quotaUsedUp());

  /** One call, for one delivery or for all of a cast. */
  const work = async (deliveries: readonly ClaimedDelivery[]): Promise<void> => {
    const startedAt = now();
    if (deliveries.some((delivery) => needless(delivery, startedAt) !== undefined)) {
      // Of a cast only the claim lets somebody go, in the rows: all of it waits for the next one.
      const stepOf = (one: ClaimedDelivery) => (one.castKey === undefined ? needless(one, startedAt) : undefined);
      for (const delivery of deliveries) {
        ended.push({ delivery, step: stepOf(delivery) ?? handBack(delivery, startedAt), at: startedAt });
      }
      return;
    }
    const [first] = deliveries;
    if (first === undefined) return;
    const outcome = await confirmed(await callOf(first, deliveries, line), first, quotaUsedUp);
    // One moment and one throw of the die for all, so that they come due together again.
    const [endedAt, random] = [now(), deps.random()];
    const call = { outcome, startedAt, endedAt };
    for (const delivery of deliveries) {
      const step = (delivery.castKey === undefined ? settle : settleCast)(delivery, outcome, endedAt, random);
      ended.push({ delivery, step, at: endedAt, attempt: recordOf(delivery, call), outcome });
    }
    deps.onCalled?.(deliveries, call);
  };

  const begin = (deliveries: readonly ClaimedDelivery[]): void => {
    const call = work(deliveries)
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
    const askedAt = performance.now();
    let turned: SenderTurn;
    try {
      turned = await queue.turn(settled, { limit, leaseMs: LEASE_MS, now: at, random: deps.random() });
    } catch (error) {
      ended = [...settled, ...ended];
      throw error;
    }
    const { claimed, written } = turned;
    gapMs = claimed.length > (at - lastTurnAt) * MANY_A_MS ? GAP_WITH_MANY_MS : GAP_MS;
    // First: what is claimed and not begun would be in doubt when its lease has run out.
    const isTooLate = stopped || performance.now() - askedAt > CLAIM_FRESH_MS;
    // A turn that hands everything back sends nothing, and the next one may fare no better.
    if (!isTooLate || claimed.length === 0) lastTurnAt = at;
    if (isTooLate) ended.push(...claimed.map((delivery) => ({ delivery, step: handBack(delivery, at), at })));
    else for (const deliveries of inCalls(claimed)) begin(deliveries);
    for (const one of turned.needless) deps.onSettled(one, undefined, true);
    for (const { outcome, ...one } of settled) deps.onSettled(one, outcome, written.has(one.delivery.id));
    return claimed.length > 0 && (isTooLate || claimed.length >= limit);
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

  let stopping: Promise<void> | undefined;
  const finish = async (): Promise<void> => {
    clearTimeout(timer);
    await running;
    await scheduling;
    await Promise.all(inFlight);
    // Not written, they would be repeated by whoever comes next: with the same key, but in doubt.
    if (ended.length > 0) await turn().catch(deps.onFault);
  };

  return {
    poke,
    lastTurnAt: () => lastTurnAt,
    stop() {
      stopped = true;
      line.stop();
      stopping ??= finish();
      return stopping;
    },
  };
}

/** After the database failed: what has ended waits in memory, well within its lease. */
const FAULT_PAUSE_MS = 500;
