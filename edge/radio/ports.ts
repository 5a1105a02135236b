import type { Frame } from '../../protocol/frames/frame.ts';
import type { MonoMs, RssiDbm } from '../../protocol/units.ts';
import type { Advert } from '../core/advert-schedule.ts';
import type { AdvertiserToken } from '../core/advertiser-token.ts';
import type { Action, ActionOutcome, RadioFact } from '../core/supervision.ts';

/** One frame heard once. It carries no radio address: nothing above the radio needs one, so none can leak from there. */
export interface Sighting {
  readonly frame: Frame;
  /** Absent where the controller did not measure it. */
  readonly rssi: RssiDbm | undefined;
  readonly at: MonoMs;
  /** Who sent it, as far as a node may know; absent where the radio cannot tell advertisers apart. */
  readonly advertiser?: AdvertiserToken;
}

/** One advert of any kind, beacon or not: what counting passers-by and recording a walk need. */
export interface HeardAdvert {
  readonly advertiser: AdvertiserToken;
  /** A view of the controller's bytes: copy what outlives the call. */
  readonly payload: Uint8Array;
  /** Absent where the payload is no frame of ours. */
  readonly frame: Frame | undefined;
  readonly rssi: RssiDbm | undefined;
  readonly at: MonoMs;
}

export type AdapterState = 'on' | 'off';

export interface ScannerHandlers {
  /** Called from the radio's callback: only enqueue here. */
  readonly onSighting: (sighting: Sighting) => void;
  readonly onState: (state: AdapterState) => void;
  /** Called for every advert, before `onSighting`; the same rule holds. */
  readonly onAdvert?: (advert: HeardAdvert) => void;
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
  /** Goes on air anew, at this interval in units of 0.625 ms. Absent where an interval means nothing, as in a replay. */
  setInterval?(intervalUnits: number): void;
  counters(): AdvertiserCounters;
}

export interface AdvertiserCounters {
  readonly confirmed: number;
  readonly refused: number;
  readonly rearmed: number;
}

/** What a radio can do about itself when it has fallen silent. */
export interface RadioControl {
  /** From now on `onFact` is told; called once, before the scanner starts. */
  watch(onFact: (fact: RadioFact) => void): void;
  /** Never rejects; may take as long as its own time limits. */
  carryOut(action: Action): Promise<ActionOutcome>;
  /** Whether the operating system still knows the adapter. */
  isPresent(): boolean;
}

export interface Radio {
  readonly name: string;
  readonly scanner: Scanner;
  readonly advertiser: Advertiser;
  /** Absent where there is nothing to revive, as in the replay of a walk. */
  readonly control?: RadioControl;
}

/** There is no radio to work with; `message` says why and what to do. */
export class RadioUnavailable extends Error {
  override readonly name = 'RadioUnavailable';
}
