import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, toHex } from '../bytes.ts';
import { unreachable } from '../result.ts';
import { measuredPowerDbm } from '../units.ts';
import { MAX_ADVERT_BYTES } from './ad.ts';
import { encodeAltBeacon } from './altbeacon.ts';
import { arbitraryFrame } from './arbitrary.fixture.ts';
import { frameToJson } from './describe.ts';
import { encodeEddystoneUid } from './eddystone.ts';
import { decodeFrame, type Frame } from './frame.ts';
import { encodeIBeacon } from './ibeacon.ts';
import { encodeLineSimple } from './line-simple.ts';
import { CANONICAL, HWID, REFUSED, SECURE_ADVERT, TOLERATED } from './vectors.fixture.ts';

type FrameWeEncode = Exclude<Frame, { kind: 'line-secure-beacon' }>;

function encode(frame: FrameWeEncode): Uint8Array {
  switch (frame.kind) {
    case 'line-simple-beacon':
      return encodeLineSimple(frame);
    case 'ibeacon':
      return encodeIBeacon(frame);
    case 'eddystone-uid':
      return encodeEddystoneUid(frame);
    case 'altbeacon':
      return encodeAltBeacon(frame);
    default:
      return unreachable(frame);
  }
}

describe('known adverts', () => {
  it.each([...CANONICAL, ...TOLERATED])('reads: $name', ({ payload, frame }) => {
    expect(decodeFrame(payload)).toEqual({ ok: true, value: frame });
  });

  it.each(CANONICAL)('makes: $name', ({ payload, frame }) => {
    if (frame.kind === 'line-secure-beacon') throw new Error('secure frames have tests of their own');
    expect(toHex(encode(frame))).toBe(toHex(payload));
  });

  it.each(REFUSED)('refuses: $name as $code', ({ payload, code }) => {
    expect(decodeFrame(payload)).toEqual({ ok: false, reject: { code, detail: expect.stringMatching(/\w/) } });
  });
});

describe('a LINE frame of 14 bytes', () => {
  it('is a simple one with seven bytes of device message, unless the registry says secure', () => {
    const simple = { kind: 'line-simple-beacon', hwid: HWID, dm: '1186ae35000100' };
    expect(decodeFrame(SECURE_ADVERT)).toEqual({ ok: true, value: simple });
    expect(decodeFrame(SECURE_ADVERT, { isSecureHwid: () => false })).toEqual({ ok: true, value: simple });
    expect(decodeFrame(SECURE_ADVERT, { isSecureHwid: (hwid) => hwid === HWID })).toEqual({
      ok: true,
      value: { kind: 'line-secure-beacon', hwid: HWID, mac: '1186ae35', timestampLow16: 1, battery: 0 },
    });
  });
});

it('a LINE frame of another length is a simple one, whatever the registry says', () => {
  for (const { payload, frame } of CANONICAL) {
    expect(decodeFrame(payload, { isSecureHwid: () => true })).toEqual({ ok: true, value: frame });
  }
});

describe('any frame', () => {
  it('comes back as it was sent, also with padding behind it', () => {
    fc.assert(
      fc.property(arbitraryFrame, (frame) => {
        const payload = encode(frame);
        const padded = concatBytes(payload, new Uint8Array(MAX_ADVERT_BYTES - payload.length));
        expect(decodeFrame(payload)).toEqual({ ok: true, value: frame });
        expect(decodeFrame(padded)).toEqual({ ok: true, value: frame });
      }),
    );
  });

  it('cut anywhere is refused by name and never read as another', () => {
    fc.assert(
      fc.property(arbitraryFrame, fc.nat(30), (frame, cut) => {
        const payload = encode(frame);
        fc.pre(cut < payload.length);
        const result = decodeFrame(payload.subarray(0, cut));
        expect(result.ok ? 'read' : result.reject.code).toBeOneOf(['ad-length-overrun', 'not-a-beacon']);
      }),
    );
  });
});

describe('bytes from strangers', () => {
  const KNOWN_HEADS = [...CANONICAL, ...TOLERATED, ...REFUSED].map(({ payload }) => payload);
  const anyBytes = fc.uint8Array({ maxLength: 40 });
  const nearMiss = fc
    .tuple(fc.constantFrom(...KNOWN_HEADS), fc.nat(31), fc.integer({ min: 0, max: 255 }), anyBytes)
    .map(([head, index, value, tail]) =>
      concatBytes(
        head.map((byte, at) => (at === index ? value : byte)),
        tail,
      ),
    );

  it('never throw: they are a frame or a reject with a stable code', () => {
    fc.assert(
      fc.property(fc.oneof(anyBytes, nearMiss), fc.boolean(), (payload, secure) => {
        const result = decodeFrame(payload, { isSecureHwid: () => secure });
        if (result.ok) JSON.stringify(frameToJson(result.value));
        else expect(result.reject.code).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('frameToJson', () => {
  it.each([...CANONICAL, ...TOLERATED])('tells every field: $name', ({ frame }) => {
    expect(frameToJson(frame)).toEqual(frame);
  });

  it('leaves an absent measured power out', () => {
    const frame: Frame = { kind: 'line-secure-beacon', hwid: HWID, mac: '1186ae35', timestampLow16: 1, battery: 0 };
    expect(JSON.stringify(frameToJson(frame))).toBe(
      '{"kind":"line-secure-beacon","hwid":"0a1b2c3d4e","mac":"1186ae35","timestampLow16":1,"battery":0}',
    );
    expect(frameToJson({ ...frame, measuredPower: measuredPowerDbm(-59) })).toMatchObject({ measuredPower: -59 });
  });
});
