import { describe, expect, it } from 'vitest';
import { ProximityUuid } from '../../protocol/ids.ts';
import type { TagSubject } from '../../protocol/messages/common.ts';
import { monoMs, type RssiDbm } from '../../protocol/units.ts';
import { createPresenceTable } from './presence-table.ts';
import { PRESENCE_POLICY } from './thresholds.ts';

const tag = (minor: number): TagSubject => ({
  kind: 'ibeacon',
  uuid: ProximityUuid.parse('f7826da6-4fa2-4e98-8024-bc5b71e0893e'),
  major: 1,
  minor,
});
const NEAR = -60 as RssiDbm;

function stay(table: ReturnType<typeof createPresenceTable>, subject: TagSubject, fromMs: number) {
  return [0, 400, 800, 1_200].flatMap((offset) => table.sighting(subject, monoMs(fromMs + offset), NEAR));
}

describe('presence table', () => {
  it('follows tags independently and forgets those who left', () => {
    const table = createPresenceTable({ policy: PRESENCE_POLICY, maxTags: 10 });
    expect(stay(table, tag(1), 0).map(({ transition }) => transition.type)).toEqual(['enter']);
    expect(stay(table, tag(2), 10_000).map(({ subject }) => subject.minor)).toEqual([2]);
    expect(table.counts()).toEqual({ followed: 2, present: 2, refused: 0 });
    const left = table.tick(monoMs(1_200 + PRESENCE_POLICY.exitAfterMs));
    expect(left).toMatchObject([{ subject: { minor: 1 }, transition: { type: 'exit' } }]);
    expect(table.counts()).toEqual({ followed: 1, present: 1, refused: 0 });
  });

  it('refuses tags beyond its limit, counts them, and keeps those it has', () => {
    const table = createPresenceTable({ policy: PRESENCE_POLICY, maxTags: 2 });
    stay(table, tag(1), 0);
    for (let minor = 100; minor < 1_100; minor += 1) table.sighting(tag(minor), monoMs(1_300), NEAR);
    expect(table.counts()).toEqual({ followed: 2, present: 1, refused: 999 });
    table.tick(monoMs(1_300 + PRESENCE_POLICY.memoryMs));
    expect(table.counts().followed).toBe(1);
  });
});
