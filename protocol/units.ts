import type { Brand } from './brand.ts';

/** Wall time, UTC milliseconds since 1970. To tell people; never to measure. */
export type EpochMs = Brand<number, 'EpochMs'>;
/** Monotonic milliseconds since this boot or process start. To measure; meaningless elsewhere. */
export type MonoMs = Brand<number, 'MonoMs'>;
/** Signal strength in dBm, an integer within {@link RSSI_MIN}…{@link RSSI_MAX}. */
export type RssiDbm = Brand<number, 'RssiDbm'>;
/** RSSI promised at one metre, dBm, −128…127. */
export type MeasuredPowerDbm = Brand<number, 'MeasuredPowerDbm'>;

export const epochMs = (value: number): EpochMs => value as EpochMs;
export const monoMs = (value: number): MonoMs => value as MonoMs;
export const measuredPowerDbm = (value: number): MeasuredPowerDbm => value as MeasuredPowerDbm;

/** Weaker than any receiver hears; recorded data also holds +29 and +62, which no antenna next to another gives. */
export const RSSI_MIN = -110;
export const RSSI_MAX = -10;

/** A controller's RSSI byte (signed), or `undefined` where it said "not available" (127) or something impossible. */
export function rssiDbm(value: number): RssiDbm | undefined {
  return Number.isInteger(value) && value >= RSSI_MIN && value <= RSSI_MAX ? (value as RssiDbm) : undefined;
}
