import { unreachable } from '../result.ts';
import type { Frame } from './frame.ts';

export type FrameJson = { readonly kind: Frame['kind'] } & { readonly [field: string]: string | number };

/** A frame as plain JSON for people and scripts; the fields of each kind are a promise to those who read it. */
export function frameToJson(frame: Frame): FrameJson {
  switch (frame.kind) {
    case 'line-simple-beacon':
      return { kind: frame.kind, hwid: frame.hwid, dm: frame.dm };
    case 'line-secure-beacon':
      return {
        kind: frame.kind,
        hwid: frame.hwid,
        ...(frame.measuredPower === undefined ? {} : { measuredPower: frame.measuredPower }),
        mac: frame.mac,
        timestampLow16: frame.timestampLow16,
        battery: frame.battery,
      };
    case 'ibeacon':
      return {
        kind: frame.kind,
        uuid: frame.uuid,
        major: frame.major,
        minor: frame.minor,
        measuredPower: frame.measuredPower,
      };
    case 'eddystone-uid':
      return {
        kind: frame.kind,
        namespace: frame.namespace,
        instance: frame.instance,
        txPower0m: frame.txPower0m,
      };
    case 'altbeacon':
      return {
        kind: frame.kind,
        companyId: frame.companyId,
        beaconId: frame.beaconId,
        referenceRssi: frame.referenceRssi,
        reserved: frame.reserved,
      };
    default:
      return unreachable(frame);
  }
}
