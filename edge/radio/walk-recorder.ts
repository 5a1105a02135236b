import { createHmac } from 'node:crypto';
import { AD_SERVICE_DATA_16, encodeAd, FLAGS_BROADCASTER, parseAd } from '../../protocol/frames/ad.ts';
import type { Frame } from '../../protocol/frames/frame.ts';
import { encodeIBeacon } from '../../protocol/frames/ibeacon.ts';
import { encodeLineSimple } from '../../protocol/frames/line-simple.ts';
import { unreachable } from '../../protocol/result.ts';
import type { MonoMs } from '../../protocol/units.ts';
import type { HeardAdvert, Scanner } from './ports.ts';
import type { WalkAdvert, WalkHeader } from './walk-format.ts';

export interface RecordingOptions {
  readonly header: WalkHeader;
  /** When the walk began; adverts are told relative to it. */
  readonly startedMono: MonoMs;
  /** Random bytes of this walk alone, forgotten with it: they make the names of the advertisers. */
  readonly walkKey: Uint8Array;
  readonly write: (advert: WalkAdvert) => void;
}

/** The scanner it is given, whose adverts are also written down. What its user hears does not change. */
export function recordingScanner(scanner: Scanner, options: RecordingOptions): Scanner {
  const record = createRecorder(options);
  return {
    ...scanner,
    start: (handlers) =>
      scanner.start({
        ...handlers,
        onAdvert(advert) {
          options.write(record(advert));
          handlers.onAdvert?.(advert);
        },
      }),
  };
}

function createRecorder({ header, startedMono, walkKey }: RecordingOptions): (advert: HeardAdvert) => WalkAdvert {
  const namespaces = new Set<string>(header.namespaces);
  const hwids = new Set<string>(header.hwids);
  return ({ advertiser, payload, frame, rssi, at }) => {
    const heard = {
      t: Math.max(0, Math.round((at - startedMono) * 10) / 10),
      from: createHmac('sha256', walkKey).update(advertiser).digest('hex').slice(0, 12),
      ...(rssi === undefined ? {} : { rssi }),
    };
    const kept = keptPayload(frame, payload, { namespaces, hwids });
    return kept === undefined ? { ...heard, kind: frame?.kind ?? 'other' } : { ...heard, payload: kept };
  };
}

/**
 * The bytes a walk may tell of an advert, made anew from its frame: an advert has room for more than the frame, and
 * some devices put their address there.
 */
function keptPayload(
  frame: Frame | undefined,
  payload: Uint8Array,
  known: { readonly namespaces: ReadonlySet<string>; readonly hwids: ReadonlySet<string> },
): Uint8Array | undefined {
  switch (frame?.kind) {
    case undefined:
    case 'eddystone-uid':
    case 'altbeacon':
      return undefined;
    case 'ibeacon':
      return known.namespaces.has(frame.uuid) ? encodeIBeacon(frame) : undefined;
    case 'line-simple-beacon':
      return known.hwids.has(frame.hwid) ? encodeLineSimple(frame) : undefined;
    case 'line-secure-beacon':
      return known.hwids.has(frame.hwid) ? lineServiceData(payload) : undefined;
    default:
      return unreachable(frame);
  }
}

/** A secure frame cannot be made again without its keys: its own structure is kept, its neighbours are not. */
function lineServiceData(payload: Uint8Array): Uint8Array | undefined {
  const structures = parseAd(payload);
  const line = structures.ok
    ? structures.value.find(({ type, data }) => type === AD_SERVICE_DATA_16 && data[0] === 0x6f && data[1] === 0xfe)
    : undefined;
  return line === undefined ? undefined : encodeAd([FLAGS_BROADCASTER, line]);
}
