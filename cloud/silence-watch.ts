import type { Suspicion } from './core/suspicion.ts';

/** A node that restarts or whose line blinks is back long before. */
const GRACE_MS = 15 * 60_000;
const LOOK_EVERY_MS = 60_000;

/**
 * Numbers are given when a row is written and seen when it is committed, on PostgreSQL in another order: what has not
 * come to be seen within so many looks was never committed.
 */
const LOOKS_BEHIND = 2;

interface SilenceMemory {
  newestSeq(): Promise<number>;
  ofSilentNodes(
    afterSeq: number,
    upToSeq: number,
    graceMs: number,
  ): Promise<{ readonly seq: number; readonly suspicions: readonly Suspicion[] }>;
  note(suspicion: Suspicion): Promise<void>;
}

/**
 * Looks every minute for signed frames of nodes that have been offline for long. Begins one grace after the start: a
 * service that was down itself has seen nobody for as long, and that proves nothing. Returns the stop.
 */
export function watchSilence(deps: {
  readonly memory: SilenceMemory;
  readonly onFault: (error: unknown) => void;
}): () => Promise<void> {
  const { memory, onFault } = deps;
  /** The newest event at each of the last looks. */
  let newest: readonly number[] = [];
  let afterSeq: number | undefined;
  let looking: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;

  async function look(): Promise<void> {
    newest = [...newest, await memory.newestSeq()].slice(-LOOKS_BEHIND - 1);
    const [upToSeq = 0] = newest;
    // The first look only finds out where the present begins.
    afterSeq ??= upToSeq;
    if (newest.length <= LOOKS_BEHIND) return;
    const { seq, suspicions } = await memory.ofSilentNodes(afterSeq, upToSeq, GRACE_MS);
    for (const suspicion of suspicions) await memory.note(suspicion);
    afterSeq = seq;
  }

  const later = (ms: number): void => {
    timer = setTimeout(() => {
      looking = look()
        .catch(onFault)
        .finally(() => later(LOOK_EVERY_MS));
    }, ms).unref();
  };
  later(GRACE_MS);
  return async () => {
    clearTimeout(timer);
    await looking;
    clearTimeout(timer);
  };
}
