import type { AirSettings } from '../../../protocol/lab/air-control.ts';
import { RSSI_MAX, type RssiDbm, rssiDbm } from '../../../protocol/units.ts';
import { seededNormal, type Uniform } from './random.ts';

/** What lies between antennas: distance, walls, chance. Pure; the air keeps the state and counts the adverts. */
export interface Medium {
  readonly settings: AirSettings;
  /** One direction each, by {@link linkKey}. */
  readonly links: ReadonlyMap<string, LinkOverride>;
}

export interface LinkOverride {
  readonly rssi?: number | undefined;
  readonly loss?: number | undefined;
}

/** Metres on a plane. */
export interface Position {
  readonly x: number;
  readonly y: number;
}

export interface Path {
  readonly from: string;
  readonly to: string;
  readonly fromPosition?: Position | undefined;
  readonly toPosition?: Position | undefined;
  /** Signal of a sender that is nowhere in particular, instead of the air's default. */
  readonly baseRssi?: number | undefined;
}

export type Reception =
  | { readonly kind: 'heard'; readonly rssi: RssiDbm }
  | { readonly kind: 'lost' }
  | { readonly kind: 'too-weak' };

/**
 * −59 dBm at one metre is what iBeacon profiles of small antennas promise; exponent 2 is free space (shops: 2.2 to 3);
 * receivers on a Pi hear down to about −95, good ones to −100.
 */
export const DEFAULT_SETTINGS: AirSettings = {
  loss: 0,
  rssi: -60,
  noise: 0,
  advDelayMs: 10,
  pathLossExponent: 2,
  txPowerAt1m: -59,
  sensitivity: -100,
};

/** Antennas that touch are still centimetres apart; keeps the logarithm finite. */
const NEAREST_M = 0.1;

export const linkKey = (from: string, to: string): string => `${from}>${to}`;

/** The fate of the `n`-th transmission of `path.from` at `path.to`. */
export function receive(medium: Medium, path: Path, n: number, uniform: Uniform): Reception {
  const key = linkKey(path.from, path.to);
  const link = medium.links.get(key);
  if (uniform(`loss ${key}`, n) < (link?.loss ?? medium.settings.loss)) return { kind: 'lost' };
  const mean = link?.rssi ?? meanRssi(medium.settings, path);
  const faded = mean + (medium.settings.noise === 0 ? 0 : medium.settings.noise * seededNormal(uniform, key, n));
  if (faded < medium.settings.sensitivity) return { kind: 'too-weak' };
  const rssi = rssiDbm(Math.min(RSSI_MAX, Math.round(faded)));
  return rssi === undefined ? { kind: 'too-weak' } : { kind: 'heard', rssi };
}

/** Log-distance path loss where both ends are placed, else what the sender or the air says. */
export function meanRssi(settings: AirSettings, path: Path): number {
  const { fromPosition, toPosition } = path;
  if (fromPosition === undefined || toPosition === undefined) return path.baseRssi ?? settings.rssi;
  const metres = Math.max(NEAREST_M, Math.hypot(fromPosition.x - toPosition.x, fromPosition.y - toPosition.y));
  return settings.txPowerAt1m - 10 * settings.pathLossExponent * Math.log10(metres);
}
