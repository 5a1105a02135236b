import type { Result } from '../../protocol/result.ts';
import type { EpochMs } from '../../protocol/units.ts';
import type { LineQuota, LineTrouble } from '../core/line-account.ts';

export interface QuotaWatch {
  /**
   * Asks LINE at once whether the month's messages are used up; many who ask at a time are told the same. Where LINE
   * does not say so in time, they are not.
   */
  usedUp(): Promise<boolean>;
  /** Resolves when no question is under way; none is begun any more. */
  stop(): Promise<void>;
}

/** LINE's figure is approximate and counts what other tools send; our own pushes are counted in between. */
const READ_EVERY_MS = 10 * 60_000;
/** Looked at more often than read: a new month, or another process that died, must not go unnoticed for long. */
const LOOK_EVERY_MS = 60_000;
/** Whoever asks holds a delivery meanwhile; LINE's answer is kept for the next one all the same. */
export const LONGEST_QUESTION_MS = 4_000;
/** An answer this young is good enough for the next one who asks. */
const FRESH_MS = 3_000;

/** Keeps what LINE says of the month's messages where every process finds it; the one that looks first asks for all. */
export function watchQuota(deps: {
  readonly ask: () => Promise<Result<LineQuota, LineTrouble>>;
  readonly memory: {
    readonly readAt: (now: EpochMs) => Promise<EpochMs | undefined>;
    readonly save: (quota: LineQuota, now: EpochMs) => Promise<void>;
  };
  readonly now: () => EpochMs;
  /** LINE does not tell; what was known goes on to count. */
  readonly onUnknown: (detail: string) => void;
  readonly onFault: (error: unknown) => void;
}): QuotaWatch {
  const { memory, now } = deps;
  let asking: Promise<boolean> | undefined;
  let answered: { readonly at: EpochMs; readonly usedUp: boolean } | undefined;

  const ask = async (): Promise<boolean> => {
    const quota = await deps.ask();
    if (!quota.ok) {
      deps.onUnknown(`${quota.reject.code}: ${quota.reject.detail}`);
      return false;
    }
    const { limit, used } = quota.value;
    const usedUp = limit !== undefined && used >= limit;
    answered = { at: now(), usedUp };
    await memory.save(quota.value, now());
    return usedUp;
  };
  /** What seems to come from the future was heard before the clock was set back, nobody knows how long ago. */
  const isYoung = (at: EpochMs, mostMs: number): boolean => at <= now() && now() - at < mostMs;
  /** A question that fails is no proof, and no reason to stop sending. */
  const askOnce = (): Promise<boolean> => {
    asking ??= ask()
      .catch((error: unknown) => {
        deps.onFault(error);
        return false;
      })
      .finally(() => {
        asking = undefined;
      });
    return asking;
  };
  const look = async (): Promise<void> => {
    const readAt = await memory.readAt(now());
    if (stopped) return;
    if (readAt === undefined || !isYoung(readAt, READ_EVERY_MS)) await askOnce();
  };

  const askInTime = (): Promise<boolean> =>
    new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), LONGEST_QUESTION_MS);
      void askOnce().then((usedUp) => {
        clearTimeout(timer);
        resolve(usedUp);
      });
    });

  let looking: Promise<void> | undefined;
  let stopped = false;
  const beat = (): void => {
    looking = look().catch(deps.onFault);
  };
  const timer = setInterval(beat, LOOK_EVERY_MS);
  beat();
  return {
    usedUp: async () =>
      answered !== undefined && isYoung(answered.at, FRESH_MS) ? answered.usedUp : await askInTime(),
    async stop() {
      stopped = true;
      clearInterval(timer);
      await looking;
      await asking;
    },
  };
}
