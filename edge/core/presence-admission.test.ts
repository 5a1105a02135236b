import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProximityUuid } from '../../protocol/ids.ts';
import type { TagSubject } from '../../protocol/messages/common.ts';
import { monoMs } from '../../protocol/units.ts';
import type { AdvertiserToken } from './advertiser-token.ts';
import { createAdmission } from './presence-admission.ts';

const POLICY = { windowMs: 1_000, maxIdsPerAdvertiser: 2, maxPairsPerUuid: 4, maxAdvertisers: 3 };
const A = ProximityUuid.parse('f7826da6-4fa2-4e98-8024-bc5b71e0893e');
const B = ProximityUuid.parse('e2c56db5-dffb-48d2-b060-d0f5a71096e0');
const tag = (minor: number, uuid = A): TagSubject => ({ kind: 'ibeacon', uuid, major: 1, minor });
const from = (name: string): AdvertiserToken => name as AdvertiserToken;

describe('admission', () => {
  it('refuses the third id of one advertiser and goes on believing the first two', () => {
    const admission = createAdmission(POLICY);
    const ask = (minor: number) => admission.refusal(tag(minor), from('x'), monoMs(0));
    expect([ask(1), ask(2), ask(3), ask(1), ask(2)]).toEqual([
      undefined,
      undefined,
      'advertiser-flood',
      undefined,
      undefined,
    ]);
  });

  it('refuses the fifth pair of one namespace, whoever sends it, and no other namespace', () => {
    const admission = createAdmission(POLICY);
    const ask = (minor: number, uuid = A) => admission.refusal(tag(minor, uuid), undefined, monoMs(0));
    expect([1, 2, 3, 4, 5].map((minor) => ask(minor))).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      'uuid-flood',
    ]);
    expect(ask(5, B)).toBeUndefined();
    expect(ask(4)).toBeUndefined();
  });

  it('an advertiser that is refused takes none of the namespace', () => {
    const admission = createAdmission(POLICY);
    for (let minor = 0; minor < 100; minor += 1) admission.refusal(tag(minor), from('flood'), monoMs(0));
    expect(admission.refusal(tag(500), from('guest'), monoMs(0))).toBeUndefined();
  });

  it('begins anew with the next window', () => {
    const admission = createAdmission(POLICY);
    for (let minor = 0; minor < 10; minor += 1) admission.refusal(tag(minor), undefined, monoMs(0));
    expect(admission.refusal(tag(10), undefined, monoMs(999))).toBe('uuid-flood');
    expect(admission.refusal(tag(10), undefined, monoMs(1_000))).toBeUndefined();
  });

  it('never admits more than its limits within a window', () => {
    const claim = fc.record({ minor: fc.nat(50), who: fc.nat(8) });
    fc.assert(
      fc.property(fc.array(claim, { maxLength: 200 }), (claims) => {
        const admission = createAdmission({ ...POLICY, maxAdvertisers: 100 });
        const admitted = claims.filter(
          ({ minor, who }) => admission.refusal(tag(minor), from(String(who)), monoMs(0)) === undefined,
        );
        expect(new Set(admitted.map(({ minor }) => minor)).size).toBeLessThanOrEqual(POLICY.maxPairsPerUuid);
        for (const { who } of admitted) {
          const ids = admitted.filter((each) => each.who === who).map(({ minor }) => minor);
          expect(new Set(ids).size).toBeLessThanOrEqual(POLICY.maxIdsPerAdvertiser);
        }
      }),
    );
  });
});
