import { unreachable } from '../../protocol/result.ts';
import type { EpochMs, MonoMs } from '../../protocol/units.ts';
import { WATCHDOG_POLICY } from './thresholds.ts';

/**
 * Whether a service manager may let this process live. A timer of its own would feed the watchdog of a daemon that does
 * nothing any more, so each daemon tells what it last did, and one that is stuck stops the feeding for the whole process.
 *
 * What a daemon recovers from by itself (a deaf adapter, a broker that is away) is no reason to kill it: then its events
 * would wait for a new process as well.
 */

export interface RadioVitals {
  readonly role: 'radio';
  /** When its loop last ran. */
  readonly beatMono: MonoMs;
  readonly name: string;
  readonly adapter: 'on' | 'off';
  /** Without a HWID it is the iBeacon alone. */
  readonly onAir?: { readonly hwid?: string | undefined; readonly dmMode?: string | undefined } | undefined;
  readonly silentUntilMs?: EpochMs | undefined;
  /** Since when remembered events have found no place that keeps them. */
  readonly undurableSinceMono?: MonoMs | undefined;
}

export interface UplinkVitals {
  readonly role: 'uplink';
  readonly beatMono: MonoMs;
  /** When the outbox was last read; absent before the first time. */
  readonly readMono?: MonoMs | undefined;
  readonly isUp: boolean;
}

export type Vitals = RadioVitals | UplinkVitals;

export interface Verdict {
  /** The daemon does what it is there for; a service manager then calls it started. */
  readonly isReady: boolean;
  /** Why the watchdog must not be fed. */
  readonly stuck?: string;
  /** One sentence for "systemctl status". */
  readonly sentence: string;
}

export function judgeVitals(vitals: Vitals, now: MonoMs, policy = WATCHDOG_POLICY): Verdict {
  const hung =
    now - vitals.beatMono > policy.beatLimitMs
      ? `the ${vitals.role} has done nothing for ${seconds(now - vitals.beatMono)}`
      : undefined;
  switch (vitals.role) {
    case 'radio': {
      const { undurableSinceMono: since } = vitals;
      const undurable =
        since !== undefined && now - since > policy.undurableLimitMs
          ? `events could not be stored for ${seconds(now - since)}`
          : undefined;
      const isReady = vitals.onAir !== undefined || vitals.silentUntilMs !== undefined;
      return verdict(isReady, hung ?? undurable, radioSentence(vitals));
    }
    case 'uplink': {
      const { readMono } = vitals;
      const unread =
        readMono !== undefined && now - readMono > policy.undurableLimitMs
          ? `the outbox could not be read for ${seconds(now - readMono)}`
          : undefined;
      return verdict(readMono !== undefined, hung ?? unread, uplinkSentence(vitals));
    }
    default:
      return unreachable(vitals);
  }
}

const verdict = (isReady: boolean, stuck: string | undefined, sentence: string): Verdict => ({
  isReady,
  sentence: stuck ?? sentence,
  ...(stuck === undefined ? {} : { stuck }),
});

function radioSentence({ name, adapter, onAir, silentUntilMs }: RadioVitals): string {
  if (silentUntilMs !== undefined) return `${name}: silent by plan until ${new Date(silentUntilMs).toISOString()}`;
  if (onAir === undefined) return adapter === 'on' ? `${name}: not on air yet` : `${name}: adapter ${adapter}`;
  if (onAir.hwid === undefined) return `${name}: on air with the iBeacon`;
  return `${name}: on air as ${onAir.hwid}${onAir.dmMode === undefined ? '' : ` (${onAir.dmMode})`}`;
}

function uplinkSentence({ isUp, readMono }: UplinkVitals): string {
  if (readMono === undefined) return 'the outbox cannot be read; check the disk';
  return isUp ? 'connected to the broker' : 'no broker; events are kept';
}

const seconds = (ms: number): string => `${Math.round(ms / 1_000)} s`;

/** What was last told to the service manager. */
export interface Feeding {
  readonly isReady: boolean;
  readonly sentence: string;
  readonly fedMono: MonoMs | undefined;
}

export const UNFED: Feeding = { isReady: false, sentence: '', fedMono: undefined };

/** `isReady` and `sentence` are present when they are news. */
export interface FeedingNotice {
  readonly isReady?: true;
  readonly sentence?: string;
  readonly feed: boolean;
}

/**
 * What to tell now: readiness once, when every daemon is ready; a sentence that changed; food every `feedEveryMs` (absent:
 * nobody watches) and only while no daemon is stuck.
 */
export function stepFeeding(
  state: Feeding,
  verdicts: readonly Verdict[],
  now: MonoMs,
  feedEveryMs: number | undefined,
): { readonly state: Feeding; readonly notice?: FeedingNotice } {
  const isReady = state.isReady || (verdicts.length > 0 && verdicts.every((one) => one.isReady));
  const sentence = verdicts.map((one) => one.sentence).join('; ');
  const isStuck = verdicts.some(({ stuck }) => stuck !== undefined);
  const isHungry = feedEveryMs !== undefined && (state.fedMono === undefined || now - state.fedMono >= feedEveryMs);
  const feed = isHungry && !isStuck && verdicts.length > 0;
  const next: Feeding = { isReady, sentence, fedMono: feed ? now : state.fedMono };
  const notice: FeedingNotice = {
    feed,
    ...(isReady && !state.isReady ? { isReady } : {}),
    ...(sentence === state.sentence ? {} : { sentence }),
  };
  return feed || Object.keys(notice).length > 1 ? { state: next, notice } : { state: next };
}
