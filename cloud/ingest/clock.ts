import type { EpochMs } from '../../protocol/units.ts';
import type { Mint } from '../core/ids.ts';
import type { Ledger } from '../core/ports.ts';
import type { MemberLinks } from '../core/working-set-message.ts';
import { beginRuns, type DueQueue, dueDeferrals, dueRuns } from './clock-ear.ts';
import type { OnUnmade } from './dispatch.ts';

export interface Clock {
  /** Does all that is due; resolves when nothing is any more. One look at a time: a second call joins the first. */
  tick(): Promise<void>;
  /** Looks every second from now on. */
  start(): void;
  /** Resolves when the batch in hand is done; no further one is begun. */
  stop(): Promise<void>;
}

/** People do not notice a second; rows that wait stay where they are. */
const BEAT_MS = 1_000;
const BATCH = 200;
const CUT_OFF = 'the run was cut off for so long that it is over: whoever comes after this member had no turn';

/**
 * Works off what comes due by the clock: decisions put off until the shop opens, runs of scheduled campaigns. The rows
 * are the queue, as for webhooks; of several processes each batch is taken by one. Who breaks us is passed over and
 * told, and holds up nobody.
 */
export function createClock(deps: {
  readonly ledger: Ledger;
  readonly mint: Mint;
  readonly now: () => EpochMs;
  /** The personal address of a form; absent: messages that link to one cannot be made. */
  readonly links?: MemberLinks;
  readonly onDeliveries: (count: number) => void;
  readonly onFailed: (what: string, error: unknown) => void;
  readonly onUnmade?: OnUnmade;
  /** The database is in trouble: everything waits, nothing is lost. */
  readonly onFault: (error: unknown) => void;
  /** Batches of all that is due are done, if only empty ones: the database is in no trouble. */
  readonly onDone?: () => void;
  /** At every beat, for those who look after what nobody told them of. */
  readonly onBeat?: () => void;
}): Clock {
  const { ledger, mint } = deps;
  let stopped = false;
  let running: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;

  /** One batch; where it breaks us, one by one, and the one that does is passed over. How much there may have been. */
  const take = async <Held>(queue: DueQueue<Held>): Promise<number> => {
    for (const limit of [BATCH, 1]) {
      let held: Held | undefined;
      try {
        const taken = await ledger.transaction(async (tx) => {
          // Begun anew, the transaction may hold something else: what it held last is what broke it.
          held = await queue.hold(tx, limit);
          return held && (await queue.decide(tx, held));
        });
        if (taken === undefined) return 0;
        if (taken.deliveries > 0) deps.onDeliveries(taken.deliveries);
        for (const { event, campaign, complaint } of taken.unmade) deps.onUnmade?.(event, campaign, complaint);
        return taken.done;
      } catch (error) {
        if (ledger.isFault(error)) throw error;
        if (limit === 1) await passOver(queue, held, error);
      }
    }
    return 1;
  };

  const passOver = async <Held>(queue: DueQueue<Held>, held: Held | undefined, error: unknown): Promise<void> => {
    const passed = held && (await ledger.transaction((tx) => queue.passOver(tx, held)));
    // Nobody to pass over, or somebody else has seen to it: the next beat looks again.
    if (passed === undefined) throw error;
    deps.onFailed(JSON.stringify(passed), error);
  };

  const begin = async (): Promise<void> => {
    const over = await ledger.transaction((tx) => beginRuns(tx, deps.now()));
    for (const run of over) deps.onFailed(JSON.stringify(run), new Error(CUT_OFF));
  };

  const workOff = async (): Promise<void> => {
    let begunAt: EpochMs | undefined;
    let done: number;
    do {
      // At every beat, as long as this takes: a run nobody begins within the hour is taken for slept through.
      if (begunAt === undefined || deps.now() - begunAt >= BEAT_MS) {
        begunAt = deps.now();
        await begin();
      }
      done = await take(dueDeferrals(mint, deps.now(), deps.links));
      done += await take(dueRuns(mint, deps.now(), deps.links));
      deps.onDone?.();
      // One turn for everybody else: the database of a single process answers without letting go.
      await new Promise((resolve) => setImmediate(resolve));
    } while (done > 0 && !stopped);
  };

  const tick = (): Promise<void> => {
    running ??= workOff()
      .catch(deps.onFault)
      .finally(() => {
        running = undefined;
      });
    return running;
  };

  return {
    tick,
    start() {
      timer = setInterval(() => {
        deps.onBeat?.();
        void tick();
      }, BEAT_MS);
    },
    async stop() {
      stopped = true;
      clearInterval(timer);
      await running;
    },
  };
}
