import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { concatBytes } from '../protocol/bytes.ts';
import { encodeIBeacon } from '../protocol/frames/ibeacon.ts';
import { encodeLineSimple } from '../protocol/frames/line-simple.ts';
import { decodeAddress } from '../protocol/hci/address.ts';
import { DeviceMessageHex } from '../protocol/ids.ts';
import { epochMs, measuredPowerDbm, monoMs, type RssiDbm } from '../protocol/units.ts';
import { BARE_BUNDLE, startBareNode, TAGS } from './bare-node.fixture.ts';
import { FOOTFALL_POLICY } from './core/thresholds.ts';
import { encodeWalkAdvert, encodeWalkHeader } from './radio/walk-format.ts';
import { recordingScanner } from './radio/walk-recorder.ts';
import { headerOf } from './walk.ts';

// Everything that is written by a node is searched for the addresses it heard: database, log and walk.

let folder: string;
beforeEach(() => {
  vi.useFakeTimers();
  folder = mkdtempSync(join(tmpdir(), 'pharos-privacy-'));
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

/** Random, so that six equal bytes elsewhere are no coincidence to expect. */
const wireAddress = fc
  .uint8Array({ minLength: 6, maxLength: 6 })
  .filter((bytes) => new Set(bytes).size >= 5 && !bytes.includes(0));

const tag = encodeIBeacon({ uuid: TAGS, major: 3, minor: 42, measuredPower: measuredPowerDbm(-59) });
const line = encodeLineSimple({ hwid: BARE_BUNDLE.hwid, dm: DeviceMessageHex.parse('00') });
/** The address as data of the advert, as some makers have it: as manufacturer data and as its own AD structure. */
const telltale = (address: Uint8Array) => [
  concatBytes(Uint8Array.of(2, 1, 6, 9, 0xff, 0x99, 0x04), address),
  concatBytes(Uint8Array.of(8, 0x1b), address, Uint8Array.of(1)),
  concatBytes(line, Uint8Array.of(7, 0x1b), address),
];

const advert = wireAddress.chain((wire) =>
  fc.record({
    address: fc.constant(decodeAddress(wire, 0)),
    data: fc.oneof(
      fc.constantFrom(tag, line, ...telltale(wire).filter((payload) => payload.length <= 31)),
      fc.uint8Array({ maxLength: 31 }),
    ),
    rssi: fc.integer({ min: -84, max: -40 }).map((dbm) => dbm as RssiDbm),
  }),
);

/** Every way an address is commonly written down. */
function formsOf(address: string): Buffer[] {
  const wire = Buffer.from(address.replaceAll(':', ''), 'hex');
  const both = [wire, Buffer.from(wire.toReversed())];
  const texts = both.flatMap((bytes) => {
    const hex = bytes.toString('hex');
    const pairs = hex.match(/../g) ?? [];
    const written = [hex, pairs.join(':'), pairs.join('-'), pairs.join(' ')];
    return [
      ...written,
      ...written.map((text) => text.toUpperCase()),
      bytes.toString('base64url'),
      bytes.toString('base64'),
    ];
  });
  const decimal = [BigInt(`0x${wire.toString('hex')}`).toString()];
  return [...both, ...[...texts, ...decimal].map((text) => Buffer.from(text))];
}

it('no address leaves a node, in any form', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(advert, { minLength: 1, maxLength: 30 }), async (adverts) => {
      const run = mkdtempSync(join(folder, 'run-'));
      const header = headerOf(BARE_BUNDLE, epochMs(0));
      const written = [encodeWalkHeader(header)];
      const node = await startBareNode(join(run, 'edge.sqlite'), {
        footfall: true,
        onLog: (text) => written.push(text),
        wrap: (scanner) =>
          recordingScanner(scanner, {
            header,
            startedMono: monoMs(performance.now()),
            walkKey: new Uint8Array(32).fill(9),
            write: (each) => written.push(encodeWalkAdvert(each)),
          }),
      });
      await vi.advanceTimersByTimeAsync(200);
      for (const each of [...adverts, ...adverts, ...adverts]) {
        node.hear(each);
        await vi.advanceTimersByTimeAsync(300);
      }
      await vi.advanceTimersByTimeAsync(FOOTFALL_POLICY.windowMs);
      expect(node.events().map(({ type }) => type)).toContain('footfall');
      const beforeStop = readdirSync(run).map((name) => readFileSync(join(run, name)));
      await node.stop();
      const afterStop = readdirSync(run).map((name) => readFileSync(join(run, name)));
      const everything = Buffer.concat([...beforeStop, ...afterStop, Buffer.from(written.join(''))]);
      for (const { address } of adverts) {
        for (const form of formsOf(address)) expect(everything.includes(form), form.toString('latin1')).toBe(false);
      }
    }),
    { numRuns: 20 },
  );
});
