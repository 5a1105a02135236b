/**
 * LINE's SDK has no time-out and no option for one, but it looks up the global `fetch` at every call. Calls to
 * `origin` are aborted after `timeoutMs` (they reject with `TimeoutError`); all others are untouched. Returns the undo,
 * which leaves alone what somebody else has put in its place meanwhile.
 */
export function limitFetch(origin: string, timeoutMs: number): () => void {
  const original = globalThis.fetch;
  const limited: typeof fetch = (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    if (!url.startsWith(`${origin}/`)) return original(input, init);
    const deadline = AbortSignal.timeout(timeoutMs);
    const signal = init?.signal ? AbortSignal.any([init.signal, deadline]) : deadline;
    return original(input, { ...init, signal });
  };
  globalThis.fetch = limited;
  return () => {
    if (globalThis.fetch === limited) globalThis.fetch = original;
  };
}
