import { describe, expect, it } from 'vitest';
import { ProximityUuid } from '../../protocol/ids.ts';
import type { TagSubject } from '../../protocol/messages/common.ts';
import { monoMs, type RssiDbm } from '../../protocol/units.ts';
import type { AdvertiserToken } from './advertiser-token.ts';
import { createPresenceTable } from './presence-table.ts';
import { ADMISSION_POLICY, PRESENCE_POLICY } from './thresholds.ts';

const tag = (minor: number): TagSubject => ({
  kind: 'ibeacon',
  uuid: ProximityUuid.parse('f7826da6-4fa2-4e98-8024-bc5b71e0893e'),
  major: 1,
  minor,
});
const NONE_REFUSED = { 'table-full': 0, 'advertiser-flood': 0, 'uuid-flood': 0 };
const NEAR = -60 as RssiDbm;

function stay(table: ReturnType<typeof createPresenceTable>, subject: TagSubject, fromMs: number) {
  return [0, 400, 800, 1_200].flatMap((offset) => table.sighting(subject, monoMs(fromMs + offset), NEAR));
}

describe('presence table', () => {
  it('follows tags independently and forgets those who left', () => {
    const table = createPresenceTable({ policy: PRESENCE_POLICY, maxTags: 10, admission: ADMISSION_POLICY });
    expect(stay(table, tag(1), 0).map(({ transition }) => transition.type)).toEqual(['enter']);
    expect(stay(table, tag(2), 10_000).map(({ subject }) => subject.minor)).toEqual([2]);
    expect(table.counts()).toEqual({ followed: 2, present: 2, refused: NONE_REFUSED });
    const left = table.tick(monoMs(1_200 + PRESENCE_POLICY.exitAfterMs));
    expect(left).toMatchObject([{ subject: { minor: 1 }, transition: { type: 'exit' } }]);
    expect(table.counts()).toEqual({ followed: 1, present: 1, refused: NONE_REFUSED });
  });

  it('refuses tags beyond its limit, counts them, and keeps those it has', () => {
    const table = createPresenceTable({ policy: PRESENCE_POLICY, maxTags: 2, admission: ADMISSION_POLICY });
    stay(table, tag(1), 0);
    for (let minor = 100; minor < 1_100; minor += 1) table.sighting(tag(minor), monoMs(1_300), NEAR);
    expect(table.counts()).toEqual({ followed: 2, present: 1, refused: { ...NONE_REFUSED, 'table-full': 999 } });
    table.tick(monoMs(1_300 + PRESENCE_POLICY.memoryMs));
    expect(table.counts().followed).toBe(1);
  });

  it('counts a flood by its kind and goes on following whom it knew', () => {
    const admission = { ...ADMISSION_POLICY, maxPairsPerUuid: 3, maxIdsPerAdvertiser: 2 };
    const table = createPresenceTable({ policy: PRESENCE_POLICY, maxTags: 100, admission });
    stay(table, tag(1), 0);
    for (let minor = 10; minor < 20; minor += 1) {
      table.sighting(tag(minor), monoMs(1_300), NEAR, 'one-sender' as AdvertiserToken);
    }
    for (let minor = 30; minor < 35; minor += 1) table.sighting(tag(minor), monoMs(1_300), NEAR);
    expect(table.counts()).toMatchObject({ followed: 3, refused: { 'advertiser-flood': 8, 'uuid-flood': 5 } });
    expect(table.present().map(({ subject }) => subject.minor)).toEqual([1]);
  });

  it('resumes who was present: no second enter, and the exit by timer', () => {
    const before = createPresenceTable({ policy: PRESENCE_POLICY, maxTags: 10, admission: ADMISSION_POLICY });
    stay(before, tag(1), 0);
    const after = createPresenceTable({ policy: PRESENCE_POLICY, maxTags: 10, admission: ADMISSION_POLICY });
    after.resume(before.present());
    expect(after.counts()).toMatchObject({ followed: 1, present: 1 });
    expect(stay(after, tag(1), 2_000)).toEqual([]);
    const left = after.tick(monoMs(3_200 + PRESENCE_POLICY.exitAfterMs));
    expect(left.map(({ transition }) => transition.type)).toEqual(['exit']);
  });
});
