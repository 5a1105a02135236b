import { describe, expect, it } from 'vitest';
import { parseHex } from '../../protocol/bytes.ts';
import { verifyDm } from '../../protocol/device-message.ts';
import { decodeFrame } from '../../protocol/frames/frame.ts';
import { Hwid, ProximityUuid } from '../../protocol/ids.ts';
import { epochMs, monoMs } from '../../protocol/units.ts';
import { type Advert, type AdvertClock, type AdvertIdentity, advertAt } from './advert-schedule.ts';
import { ADVERTISING_INTERVAL_MS, FRAME_SLICE_MS } from './thresholds.ts';

const KEY = parseHex('000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f') ?? new Uint8Array(32);
const IDENTITY: AdvertIdentity = {
  hwid: Hwid.parse('0a1b2c3d4e'),
  nodeIndex: 7,
  dmKey: KEY,
  slotSeconds: 300,
  ibeacon: {
    uuid: ProximityUuid.parse('d0d2ce24-9efc-11e5-82c4-1c6a7a17ef38'),
    major: 1,
    minor: 7,
    measuredPower: -59,
  },
};
const NEW_YEAR = epochMs(1_767_225_600_000);
const clock = (over: Partial<AdvertClock> = {}): AdvertClock => ({
  mono: monoMs(0),
  wall: NEW_YEAR,
  state: 'synced',
  ...over,
});

const dmOf = (advert: Advert): string | undefined => (advert.kind === 'line' ? advert.dm : undefined);

describe('advert schedule', () => {
  it('puts both kinds on air within every second, each for at least three adverts', () => {
    expect(FRAME_SLICE_MS * 2).toBeLessThanOrEqual(1_000);
    expect(FRAME_SLICE_MS).toBeGreaterThanOrEqual(3 * (ADVERTISING_INTERVAL_MS + 10));
    let mono = 0;
    const kinds: string[] = [];
    while (mono < 2_000) {
      const advert = advertAt(IDENTITY, clock({ mono: monoMs(mono) }));
      kinds.push(advert.kind);
      mono += advert.holdMs;
    }
    expect(kinds).toEqual(['line', 'ibeacon', 'line', 'ibeacon']);
  });

  it('a late timer gets the slice of its own time, and what is left of it', () => {
    expect(advertAt(IDENTITY, clock({ mono: monoMs(FRAME_SLICE_MS + 120) }))).toMatchObject({
      kind: 'ibeacon',
      holdMs: FRAME_SLICE_MS - 120,
    });
  });

  it('makes the known device message, which verifies and decodes', () => {
    const advert = advertAt(IDENTITY, clock());
    expect(advert).toMatchObject({ kind: 'line', dm: '1000070059e2c070003f0e6cdc', dmMode: 'signed' });
    expect(decodeFrame(advert.payload)).toMatchObject({
      ok: true,
      value: { kind: 'line-simple-beacon', hwid: IDENTITY.hwid },
    });
    const verdict = verifyDm({
      dm: dmOf(advert),
      hwid: IDENTITY.hwid,
      at: NEW_YEAR,
      slotSeconds: 300,
      keyOf: () => KEY,
    });
    expect(verdict).toMatchObject({ verdict: 'signed', nodeIndex: 7 });
  });

  it('changes the message with the slot of the wall clock and not within it', () => {
    const at = (seconds: number) => dmOf(advertAt(IDENTITY, clock({ wall: epochMs(NEW_YEAR + seconds * 1_000) })));
    expect(at(299)).toBe(at(0));
    expect(at(300)).not.toBe(at(0));
  });

  const { dmKey: _, ...keyless } = IDENTITY;
  it.each([
    { name: 'holdover is trusted', identity: IDENTITY, state: 'holdover', dmMode: 'signed' },
    { name: 'an unsynced clock is not', identity: IDENTITY, state: 'unsynced', dmMode: 'fixed' },
    { name: 'without a key', identity: keyless, state: 'synced', dmMode: 'fixed' },
  ] as const)('$name', ({ identity, state, dmMode }) => {
    expect(advertAt(identity, clock({ state }))).toMatchObject({
      dmMode,
      ...(dmMode === 'fixed' ? { dm: '200007' } : {}),
    });
  });

  it('sends the identity of the bundle as iBeacon', () => {
    const advert = advertAt(IDENTITY, clock({ mono: monoMs(FRAME_SLICE_MS) }));
    expect(decodeFrame(advert.payload)).toMatchObject({ ok: true, value: { kind: 'ibeacon', ...IDENTITY.ibeacon } });
  });
});
