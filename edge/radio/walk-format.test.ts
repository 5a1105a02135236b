import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hex } from '../../protocol/bytes.ts';
import { ProximityUuid } from '../../protocol/ids.ts';
import { epochMs, RSSI_MAX, RSSI_MIN, type RssiDbm } from '../../protocol/units.ts';
import { encodeWalkAdvert, encodeWalkHeader, parseWalk, type WalkAdvert, WalkKind } from './walk-format.ts';

const HEADER = {
  walk: 1 as const,
  startedAt: epochMs(1_767_225_600_000),
  node: { id: 'door', store: 'taipei-1', zone: 'entrance', enterDbm: -70 },
  namespaces: [ProximityUuid.parse('f7826da6-4fa2-4e98-8024-bc5b71e0893e')],
  hwids: [],
};
const kept = (t: number): WalkAdvert => ({ t, from: 'a1', rssi: -60 as RssiDbm, payload: hex`02 01 06` });
const text = (...adverts: readonly WalkAdvert[]) =>
  [encodeWalkHeader(HEADER), ...adverts.map(encodeWalkAdvert)].join('');

describe('a walk', () => {
  it('comes back as it was written', () => {
    const heard = fc.record({
      t: fc.nat(1e9),
      from: fc.string({ minLength: 1, maxLength: 12 }),
      rssi: fc.option(fc.integer({ min: RSSI_MIN, max: RSSI_MAX }), { nil: undefined }),
    });
    const what = fc.oneof(
      fc.record({ payload: fc.uint8Array({ minLength: 1, maxLength: 31 }) }),
      fc.record({ kind: fc.constantFrom(...WalkKind.options) }),
    );
    const advert = fc.tuple(heard, what).map(([{ rssi, ...rest }, told]) => ({
      ...rest,
      ...(rssi === undefined ? {} : { rssi: rssi as RssiDbm }),
      ...told,
    }));
    fc.assert(
      fc.property(fc.array(advert), (given) => {
        const adverts = given.toSorted((a, b) => a.t - b.t);
        const walk = parseWalk(text(...adverts));
        expect(walk).toEqual({ ok: true, value: { header: HEADER, adverts, truncated: false } });
      }),
    );
  });

  it.each([
    ['nothing', '', 'walk-empty', 1],
    ['something else', 'superframe,O-DR\n0,-77\n', 'walk-header', 1],
    ['a later version', '{"walk":2}\n', 'walk-header', 1],
    ['a line that is no JSON', `${text(kept(1))}nonsense\n${encodeWalkAdvert(kept(2))}`, 'walk-advert', 3],
    ['an advert without a name', `${text(kept(1), kept(2))}{"t":3,"kind":"other"}\n`, 'walk-advert', 4],
    ['an impossible RSSI', `${text()}{"t":3,"from":"a","rssi":127,"kind":"other"}\n`, 'walk-advert', 2],
    ['both payload and kind', `${text()}{"t":3,"from":"a","kind":"other","payload":"00"}\n`, 'walk-advert', 2],
    ['time that runs backwards', text(kept(5), kept(4)), 'walk-order', 3],
  ])('%s is refused with code and line', (_name, given, code, line) => {
    expect(parseWalk(given)).toMatchObject({ ok: false, reject: { code, line } });
  });

  it('cut off in the middle of a line is good up to there, and says so', () => {
    const whole = text(kept(1), kept(2));
    expect(parseWalk(whole.slice(0, -9))).toMatchObject({ ok: true, value: { truncated: true, adverts: [{ t: 1 }] } });
    expect(parseWalk(whole.slice(0, -1))).toMatchObject({ ok: true, value: { truncated: false } });
  });

  it('any text is read or refused', () => {
    fc.assert(
      fc.property(fc.string(), fc.boolean(), (noise, behindHeader) => {
        const walk = parseWalk(behindHeader ? `${text(kept(1))}${noise}` : noise);
        if (!walk.ok) expect(walk.reject.line).toBeGreaterThan(0);
      }),
    );
  });
});
