import { createRequire } from 'node:module';
import { decodeFrameIn } from '../../../protocol/frames/frame.ts';
import { encodeIBeacon } from '../../../protocol/frames/ibeacon.ts';
import { createReportWalk, encodeAdvertisingReports, reportAddress } from '../../../protocol/hci/events.ts';
import { measuredPowerDbm, rssiDbm } from '../../../protocol/units.ts';
import { ratioOf, type Spread, spreadOf } from './spread.ts';
import { TAG_NAMESPACE } from './street.ts';

/** Whole iBeacon reports a second, address and all: ours from the HCI event, theirs from the link-layer PDU. */
export interface AdvlibFigures {
  readonly decodesPerSecond: Spread;
  readonly ourDecodesPerSecond: Spread;
  readonly oursOverTheirs: Spread;
}

/** advlib-ble is a development dependency: an installed node has none, and then there is only a note. */
export type AdvlibOutcome = { readonly figures: AdvlibFigures } | { readonly figures: null; readonly note: string };

interface AdvlibBle {
  process(pdu: Buffer, libraries: readonly unknown[]): object;
}

/** Our turns are longer, because a turn should take about as long on either side. */
const OUR_FACTOR = 10;
const TAGS = 100;

export function measureAdvlib(options: { readonly decodes: number; readonly rounds: number }): AdvlibOutcome {
  let advlib: AdvlibBle;
  let libraries: readonly unknown[];
  try {
    advlib = library<AdvlibBle>('advlib-ble');
    libraries = [library('advlib-ble-services'), library('advlib-ble-manufacturers')];
  } catch {
    return { figures: null, note: 'advlib-ble is not installed here (npm install in a checkout brings it)' };
  }
  const adverts = Array.from({ length: TAGS }, (_, minor) =>
    encodeIBeacon({ uuid: TAG_NAMESPACE, major: 1, minor, measuredPower: measuredPowerDbm(-59) }),
  );
  const pdus = adverts.map((data) => Buffer.from([0x42, 6 + data.length, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11, ...data]));
  const events = adverts.map((data) =>
    Buffer.from(
      encodeAdvertisingReports([
        { pduType: 3, addressType: 1, address: '11:22:33:44:55:66', data, rssi: rssiDbm(-60) },
      ]),
    ),
  );
  const theirs: number[] = [];
  const ours: number[] = [];
  const turn = Math.max(TAGS, Math.ceil(options.decodes / options.rounds));
  for (let round = -1; round < options.rounds; round += 1) {
    const theirRate = rateOf(pdus, turn, (pdu) => Object.keys(advlib.process(pdu, libraries)).length > 0);
    const ourRate = rateOf(events, turn * OUR_FACTOR, decodeWhole);
    if (round < 0) continue;
    theirs.push(theirRate);
    ours.push(ourRate);
  }
  const figures = {
    decodesPerSecond: spreadOf(theirs),
    ourDecodesPerSecond: spreadOf(ours),
    oursOverTheirs: ratioOf(ours, theirs),
  };
  return { figures };
}

const walk = createReportWalk();

/** As the scanner does it: address, signal strength and frame of each report. */
function decodeWhole(packet: Buffer): boolean {
  let good = false;
  walk.begin(packet);
  while (walk.next(packet)) {
    const frame = decodeFrameIn(packet, walk.dataStart, walk.dataEnd);
    good = frame.ok && walk.rssi !== undefined && reportAddress(packet, walk) > 0;
  }
  return good;
}

function rateOf(inputs: readonly Buffer[], count: number, decode: (input: Buffer) => boolean): number {
  let good = 0;
  const from = performance.now();
  for (let done = 0; done < count; ) {
    for (const input of inputs) {
      if (decode(input)) good += 1;
      done += 1;
    }
  }
  const seconds = (performance.now() - from) / 1_000;
  if (good === 0) throw new Error('nothing was decoded');
  return good / seconds;
}

const require = createRequire(import.meta.url);

const library = <T>(name: string): T => require(name) as T;
