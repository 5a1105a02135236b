/** No node tells its health more rarely than every five minutes: whoever missed three of them is not there. */
const GRACE_MS = 15 * 60_000;
const LOOK_EVERY_MS = 60_000;

/**
 * Behind a broker that is not ours, nodes go without our hearing of it: one that dies tells no wills. So who said nothing
 * for a quarter of an hour counts as gone, but only while we ourselves heard everybody for as long. Returns the stop.
 */
export function watchGone(deps: {
  readonly hears: () => boolean;
  /** Counts as gone whoever was last heard of before that. */
  readonly forget: (beforeMs: number) => Promise<void>;
  readonly now: () => number;
  readonly onFault: (error: unknown) => void;
}): () => Promise<void> {
  let heardForMs = 0;
  let looking: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    heardForMs = deps.hears() ? heardForMs + LOOK_EVERY_MS : 0;
    if (heardForMs >= GRACE_MS) looking = deps.forget(deps.now() - GRACE_MS).catch(deps.onFault);
  }, LOOK_EVERY_MS).unref();
  return async () => {
    clearInterval(timer);
    await looking;
  };
}
