import type { EpochMs } from '../../protocol/units.ts';
import type { Mint } from '../core/ids.ts';
import type { Ledger } from '../core/ports.ts';
import type { OnUnmade } from './dispatch.ts';
import { takeLineEvent } from './line-ear.ts';

export interface Worker {
  /** There may be work; returns at once. */
  poke(): void;
  /** Resolves when the event in hand is done; no further one is begun. */
  stop(): Promise<void>;
}

const BATCH = 100;

/**
 * Works off stored webhook events in the order they came, one transaction each. The rows are the queue: what was
 * stored before a crash is found again at the next start, and of two processes each event is taken by one. An event that cannot be processed is set aside as `failed`
 * and blocks nobody; when the database is in trouble the event waits.
 */
export function createWorker(deps: {
  readonly ledger: Ledger;
  readonly mint: Mint;
  readonly now: () => EpochMs;
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

  const drain = async (): Promise<void> => {
    do {
      again = false;
      const waiting = await ledger.read(({ events }) => events.pending(BATCH));
      for (const id of waiting) {
        if (stopped) return;
        try {
          const count = await ledger.transaction((tx) => takeLineEvent(tx, deps.mint, id, deps.now(), deps.onUnmade));
          if (count > 0) deps.onDeliveries(count);
        } catch (error) {
          if (ledger.isFault(error)) throw error;
          deps.onFailed(id, error);
          await ledger.transaction((tx) => tx.events.close(id, 'failed', {}));
        }
      }
      if (waiting.length === BATCH) again = true;
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
