import { decodeFrameIn, type Frame } from '../../protocol/frames/frame.ts';
import { createReportWalk, isAdvertisingReports, type ReportPlace, reportAddress } from '../../protocol/hci/events.ts';
import type { MonoMs, RssiDbm } from '../../protocol/units.ts';
import type { AdvertiserToken, AdvertiserTokens } from '../core/advertiser-token.ts';
import type { ScannerCounters, ScannerHandlers, Sighting } from './ports.ts';

/**
 * From the packets of an HCI socket to sightings. Addresses become tokens here and go no further.
 *
 * Every advert in the street passes through this, so nothing is made that nobody asked for: without `onAdvert` an advert
 * that is no frame costs two counters, and its time and token are never taken.
 */
export interface AdvertReader {
  /** Looks at any H4 packet; those that are no advertising reports are somebody else's. Not to be called by a handler. */
  receive(packet: Uint8Array, handlers: Pick<ScannerHandlers, 'onSighting' | 'onAdvert'>): void;
  counters(): Pick<ScannerCounters, 'adverts' | 'rejects'>;
}

export function createAdvertReader(options: {
  readonly mono: () => MonoMs;
  readonly tokens: AdvertiserTokens;
}): AdvertReader {
  const { mono, tokens } = options;
  const rejects = new Map<string, { count: number }>();
  const walk = createReportWalk();
  let adverts = 0;

  function countReject(code: string): void {
    const counter = rejects.get(code);
    if (counter === undefined) rejects.set(code, { count: 1 });
    else counter.count += 1;
  }

  function read(
    packet: Uint8Array,
    place: ReportPlace,
    { onSighting, onAdvert }: Pick<ScannerHandlers, 'onSighting' | 'onAdvert'>,
  ): void {
    adverts += 1;
    const { dataStart, dataEnd, rssi } = place;
    const decoded = decodeFrameIn(packet, dataStart, dataEnd);
    if (!decoded.ok) countReject(decoded.reject.code);
    if (!decoded.ok && onAdvert === undefined) return;
    const at = mono();
    const frame = decoded.ok ? decoded.value : undefined;
    const address = reportAddress(packet, place);
    onAdvert?.({
      advertiser: tokens.of(address, at),
      payload: packet.subarray(dataStart, dataEnd),
      frame,
      rssi,
      at,
    });
    if (frame !== undefined) onSighting(new HeardFrame({ frame, rssi, at }, tokens, address));
  }

  return {
    receive(packet, handlers) {
      if (!isAdvertisingReports(packet)) return;
      walk.begin(packet);
      while (walk.next(packet)) read(packet, walk, handlers);
    },
    counters: () => ({
      adverts,
      rejects: Object.fromEntries(rejects.entries().map(([code, { count }]) => [code, count])),
    }),
  };
}

/** Works the advertiser out when somebody asks, which for frames of strangers nobody does. */
class HeardFrame implements Sighting {
  readonly frame: Frame;
  readonly rssi: RssiDbm | undefined;
  readonly at: MonoMs;
  readonly #tokens: AdvertiserTokens;
  readonly #address: number;

  constructor({ frame, rssi, at }: Omit<Sighting, 'advertiser'>, tokens: AdvertiserTokens, address: number) {
    this.frame = frame;
    this.rssi = rssi;
    this.at = at;
    this.#tokens = tokens;
    this.#address = address;
  }

  get advertiser(): AdvertiserToken {
    return this.#tokens.of(this.#address, this.at);
  }
}
