import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BootId, ProximityUuid } from '../../protocol/ids.ts';
import type { TagSubject } from '../../protocol/messages/common.ts';
import { epochMs, monoMs, type RssiDbm } from '../../protocol/units.ts';
import type { Moment } from './event-draft.ts';
import { PresenceSnapshot, restorePresence, snapshotPresence } from './presence-snapshot.ts';
import { createPresenceTable } from './presence-table.ts';
import { ADMISSION_POLICY, PRESENCE_POLICY } from './thresholds.ts';

const LIMIT = { maxAgeMs: 300_000 };
const BOOT = BootId.parse('12345678-0000');
const at = (mono: number, other: Partial<Moment> = {}): Moment => ({
  mono: monoMs(mono),
  wall: epochMs(1_767_225_600_000 + mono),
  clock: 'synced',
  boot: BOOT,
  ...other,
});
const tag: TagSubject = {
  kind: 'ibeacon',
  uuid: ProximityUuid.parse('f7826da6-4fa2-4e98-8024-bc5b71e0893e'),
  major: 1,
  minor: 2,
};
const newTable = () => createPresenceTable({ policy: PRESENCE_POLICY, maxTags: 10, admission: ADMISSION_POLICY });

/** A tag present since 10 s, last heard at 20 s; snapshot at 20 s, through JSON as on disk. */
function written(moment: Partial<Moment> = {}): PresenceSnapshot {
  const table = newTable();
  for (let ms = 9_000; ms <= 20_000; ms += 250) table.sighting(tag, monoMs(ms), -60 as RssiDbm);
  return PresenceSnapshot.parse(JSON.parse(JSON.stringify(snapshotPresence(table.present(), at(20_000, moment)))));
}

const REBOOTED = { boot: BootId.parse('87654321-0000') };

describe('a presence snapshot', () => {
  it.each([
    ['after a restart of the daemon', at(50_000)],
    ['after a reboot, by the wall clock', at(5_000, { ...REBOOTED, wall: epochMs(1_767_225_600_000 + 50_000) })],
  ])('%s keeps a tag present, with a new exit time and its old enter', (_name, now) => {
    const { resumed, exits } = restorePresence(written(), now, LIMIT);
    expect(exits).toEqual([]);
    const table = newTable();
    table.resume(resumed);
    expect(table.tick(monoMs(now.mono + PRESENCE_POLICY.exitAfterMs - 1))).toEqual([]);
    const [left] = table.tick(monoMs(now.mono + PRESENCE_POLICY.exitAfterMs));
    expect(left).toMatchObject({ subject: tag, transition: { type: 'exit' } });
    const since = now.mono - 30_000 - (20_000 - 9_500);
    expect(left?.transition).toMatchObject({ presentMs: now.mono + PRESENCE_POLICY.exitAfterMs - since });
  });

  it.each([
    ['too old', at(20_000 + 300_001), /did not listen for 300 s \(300 s allowed\), last at -60 dBm/],
    ['of an earlier boot, by no clock', at(1_000, { ...REBOOTED, clock: 'unsynced' }), /for an unknown time/],
    ['from the future', at(1_000, { ...REBOOTED, wall: epochMs(0) }), /for an unknown time/],
  ])('%s exits everyone in it and says why', (_name, now, reason) => {
    const { resumed, exits } = restorePresence(written(), now, LIMIT);
    expect(resumed).toEqual([]);
    expect(exits).toMatchObject([{ subject: tag, transition: { type: 'exit', at: now.mono, presentMs: 10_500 } }]);
    expect(exits[0]?.transition.reason).toMatch(reason);
  });

  it('a second restart before anything was heard loses nobody either', () => {
    const first = restorePresence(
      written(),
      at(2_000, { ...REBOOTED, wall: epochMs(1_767_225_600_000 + 30_000) }),
      LIMIT,
    );
    const table = newTable();
    table.resume(first.resumed);
    const again = PresenceSnapshot.parse(
      JSON.parse(JSON.stringify(snapshotPresence(table.present(), at(2_100, REBOOTED)))),
    );
    expect(restorePresence(again, at(2_200, REBOOTED), LIMIT).resumed).toHaveLength(1);
  });

  it('whatever the clocks say, every tag is resumed or exits, and only one of both', () => {
    const clock = fc.constantFrom('synced', 'holdover', 'unsynced') as fc.Arbitrary<Moment['clock']>;
    const moment = fc.record({ clock, mono: fc.nat(1e7), wall: fc.nat(2e12), sameBoot: fc.boolean() });
    fc.assert(
      fc.property(clock, moment, (writtenClock, { mono, wall, sameBoot, clock: nowClock }) => {
        const now = at(mono, { wall: epochMs(wall), clock: nowClock, ...(sameBoot ? {} : REBOOTED) });
        const { resumed, exits } = restorePresence(written({ clock: writtenClock }), now, LIMIT);
        expect(resumed.length + exits.length).toBe(1);
      }),
    );
  });
});
