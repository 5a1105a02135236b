import type { EpochMs } from '../../protocol/units.ts';
import type { EventId, Mint } from '../core/ids.ts';
import type { Ledger } from '../core/ports.ts';
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

/** What waits is in the hands of another process. */
const RIVAL_PAUSE_MS = 20;

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
}): Worker {
  const { ledger } = deps;
  let running: Promise<void> | undefined;
  let again = false;
  let stopped = false;

  /** How many of them were still there. Where one breaks us, the work is halved until only that one is set aside. */
  const take = async (ids: readonly EventId[]): Promise<number> => {
    try {
      const taken = await ledger.transaction((tx) => takeLineEvents(tx, deps.mint, ids, deps.now(), deps.links));
      if (taken.deliveries > 0) deps.onDeliveries(taken.deliveries);
      for (const { event, campaign, complaint } of taken.unmade) deps.onUnmade?.(event, campaign, complaint);
      for (const { id, error } of taken.broken) deps.onFailed(id, error);
      return taken.claimed;
    } catch (error) {
      if (ledger.isFault(error)) throw error;
      const [only, ...more] = ids;
      if (only === undefined) return 0;
      if (more.length === 0) {
        deps.onFailed(only, error);
        await ledger.transaction((tx) => tx.events.close(only, 'failed', {}));
        return 1;
      }
      const half = Math.ceil(ids.length / 2);
      return (await take(ids.slice(0, half))) + (await take(ids.slice(half)));
    }
  };

  const drain = async (): Promise<void> => {
    do {
      again = false;
      const waiting = await ledger.read(({ events }) => events.pending(BATCH));
      const taken = await take(waiting);
      if (waiting.length === BATCH) again = true;
      if (taken === 0 && waiting.length > 0) await new Promise((resolve) => setTimeout(resolve, RIVAL_PAUSE_MS));
      // One turn for everybody else: the database of a single process answers without letting go.
      await new Promise((resolve) => setImmediate(resolve));
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
