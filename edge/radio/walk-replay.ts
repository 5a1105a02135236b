import { decodeFrame } from '../../protocol/frames/frame.ts';
import { type MonoMs, monoMs } from '../../protocol/units.ts';
import type { AdvertiserToken } from '../core/advertiser-token.ts';
import type { HeardAdvert, Scanner, ScannerCounters, ScannerHandlers, Sighting } from './ports.ts';
import type { Walk, WalkAdvert } from './walk-format.ts';

export interface ReplayOptions {
  /** 1 is as it was, 2 twice as fast; `Infinity` does not wait at all. */
  readonly speed: number;
  readonly mono: () => MonoMs;
}

export interface ReplayScanner extends Scanner {
  /** Resolves when the last advert was told, or the scanner stopped. */
  readonly ended: Promise<void>;
}

/**
 * A recorded walk as a radio. Each advert carries the time it had in the walk, counted from the start of the replay, so
 * that time constants mean the same at any speed; only at speed 1 this agrees with the clock of whoever listens.
 */
export function replayScanner(walk: Walk, { speed, mono }: ReplayOptions): ReplayScanner {
  if (!(speed > 0)) throw new RangeError(`a walk cannot be played at speed ${speed}`);
  const counters = { adverts: 0, scanRestarts: 0, rejects: new Map<string, number>() };
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  let handlers: ScannerHandlers | undefined;
  let timer: NodeJS.Timeout | undefined;
  let next = 0;
  let startedAt = monoMs(0);

  /** Tells everything that is due and sleeps until the next advert. */
  function play(): void {
    const played = (mono() - startedAt) * speed;
    for (let advert = walk.adverts[next]; handlers !== undefined; advert = walk.adverts[next]) {
      if (advert === undefined) {
        end();
        return;
      }
      if (speed !== Number.POSITIVE_INFINITY && advert.t > played) {
        timer = setTimeout(play, (advert.t - played) / speed);
        return;
      }
      next += 1;
      tell(handlers, advert);
    }
  }

  function tell(to: ScannerHandlers, line: WalkAdvert): void {
    counters.adverts += 1;
    const { advert, rejected } = hearWalkAdvert(line, startedAt);
    if (rejected !== undefined) counters.rejects.set(rejected, (counters.rejects.get(rejected) ?? 0) + 1);
    to.onAdvert?.(advert);
    const sighting = sightingOf(advert);
    if (sighting !== undefined) to.onSighting(sighting);
  }

  return {
    ended,
    async start(given) {
      handlers = given;
      startedAt = mono();
      given.onState('on');
      timer = setTimeout(play, 0);
    },
    async stop() {
      clearTimeout(timer);
      handlers = undefined;
      end();
    },
    counters: (): ScannerCounters => ({ ...counters, rejects: Object.fromEntries(counters.rejects) }),
  };
}

/** One line of a walk as the radio would have told it, and the code under which a scanner counts it if it is no frame. */
export function hearWalkAdvert(
  line: WalkAdvert,
  startedAt: MonoMs,
): { readonly advert: HeardAdvert; readonly rejected?: string } {
  const heard = { advertiser: line.from as AdvertiserToken, rssi: line.rssi, at: monoMs(startedAt + line.t) };
  if (!('payload' in line)) {
    const advert = { ...heard, payload: new Uint8Array(0), frame: undefined };
    return line.kind === 'other' ? { advert, rejected: 'not-a-beacon' } : { advert };
  }
  const frame = decodeFrame(line.payload);
  if (frame.ok) return { advert: { ...heard, payload: line.payload, frame: frame.value } };
  return { advert: { ...heard, payload: line.payload, frame: undefined }, rejected: frame.reject.code };
}

/** The frame of an advert, if it is one. */
export const sightingOf = ({ frame, rssi, at, advertiser }: HeardAdvert): Sighting | undefined =>
  frame === undefined ? undefined : { frame, rssi, at, advertiser };
