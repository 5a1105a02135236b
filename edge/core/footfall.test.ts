import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BootId } from '../../protocol/ids.ts';
import { NodeEvent } from '../../protocol/messages/events.ts';
import { epochMs, monoMs, type RssiDbm } from '../../protocol/units.ts';
import type { AdvertiserToken } from './advertiser-token.ts';
import { createFootfall, footfallDraft } from './footfall.ts';

const POLICY = { windowMs: 300_000, nearDbm: -85, maxAdvertisers: 50 };
const who = (name: number | string): AdvertiserToken => String(name) as AdvertiserToken;
const NEAR = -70 as RssiDbm;
const END = monoMs(300_000);

function opened(policy = POLICY) {
  const footfall = createFootfall(policy);
  footfall.tick(monoMs(0));
  return footfall;
}

describe('footfall', () => {
  it('counts each near advertiser once a window', () => {
    const footfall = opened();
    for (const name of [1, 2, 1, 3, 1]) footfall.heard(who(name), NEAR);
    footfall.heard(who('far'), -86 as RssiDbm);
    footfall.heard(who('unmeasured'), undefined);
    expect(footfall.tick(monoMs(299_999))).toBeUndefined();
    expect(footfall.tick(END)).toEqual({ count: 3, windowMs: 300_000, endedAt: END });
    footfall.heard(who(1), NEAR);
    expect(footfall.tick(monoMs(600_000))).toMatchObject({ count: 1 });
  });

  it('tells an empty window, but not a deaf one', () => {
    const footfall = opened();
    footfall.heard(undefined, NEAR);
    expect(footfall.tick(END)).toMatchObject({ count: 0 });
    expect(footfall.tick(monoMs(600_000))).toBeUndefined();
    footfall.heard(who(1), NEAR);
    expect(footfall.tick(monoMs(900_000))).toMatchObject({ count: 1, windowMs: 300_000 });
  });

  it('a flood fills a window and no more, and is counted', () => {
    const footfall = opened();
    for (let name = 0; name < 80; name += 1) footfall.heard(who(name), NEAR);
    expect(footfall.overflow()).toBe(30);
    expect(footfall.tick(END)).toMatchObject({ count: 50 });
  });

  it('is the number of distinct near advertisers, in any order', () => {
    const advert = fc.record({ name: fc.nat(40), dbm: fc.integer({ min: -110, max: -10 }) });
    fc.assert(
      fc.property(fc.array(advert, { minLength: 1 }), (adverts) => {
        const footfall = opened();
        for (const { name, dbm } of adverts) footfall.heard(who(name), dbm as RssiDbm);
        const near = adverts.filter(({ dbm }) => dbm >= POLICY.nearDbm).map(({ name }) => name);
        expect(footfall.tick(END)?.count).toBe(new Set(near).size);
      }),
    );
  });

  it('makes an event the protocol knows, with a count and no subject', () => {
    const now = {
      mono: END,
      wall: epochMs(1_767_225_600_000),
      clock: 'synced',
      boot: BootId.parse('12345678'),
    } as const;
    const draft = footfallDraft({ count: 7, windowMs: 300_000, endedAt: END }, now);
    expect(NodeEvent.parse({ seq: 1, ...draft })).toMatchObject({ type: 'footfall', count: 7, windowMs: 300_000 });
    expect(draft).not.toHaveProperty('subject');
  });
});
