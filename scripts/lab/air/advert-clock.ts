/**
 * Advertising events of one sender: the first within 5 ms of being enabled, as measured on real chips, then one every
 * interval plus a fresh advDelay (vol 6, part B, 4.4.2.2), which keeps two senders of one interval from colliding for ever.
 */
export interface AdvertClock {
  start(): void;
  stop(): void;
}

const FIRST_EVENT_WITHIN_MS = 5;

/**
 * `intervalMs` and `delayMs` are asked anew for each event, so a changed setting needs no restart.
 * `chance` gives a number in [0, 1). Lateness of timers is made good, up to one interval: a radio never bursts.
 */
export function createAdvertClock(options: {
  readonly intervalMs: () => number;
  readonly delayMs: () => number;
  readonly chance: () => number;
  readonly transmit: () => void;
}): AdvertClock {
  let timer: NodeJS.Timeout | undefined;
  let dueMs = 0;

  const schedule = (afterMs: number): void => {
    const nowMs = performance.now();
    dueMs = Math.max(dueMs + afterMs, nowMs);
    timer = setTimeout(fire, dueMs - nowMs);
  };
  const fire = (): void => {
    schedule(options.intervalMs() + options.chance() * options.delayMs());
    options.transmit();
  };

  return {
    start() {
      if (timer !== undefined) return;
      dueMs = performance.now();
      schedule(options.chance() * FIRST_EVENT_WITHIN_MS);
    },
    stop() {
      clearTimeout(timer);
      timer = undefined;
    },
  };
}
