import { describe, expect, it } from 'vitest';
import { parseHex, toHex } from '../../protocol/bytes.ts';
import { verifyDm } from '../../protocol/device-message.ts';
import { decodeFrame } from '../../protocol/frames/frame.ts';
import { Hwid } from '../../protocol/ids.ts';
import { sampleBundle } from '../../protocol/lab/sample-bundle.ts';
import { epochMs, monoMs } from '../../protocol/units.ts';
import { type Advert, type AdvertClock, advertAt } from './advert-schedule.ts';
import { type BroadcastPlan, planBroadcast } from './broadcast-plan.ts';
import { BroadcastProfile } from './broadcast-profile.ts';
import { ADVERTISING_INTERVAL_MS, frameSliceMs, SILENCE_CHECK_MS } from './thresholds.ts';

const KEY_HEX = '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f';
const KEY = parseHex(KEY_HEX) ?? new Uint8Array(32);
const HWID = Hwid.parse('0a1b2c3d4e');
const SLICE_MS = frameSliceMs(ADVERTISING_INTERVAL_MS);
const IBEACON = { uuid: 'd0d2ce24-9efc-11e5-82c4-1c6a7a17ef38', major: 1, minor: 7, measuredPower: -59 };
const BUNDLE = sampleBundle({
  hwid: HWID,
  furtherHwids: ['0a1b2c3d4f', '0a1b2c3d50'],
  dmKey: KEY_HEX,
  ibeacon: IBEACON,
  tagNamespaces: [],
  lineSecure: { vendorKey: 'a1b2c3d4', lotKey: '0011223344556677' },
});
const LINE = { frame: 'line-simple' };
const BEACON = { frame: 'ibeacon' };
const SECURE = [{ frame: 'line-secure' }, { frame: 'ibeacon', identity: 'line-region' }];

function plan(profile: object = { frames: [LINE, BEACON] }): BroadcastPlan {
  const planned = planBroadcast('test', BroadcastProfile.parse({ v: 1, ...profile }), BUNDLE);
  return planned.ok ? planned.value : expect.fail(planned.reject.detail);
}

const NEW_YEAR = epochMs(1_767_225_600_000);
const clock = (over: Partial<AdvertClock> = {}): AdvertClock => ({
  mono: monoMs(0),
  wall: NEW_YEAR,
  state: 'synced',
  ...over,
});
const dmOf = (advert: Advert): string | undefined => (advert.kind === 'line' ? advert.dm : undefined);
const payloadOf = (advert: Advert): Uint8Array => ('payload' in advert ? advert.payload : expect.fail('silence'));

/** What is on air in each of the first slices, a HWID's last byte for LINE. */
function slices(planned: BroadcastPlan, count: number): string[] {
  return Array.from({ length: count }, (_, slice) => {
    const advert = advertAt(planned, clock({ mono: monoMs(slice * planned.sliceMs) }));
    return advert.kind === 'line' ? advert.hwid.slice(-2) : advert.kind;
  });
}

describe('slices', () => {
  it('put both kinds on air within every second, each for at least three adverts', () => {
    expect(SLICE_MS * 2).toBeLessThanOrEqual(1_000);
    expect(SLICE_MS).toBeGreaterThanOrEqual(3 * (ADVERTISING_INTERVAL_MS + 10));
    let mono = 0;
    const kinds: string[] = [];
    while (mono < 2_000) {
      const advert = advertAt(plan(), clock({ mono: monoMs(mono) }));
      kinds.push(advert.kind);
      mono += advert.holdMs;
    }
    expect(kinds).toEqual(['line', 'ibeacon', 'line', 'ibeacon']);
  });

  it('a late timer gets the slice of its own time, and what is left of it', () => {
    expect(advertAt(plan(), clock({ mono: monoMs(SLICE_MS + 120) }))).toMatchObject({
      kind: 'ibeacon',
      holdMs: SLICE_MS - 120,
    });
  });

  it('follow the weights, spread evenly', () => {
    const planned = plan({ frames: [{ ...LINE, weight: 3 }, BEACON] });
    expect(slices(planned, 8)).toEqual(['4e', '4e', 'ibeacon', '4e', '4e', '4e', 'ibeacon', '4e']);
  });

  it('give every HWID the same share, whatever the weights', () => {
    const planned = plan({ frames: [{ ...LINE, weight: 2 }, BEACON], hwids: 'all' });
    const seen = slices(planned, 18);
    expect(planned.cycle).toHaveLength(9);
    for (const hwid of ['4e', '4f', '50']) expect(seen.filter((name) => name === hwid)).toHaveLength(4);
    expect(seen.filter((name) => name === 'ibeacon')).toHaveLength(6);
    expect(slices(plan({ frames: [LINE], hwids: ['ffffffffff', 'ffffffffff'] }), 2)).toEqual(['ff', 'ff']);
  });
});

describe('the device message', () => {
  it('is the known one, which verifies and decodes', () => {
    const advert = advertAt(plan(), clock());
    expect(advert).toMatchObject({ kind: 'line', dm: '1000070059e2c070003f0e6cdc', dmMode: 'signed' });
    expect(decodeFrame(payloadOf(advert))).toMatchObject({
      ok: true,
      value: { kind: 'line-simple-beacon', hwid: HWID },
    });
    const verdict = verifyDm({ dm: dmOf(advert), hwid: HWID, at: NEW_YEAR, slotSeconds: 300, keyOf: () => KEY });
    expect(verdict).toMatchObject({ verdict: 'signed', nodeIndex: 7 });
  });

  it('is signed for the HWID it travels with', () => {
    const advert = advertAt(plan({ frames: [LINE], hwids: 'all' }), clock({ mono: monoMs(SLICE_MS) }));
    const hwid = Hwid.parse('0a1b2c3d4f');
    expect(advert).toMatchObject({ hwid });
    const claim = { dm: dmOf(advert), at: NEW_YEAR, slotSeconds: 300, keyOf: () => KEY };
    expect(verifyDm({ ...claim, hwid }).verdict).toBe('signed');
    expect(verifyDm({ ...claim, hwid: HWID }).verdict).toBe('bad');
  });

  it('changes with the slot of the wall clock and not within it', () => {
    const at = (seconds: number) => dmOf(advertAt(plan(), clock({ wall: epochMs(NEW_YEAR + seconds * 1_000) })));
    expect(at(299)).toBe(at(0));
    expect(at(300)).not.toBe(at(0));
  });

  const { message, ...rest } = plan();
  const { key: _, ...keyless } = message;
  it.each([
    { name: 'holdover is trusted', planned: plan(), state: 'holdover', dmMode: 'signed' },
    { name: 'an unsynced clock is not', planned: plan(), state: 'unsynced', dmMode: 'fixed', dm: '200007' },
    { name: 'without a key', planned: { ...rest, message: keyless }, state: 'synced', dmMode: 'fixed', dm: '200007' },
    {
      name: 'fixed by choice',
      planned: plan({ frames: [LINE], deviceMessage: 'fixed' }),
      state: 'synced',
      dmMode: 'fixed',
      dm: '200007',
    },
    {
      name: 'none by choice',
      planned: plan({ frames: [LINE], deviceMessage: 'none' }),
      state: 'synced',
      dmMode: 'none',
      dm: '00',
    },
  ] as const)('$name', ({ name: _name, planned, state, ...expected }) => {
    const advert = advertAt(planned, clock({ state }));
    expect(advert).toMatchObject(expected);
    // Seven bytes would look like a secure frame.
    expect(dmOf(advert)).not.toHaveLength(14);
  });
});

describe('the iBeacon', () => {
  it('is the identity of the bundle', () => {
    const advert = advertAt(plan(), clock({ mono: monoMs(SLICE_MS) }));
    expect(decodeFrame(payloadOf(advert))).toMatchObject({ ok: true, value: { kind: 'ibeacon', ...IBEACON } });
  });

  it('is the region of all LINE Beacons beside a secure frame', () => {
    const advert = advertAt(plan({ frames: SECURE }), clock({ mono: monoMs(SLICE_MS), secureStep: 1n }));
    expect(toHex(payloadOf(advert))).toBe('0201061aff4c000215d0d2ce249efc11e582c41c6a7a17ef384c494e45c5');
  });
});

describe('the secure frame', () => {
  it('is the known one for its step', () => {
    const advert = advertAt(plan({ frames: SECURE }), clock({ secureStep: 1n }));
    expect(advert).toMatchObject({ kind: 'line-secure', hwid: HWID });
    expect(toHex(payloadOf(advert))).toBe('02010603036ffe11166ffe020a1b2c3d4e7f1186ae35000100');
  });

  it('gives way to its iBeacon where no step can be vouched for', () => {
    expect(advertAt(plan({ frames: SECURE }), clock()).kind).toBe('ibeacon');
  });

  it('needs its keys', () => {
    const { lineSecure: _keys, ...bundle } = BUNDLE;
    const planned = planBroadcast('line-secure', BroadcastProfile.parse({ v: 1, frames: SECURE }), bundle);
    expect(planned).toMatchObject({ ok: false, reject: { code: 'profile-unfit' } });
    expect(planned.ok ? '' : planned.reject.detail).toContain('lineSecure');
  });
});

describe('opening hours', () => {
  const planned = plan({ frames: [LINE], hours: { timeZone: 'Asia/Taipei', open: [{ hours: '10:00-21:00' }] } });
  // New year in UTC is eight in the morning in Taipei.
  const tenInTaipei = epochMs(NEW_YEAR + 2 * 3_600_000);

  it('silence the beacon by plan and say until when', () => {
    expect(advertAt(planned, clock())).toEqual({ kind: 'silence', holdMs: SILENCE_CHECK_MS, untilMs: tenInTaipei });
    expect(advertAt(planned, clock({ wall: epochMs(tenInTaipei - 5_000) }))).toMatchObject({ holdMs: 5_000 });
    expect(advertAt(planned, clock({ wall: tenInTaipei })).kind).toBe('line');
  });

  it('cannot be kept by a node that does not know the time', () => {
    expect(advertAt(planned, clock({ state: 'unsynced' })).kind).toBe('line');
  });
});
