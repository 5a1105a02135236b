import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ProximityUuid } from '../../protocol/ids.ts';
import type { TagSubject } from '../../protocol/messages/common.ts';
import { monoMs, type RssiDbm } from '../../protocol/units.ts';
import { ABSENT, type PresencePolicy, type PresenceState, step } from './presence.ts';
import { hearSteady, ownedCopy } from './presence-steady.ts';
import { createPresenceTable } from './presence-table.ts';
import { ADMISSION_POLICY, PRESENCE_POLICY } from './thresholds.ts';

const POLICY: PresencePolicy = { ...PRESENCE_POLICY, dwellMarksMs: [20_000, 40_000] };
const TAG: TagSubject = {
  kind: 'ibeacon',
  uuid: ProximityUuid.parse('f7826da6-4fa2-4e98-8024-bc5b71e0893e'),
  major: 1,
  minor: 2,
};

/** Stays long enough to dwell, goes away and comes back, at the levels where presence is decided. */
const stretch = fc.record({
  level: fc.constantFrom(-55, -66, -72, -76, -85, -100),
  gaps: fc.array(fc.oneof({ weight: 20, arbitrary: fc.nat(900) }, { weight: 1, arbitrary: fc.nat(20_000) }), {
    maxLength: 40,
  }),
});
const walk = fc.array(fc.tuple(stretch, fc.infiniteStream(fc.integer({ min: -6, max: 6 }))), { maxLength: 8 });
type Heard = { readonly at: number; readonly rssi: RssiDbm };
const sightings = walk.map((stretches) => {
  let at = 0;
  return stretches.flatMap(([{ level, gaps }, noise]) =>
    gaps.map((gap): Heard => {
      at += gap;
      return { at, rssi: (level + Number(noise.next().value)) as RssiDbm };
    }),
  );
});

it('leaves the state as the pure step does, or as it was', () => {
  let taken = 0;
  fc.assert(
    fc.property(sightings, (heard) => {
      let state: PresenceState = ABSENT;
      for (const { at, rssi } of heard) {
        const next = step(state, { type: 'sighting', at: monoMs(at), rssi }, POLICY);
        if (state.at === 'present') {
          const own = ownedCopy(state);
          const isSteady = hearSteady(own, monoMs(at), rssi, POLICY);
          expect(own).toEqual(isSteady ? next.state : state);
          if (isSteady) expect(next.events).toEqual([]);
          if (isSteady) taken += 1;
        }
        state = next.state;
      }
    }),
  );
  expect(taken).toBeGreaterThan(0);
});

it('lets a table tell the same as the pure step', () => {
  const told = new Set<string>();
  fc.assert(
    fc.property(sightings, (heard) => {
      const table = createPresenceTable({ policy: POLICY, maxTags: 10, admission: ADMISSION_POLICY });
      let state: PresenceState = ABSENT;
      for (const { at, rssi } of heard) {
        const ticked = step(state, { type: 'tick', at: monoMs(at) }, POLICY);
        expect(table.tick(monoMs(at)).map(({ transition }) => transition)).toEqual(ticked.events);
        const seen = step(ticked.state, { type: 'sighting', at: monoMs(at), rssi }, POLICY);
        expect(table.sighting(TAG, monoMs(at), rssi).map(({ transition }) => transition)).toEqual(seen.events);
        state = seen.state;
        for (const { type } of [...ticked.events, ...seen.events]) told.add(type);
      }
      expect(table.present()).toEqual(state.at === 'present' ? [{ subject: TAG, state }] : []);
    }),
    { numRuns: 300 },
  );
  expect([...told].toSorted()).toEqual(['dwell', 'enter', 'exit']);
});

it('changes nothing that it told or was told of those present', () => {
  const table = createPresenceTable({ policy: POLICY, maxTags: 10, admission: ADMISSION_POLICY });
  const near = -60 as RssiDbm;
  for (const at of [0, 400, 800]) table.sighting(TAG, monoMs(at), near);
  const before = table.present();
  const resumed = createPresenceTable({ policy: POLICY, maxTags: 10, admission: ADMISSION_POLICY });
  resumed.resume(before);
  const kept = structuredClone(before);
  for (const each of [table, resumed]) each.sighting(TAG, monoMs(1_200), -70 as RssiDbm);
  expect(before).toEqual(kept);
  expect(table.present()).not.toEqual(kept);
});
