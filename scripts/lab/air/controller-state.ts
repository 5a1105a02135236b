import { ADV_IND } from '../../../protocol/hci/commands.ts';
import type { AdvertisingParameters, ScanParameters } from './parameters.ts';

/** Everything a broadcast-only controller knows; controller.ts moves it. */
export interface ControllerState {
  /** Public address; Read BD Addr tells it. */
  readonly address: string;
  readonly label: string | undefined;
  readonly hung: boolean;
  readonly randomAddress: string | undefined;
  readonly leHost: number;
  readonly randomsDrawn: number;
  readonly advertising: AdvertisingParameters & {
    readonly enabled: boolean;
    readonly payload: Uint8Array;
    readonly scanResponse: Uint8Array;
  };
  readonly scanning: ScanParameters & {
    readonly enabled: boolean;
    readonly sinceMs: number;
    readonly filterDuplicates: boolean;
    /** Address and PDU type of what the duplicate filter will not report again, oldest first. */
    readonly reported: ReadonlySet<string>;
  };
}

/** One transmission, as every antenna in reach gets it. */
export interface AirAdvert {
  readonly address: string;
  readonly addressType: 0 | 1;
  readonly pduType: number;
  readonly payload: Uint8Array;
  readonly scanResponse: Uint8Array;
}

export function initialController(address: string, label?: string): ControllerState {
  return {
    address,
    label,
    hung: false,
    randomAddress: undefined,
    leHost: 0,
    randomsDrawn: 0,
    advertising: {
      enabled: false,
      intervalMs: 1280,
      pduType: ADV_IND,
      ownAddress: 'public',
      payload: new Uint8Array(0),
      scanResponse: new Uint8Array(0),
    },
    scanning: {
      enabled: false,
      sinceMs: 0,
      filterDuplicates: false,
      active: false,
      intervalMs: 10,
      windowMs: 10,
      ownAddress: 'public',
      reported: new Set(),
    },
  };
}

/** What is being transmitted now, or `undefined` while silent or hung. */
export function advertOf({ address, randomAddress, hung, advertising }: ControllerState): AirAdvert | undefined {
  if (hung || !advertising.enabled) return undefined;
  const random = advertising.ownAddress === 'random' && randomAddress !== undefined;
  return {
    address: random ? randomAddress : address,
    addressType: random ? 1 : 0,
    pduType: advertising.pduType,
    payload: advertising.payload,
    scanResponse: advertising.scanResponse,
  };
}

/** Whether the receiver is on at `nowMs`: scan windows begin when scanning was enabled and repeat each interval. */
export function isListening({ hung, scanning }: ControllerState, nowMs: number): boolean {
  if (hung || !scanning.enabled) return false;
  return (nowMs - scanning.sinceMs) % scanning.intervalMs < scanning.windowMs;
}
