import { z } from 'zod';
import { BootId } from '../../protocol/ids.ts';
import { ClockState, EpochMsField, MonoMsField, TagSubject } from '../../protocol/messages/common.ts';
import { type MonoMs, monoMs } from '../../protocol/units.ts';
import type { Moment } from './event-draft.ts';
import type { PresentState } from './presence.ts';
import type { PresentTag, SubjectTransition } from './presence-table.ts';
import { resumedSignal } from './smoothing.ts';

/** Times before the present boot are negative on its clock. */
const mono = z.number().transform(monoMs);

/**
 * Who was present when it was written, on both clocks. Those who were only on the way in are left out: they begin anew,
 * and nobody was told of them.
 */
export const PresenceSnapshot = z.object({
  boot: BootId,
  writtenMono: MonoMsField,
  writtenAt: EpochMsField,
  clock: ClockState,
  tags: z.array(
    z.object({
      subject: TagSubject,
      since: mono,
      lastNear: mono,
      heardAt: mono,
      dbm: z.number(),
      dwellsSent: z.int().nonnegative(),
    }),
  ),
});
export type PresenceSnapshot = z.infer<typeof PresenceSnapshot>;

export function snapshotPresence(tags: readonly PresentTag[], now: Moment): PresenceSnapshot {
  return {
    boot: now.boot,
    writtenMono: now.mono,
    writtenAt: now.wall,
    clock: now.clock,
    tags: tags.map(({ subject, state }) => ({
      subject,
      since: state.since,
      lastNear: state.lastNear,
      heardAt: state.signal.at,
      dbm: state.signal.dbm,
      dwellsSent: state.dwellsSent,
    })),
  };
}

/**
 * What a snapshot means to the node that starts now: tags that are present still, and the exits of those whose stay
 * nobody can vouch for. Every tag is in exactly one of the two, so a restart neither repeats an enter nor loses an exit.
 *
 * While the node was down nobody listened, and its silence says nothing about the tag: the exit timer begins again.
 */
export function restorePresence(
  snapshot: PresenceSnapshot,
  now: Moment,
  policy: { readonly maxAgeMs: number },
): { readonly resumed: readonly PresentTag[]; readonly exits: readonly SubjectTransition[] } {
  const ageMs = ageOf(snapshot, now);
  if (ageMs === undefined || ageMs > policy.maxAgeMs) {
    return { resumed: [], exits: snapshot.tags.map((tag) => lost(tag, ageMs, now, policy)) };
  }
  const here = (then: MonoMs): MonoMs => monoMs(now.mono - ageMs - (snapshot.writtenMono - then));
  const resumed = snapshot.tags.map(({ subject, since, heardAt, dbm, dwellsSent }) => {
    const state: PresentState = {
      at: 'present',
      since: here(since),
      lastNear: now.mono,
      farSightings: 0,
      dwellsSent,
      signal: resumedSignal(dbm, here(heardAt)),
    };
    return { subject, state };
  });
  return { resumed, exits: [] };
}

/** Milliseconds since it was written; `undefined` when neither clock can tell. */
function ageOf(snapshot: PresenceSnapshot, now: Moment): number | undefined {
  if (snapshot.boot === now.boot) return Math.max(0, now.mono - snapshot.writtenMono);
  if (snapshot.clock === 'unsynced' || now.clock === 'unsynced') return undefined;
  const ageMs = now.wall - snapshot.writtenAt;
  return ageMs < 0 ? undefined : ageMs;
}

function lost(
  { subject, since, lastNear, dbm }: PresenceSnapshot['tags'][number],
  ageMs: number | undefined,
  now: Moment,
  { maxAgeMs }: { readonly maxAgeMs: number },
): SubjectTransition {
  const down = ageMs === undefined ? 'for an unknown time' : `for ${Math.round(ageMs / 1_000)} s`;
  const reason = `the node did not listen ${down} (${maxAgeMs / 1_000} s allowed), last at ${Math.round(dbm)} dBm`;
  return { subject, transition: { type: 'exit', at: now.mono, dbm, presentMs: lastNear - since, reason } };
}
