import { expect, it } from 'vitest';
import { toHex } from '../../protocol/bytes.ts';
import { encodeIBeacon } from '../../protocol/frames/ibeacon.ts';
import { ProximityUuid } from '../../protocol/ids.ts';
import { measuredPowerDbm, type RssiDbm } from '../../protocol/units.ts';
import type { HeardAdvert, Scanner, Sighting } from './ports.ts';

/** What the radio under test is made to hear, in this order: two advertisers, one of them no beacon. */
export const SCANNED_TAG = {
  uuid: ProximityUuid.parse('f7826da6-4fa2-4e98-8024-bc5b71e0893e'),
  major: 3,
  minor: 42,
  measuredPower: measuredPowerDbm(-59),
};
export const SCANNED = [
  { name: 'tag', payload: encodeIBeacon(SCANNED_TAG), rssi: -60 as RssiDbm },
  { name: 'phone', payload: Uint8Array.of(2, 1, 6), rssi: -70 as RssiDbm },
  { name: 'tag', payload: encodeIBeacon(SCANNED_TAG), rssi: undefined },
] as const;

/**
 * What every scanner promises. `open` gives one that will hear {@link SCANNED} after its start; `heard` resolves when
 * it has.
 */
export function itIsAScanner(open: () => { readonly scanner: Scanner; readonly heard: () => Promise<void> }): void {
  async function scan() {
    const { scanner, heard } = open();
    const sightings: Sighting[] = [];
    const adverts: HeardAdvert[] = [];
    const states: string[] = [];
    await scanner.start({
      onSighting: (sighting) => sightings.push(sighting),
      onState: (state) => states.push(state),
      onAdvert: (advert) => adverts.push({ ...advert, payload: advert.payload.slice() }),
    });
    await heard();
    return { scanner, sightings, adverts, states };
  }

  it('tells the adapter is on, every advert, and of the beacons a sighting', async () => {
    const { scanner, sightings, adverts, states } = await scan();
    expect(states).toContain('on');
    expect(adverts.map(({ rssi }) => rssi)).toEqual([-60, -70, undefined]);
    expect(sightings.map(({ frame, rssi }) => ({ frame, rssi }))).toEqual([
      { frame: { kind: 'ibeacon', ...SCANNED_TAG }, rssi: -60 },
      { frame: { kind: 'ibeacon', ...SCANNED_TAG }, rssi: undefined },
    ]);
    await scanner.stop();
  });

  it('tells advertisers apart and times in order', async () => {
    const { scanner, sightings, adverts } = await scan();
    const names = adverts.map(({ advertiser }) => advertiser);
    expect(names[0]).toBe(names[2]);
    expect(names[0]).not.toBe(names[1]);
    expect(sightings.map(({ advertiser }) => advertiser)).toEqual([names[0], names[0]]);
    expect(adverts.map(({ at }) => at)).toEqual(adverts.map(({ at }) => at).toSorted((a, b) => a - b));
    await scanner.stop();
  });

  it('counts adverts and what was no beacon', async () => {
    const { scanner } = await scan();
    expect(scanner.counters()).toMatchObject({ adverts: 3, rejects: { 'not-a-beacon': 1 } });
    await scanner.stop();
  });

  it('is silent after its stop', async () => {
    const { scanner, heard } = open();
    const told: string[] = [];
    await scanner.start({
      onSighting: ({ frame }) => told.push(frame.kind),
      onState: () => undefined,
      onAdvert: ({ payload }) => told.push(toHex(payload)),
    });
    await scanner.stop();
    await heard();
    expect(told).toEqual([]);
  });
}
