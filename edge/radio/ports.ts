import type { Frame } from '../../protocol/frames/frame.ts';
import type { MonoMs, RssiDbm } from '../../protocol/units.ts';
import type { Advert } from '../core/advert-schedule.ts';

/** One frame heard once. It carries no radio address: nothing above the radio needs one, so none can leak from there. */
export interface Sighting {
  readonly frame: Frame;
  /** Absent where the controller did not measure it. */
  readonly rssi: RssiDbm | undefined;
  readonly at: MonoMs;
}

export type AdapterState = 'on' | 'off';

export interface ScannerHandlers {
  /** Called from the radio's callback: only enqueue here. */
  readonly onSighting: (sighting: Sighting) => void;
  readonly onState: (state: AdapterState) => void;
}

/** Hears adverts. A port: hardware, virtual air and replay of a recorded walk all look like this. */
export interface Scanner {
  /** Resolves when the adapter has been opened, which is before it is on. Rejects with {@link RadioUnavailable}. */
  start(handlers: ScannerHandlers): Promise<void>;
  stop(): Promise<void>;
  counters(): ScannerCounters;
}

export interface ScannerCounters {
  /** Every advert the controller reported, whatever was in it. */
  readonly adverts: number;
  readonly scanRestarts: number;
  /** Payloads that were no frame of ours, by reject code. */
  readonly rejects: Readonly<Record<string, number>>;
}

export interface AdvertiserHandlers {
  /** Asked again whenever the advert before has had its time. */
  readonly nextAdvert: () => Advert;
  /** The controller accepted this payload and advertising is enabled. */
  readonly onConfirmed: (advert: Advert) => void;
  /** Nothing of ours is known to be on air any more; the advertiser keeps trying. */
  readonly onSilent: (why: string) => void;
}

/** Broadcasts adverts, one payload after the other. */
export interface Advertiser {
  /** Resolves when the adapter has been opened. Rejects with {@link RadioUnavailable}. */
  start(handlers: AdvertiserHandlers): Promise<void>;
  /** Resolves when the controller confirmed silence, or after a short time without an answer. */
  stop(): Promise<void>;
  counters(): AdvertiserCounters;
}

export interface AdvertiserCounters {
  readonly confirmed: number;
  readonly refused: number;
  readonly rearmed: number;
}

export interface Radio {
  readonly name: string;
  readonly scanner: Scanner;
  readonly advertiser: Advertiser;
}

/** There is no radio to work with; `message` says why and what to do. */
export class RadioUnavailable extends Error {
  override readonly name = 'RadioUnavailable';
}
