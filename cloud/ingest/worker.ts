import type { EpochMs } from '../../protocol/units.ts';
import type { EventId, Mint } from '../core/ids.ts';
import type { Ledger, WantedEvents } from '../core/ports.ts';
import type { MemberLinks } from '../core/working-set-message.ts';
import type { OnUnmade } from './dispatch.ts';
import { takeLineEvents } from './line-ear.ts';

export interface Worker {
  /** There may be work; returns at once. */
  poke(): void;
  /** Resolves when the event in hand is done; no further one is begun. */
  stop(): Promise<void>;
}

const BATCH = 100;

/**
 * From the end of one batch to the next: what comes in between shares its commit. Without it, at 500 events a second,
 * the one connection of SQLite did little but begin and commit, and everybody waited for it: 15 ms to the call, not 10.
 */
const GAP_MS = 4;

/**
 * Works off stored webhook events in the order they came, many in one transaction. The rows are the queue: what was
 * stored before a crash is found again at the next start, and of two processes each event is taken by one. An event
 * that cannot be processed is set aside as `failed` and blocks nobody; when the database is in trouble events wait.
 */
export function createWorker(deps: {
  readonly ledger: Ledger;
  readonly mint: Mint;
  readonly now: () => EpochMs;
  /** The personal address of a form; absent: messages that link to one cannot be made. */
  readonly links?: MemberLinks;
  readonly onDeliveries: (count: number) => void;
  readonly onFailed: (eventId: string, error: unknown) => void;
  readonly onUnmade?: OnUnmade;
  /** The database is in trouble: everything waits, nothing is lost. */
  readonly onFault: (error: unknown) => void;
  /** A batch is worked off, if only an empty one: the database is in no trouble. */
  readonly onDone?: () => void;
}): Worker {
  const { ledger } = deps;
  let running: Promise<void> | undefined;
  let again = false;
  let stopped = false;

  /** How many of them were still there. */
  const take = async (wanted: WantedEvents): Promise<number> => {
    const taken = await ledger.transaction((tx) => takeLineEvents(tx, deps.mint, wanted, deps.now(), deps.links));
    if (taken.deliveries > 0) deps.onDeliveries(taken.deliveries);
    for (const { event, campaign, complaint } of taken.unmade) deps.onUnmade?.(event, campaign, complaint);
    for (const { id, error } of taken.broken) deps.onFailed(id, error);
    return taken.claimed;
  };

  /** One of them breaks us: the work is halved until only that one is left, and set aside. */
  const takeOrSetAside = async (ids: readonly EventId[]): Promise<void> => {
    try {
      await take(ids);
    } catch (error) {
      if (ledger.isFault(error)) throw error;
      const [only, ...more] = ids;
      if (only === undefined) return;
      if (more.length === 0) {
        deps.onFailed(only, error);
        await ledger.transaction((tx) => tx.events.close(only, 'failed', {}));
        return;
      }
      const half = Math.ceil(ids.length / 2);
      await takeOrSetAside(ids.slice(0, half));
      await takeOrSetAside(ids.slice(half));
    }
  };

  /** How many there may have been. */
  const takeNext = async (): Promise<number> => {
    try {
      return await take({ most: BATCH });
    } catch (error) {
      if (ledger.isFault(error)) throw error;
      const waiting = await ledger.read(({ events }) => events.pending(BATCH));
      await takeOrSetAside(waiting);
      return waiting.length;
    }
  };

  const drain = async (): Promise<void> => {
    do {
      again = false;
      const isFull = (await takeNext()) === BATCH;
      deps.onDone?.();
      if (isFull) again = true;
      // At least one turn for everybody else: the database of a single process answers without letting go.
      await new Promise((resolve) => setTimeout(resolve, isFull ? 0 : GAP_MS));
    } while (again && !stopped);
  };

  const poke = (): void => {
    again = true;
    if (running !== undefined || stopped) return;
    running = drain().then(
      () => {
        running = undefined;
        if (again) poke();
      },
      (error: unknown) => {
        running = undefined;
        deps.onFault(error);
        setTimeout(poke, RETRY_MS).unref();
      },
    );
  };

  return {
    poke,
    async stop() {
      stopped = true;
      await running;
    },
  };
}

/** After the database itself failed: long enough not to spin, short enough for the reply token. */
const RETRY_MS = 500;
