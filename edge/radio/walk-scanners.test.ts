import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { encodeLineSimple } from '../../protocol/frames/line-simple.ts';
import { DeviceMessageHex, Hwid } from '../../protocol/ids.ts';
import { epochMs, monoMs, type RssiDbm } from '../../protocol/units.ts';
import { bareScanner } from './bare-scanner.fixture.ts';
import type { Scanner } from './ports.ts';
import { itIsAScanner, SCANNED, SCANNED_TAG } from './scanner-contract.fixture.ts';
import { encodeWalkAdvert, encodeWalkHeader, parseWalk, type Walk, type WalkAdvert } from './walk-format.ts';
import { recordingScanner } from './walk-recorder.ts';
import { replayScanner } from './walk-replay.ts';

const HEADER = {
  walk: 1 as const,
  startedAt: epochMs(1_767_225_600_000),
  node: { id: 'door' },
  namespaces: [SCANNED_TAG.uuid],
  hwids: [Hwid.parse('0a1b2c3d4e')],
};
const ADDRESSES = { tag: 'c0:ff:ee:00:00:01', phone: '4a:11:22:33:44:55' };
const mono = () => monoMs(performance.now());

/** Hears these packets one after the other, soon after its start. */
function scannerOf(reports: readonly Heard[]): Scanner {
  const { scanner, hear } = bareScanner(mono);
  return {
    ...scanner,
    async start(handlers) {
      await scanner.start(handlers);
      setTimeout(() => reports.map(hear), 0);
    },
  };
}

type Heard = Parameters<ReturnType<typeof bareScanner>['hear']>[0];
const report = (address: string, data: Uint8Array, rssi: RssiDbm | undefined): Heard => ({ address, data, rssi });
const scanned = () => SCANNED.map(({ name, payload, rssi }) => report(ADDRESSES[name], payload, rssi));

function record(reports: readonly Heard[]): { scanner: Scanner; walk: () => Walk } {
  const lines: WalkAdvert[] = [];
  const scanner = recordingScanner(scannerOf(reports), {
    header: HEADER,
    startedMono: mono(),
    walkKey: new Uint8Array(32).fill(9),
    write: (advert) => lines.push(advert),
  });
  return {
    scanner,
    walk() {
      const walk = parseWalk([encodeWalkHeader(HEADER), ...lines.map(encodeWalkAdvert)].join(''));
      if (!walk.ok) throw new Error(walk.reject.detail);
      return walk.value;
    },
  };
}

const IGNORED = { onSighting: () => undefined, onState: () => undefined };
const passTime = async () => {
  await vi.runAllTimersAsync();
};

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a radio that reads HCI', () => {
  itIsAScanner(() => ({ scanner: scannerOf(scanned()), heard: passTime }));
});

describe('a recording scanner', () => {
  itIsAScanner(() => ({ scanner: record(scanned()).scanner, heard: passTime }));

  it('keeps the payload of what is registered, anew, and of the rest only the kind', async () => {
    const known = encodeLineSimple({ hwid: Hwid.parse('0a1b2c3d4e'), dm: DeviceMessageHex.parse('00') });
    const foreign = encodeLineSimple({ hwid: Hwid.parse('ffffffffff'), dm: DeviceMessageHex.parse('00') });
    const near = -60 as RssiDbm;
    const { scanner, walk } = record([
      ...scanned(),
      report(ADDRESSES.phone, known, near),
      report(ADDRESSES.phone, foreign, near),
    ]);
    await scanner.start(IGNORED);
    await passTime();
    await scanner.stop();
    const told = walk().adverts.map((advert) => ('payload' in advert ? advert.payload : advert.kind));
    expect(told).toEqual([SCANNED[0].payload, 'other', SCANNED[2].payload, known, 'line-simple-beacon']);
  });

  it('names an advertiser anew in every walk', async () => {
    const names = [];
    for (const key of [1, 2]) {
      const lines: WalkAdvert[] = [];
      const walkKey = new Uint8Array(32).fill(key);
      const options = { header: HEADER, startedMono: mono(), walkKey, write: (line: WalkAdvert) => lines.push(line) };
      const scanner = recordingScanner(scannerOf(scanned()), options);
      await scanner.start(IGNORED);
      await passTime();
      names.push(lines[0]?.from);
    }
    expect(new Set(names).size).toBe(2);
  });
});

describe('a replayed walk', () => {
  /** Recorded from the bare radio, so the replay has to sound the same. */
  const recorded: Walk = {
    header: HEADER,
    adverts: [
      { t: 0, from: 'a', rssi: -60 as RssiDbm, payload: SCANNED[0].payload },
      { t: 10, from: 'b', rssi: -70 as RssiDbm, kind: 'other' },
      { t: 20, from: 'a', payload: SCANNED[2].payload },
    ],
    truncated: false,
  };
  itIsAScanner(() => ({ scanner: replayScanner(recorded, { speed: 1, mono }), heard: passTime }));
  itIsAScanner(() => {
    const scanner = replayScanner(recorded, { speed: Number.POSITIVE_INFINITY, mono });
    return { scanner, heard: passTime };
  });

  it.each([
    [1, 20],
    [4, 5],
  ])('at speed %d takes %d ms, and its times are those of the walk', async (speed, tookMs) => {
    const scanner = replayScanner(recorded, { speed, mono });
    const begin = mono();
    const times: number[] = [];
    await scanner.start({ ...IGNORED, onAdvert: ({ at }) => times.push(at - begin) });
    await vi.advanceTimersByTimeAsync(tookMs - 1);
    expect(times).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(1);
    await scanner.ended;
    expect(times).toEqual([0, 10, 20]);
  });
});
