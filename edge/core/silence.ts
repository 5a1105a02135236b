import type { MonoMs } from '../../protocol/units.ts';

/**
 * What silence means depends on what was heard before it. A quiet shop is no dead radio, so each kind of evidence has a
 * ladder of its own, and only the one with a steady neighbour in it leads out of the process:
 *
 *   steady   a neighbour node was heard without a gap: its silence is ours, the whole ladder, short waits
 *   some     anything at all was heard: up to a reset, then round again with waits twice as long
 *   never    nothing yet: switching the scan on again, which costs nothing
 */
export type Evidence = 'steady' | 'some' | 'never';

const LADDERS = {
  steady: ['reenable', 'restart', 'reopen', 'reset', 'exit'],
  some: ['reenable', 'restart', 'reopen', 'reset'],
  never: ['reenable'],
} as const satisfies Record<Evidence, readonly string[]>;

export type SilenceStage = (typeof LADDERS)[Evidence][number];

export interface SilencePolicy {
  readonly steady: { readonly firstMs: number; readonly nextMs: number };
  readonly some: { readonly firstMs: number; readonly maxMs: number };
  readonly never: { readonly firstMs: number; readonly maxMs: number };
  /** A neighbour with a longer gap is too far away to be relied on. */
  readonly neighbourGapMs: number;
  /** A neighbour proves itself by this long without a gap. */
  readonly neighbourProofMs: number;
  /** A neighbour that was not steady for this long has been switched off or moved. */
  readonly neighbourMemoryMs: number;
  /** What is heard within this time of a stage may be the stage's own doing, not recovery. */
  readonly recoveredMs: number;
}

interface Neighbour {
  readonly at: MonoMs;
  readonly steadySince: MonoMs;
  /** When it was last heard as steadily as proof demands. */
  readonly provenAt: MonoMs | undefined;
}

export interface Heartbeat {
  /** The last advert, or the end of the last stage if that was later. */
  readonly quietSince: MonoMs;
  readonly everHeard: boolean;
  readonly neighbour: Neighbour | undefined;
  /** Stages tried in this silence. */
  readonly rung: number;
  readonly stageAt: MonoMs | undefined;
}

export const startHeartbeat = (at: MonoMs): Heartbeat => ({
  quietSince: at,
  everHeard: false,
  neighbour: undefined,
  rung: 0,
  stageAt: undefined,
});

export function noteHeard(before: Heartbeat, at: MonoMs, isNeighbour: boolean, policy: SilencePolicy): Heartbeat {
  // Some chips give one burst after each restart and fall deaf again: that burst must not start the ladder anew.
  const hasRecovered = before.stageAt === undefined || at - before.stageAt > policy.recoveredMs;
  return {
    ...before,
    quietSince: at,
    everHeard: true,
    rung: hasRecovered ? 0 : before.rung,
    neighbour: isNeighbour ? noteNeighbour(before.neighbour, at, policy) : before.neighbour,
  };
}

function noteNeighbour(before: Neighbour | undefined, at: MonoMs, policy: SilencePolicy): Neighbour {
  const hasGap = before === undefined || at - before.at > policy.neighbourGapMs;
  const steadySince = hasGap ? at : before.steadySince;
  return { at, steadySince, provenAt: at - steadySince >= policy.neighbourProofMs ? at : before?.provenAt };
}

/** A stage for this silence has begun. */
export const noteStage = (before: Heartbeat): Heartbeat => ({ ...before, rung: before.rung + 1 });

/** A stage has ended: its effect needs time to be heard. */
export const noteStageEnd = (before: Heartbeat, at: MonoMs): Heartbeat => ({ ...before, quietSince: at, stageAt: at });

export function evidenceOf({ everHeard, neighbour }: Heartbeat, at: MonoMs, policy: SilencePolicy): Evidence {
  if (!everHeard) return 'never';
  const provenAt = neighbour?.provenAt;
  const isSteady = provenAt !== undefined && at - provenAt <= policy.neighbourMemoryMs;
  return isSteady ? 'steady' : 'some';
}

/** The stage this silence asks for now, if any. */
export function judgeSilence(heartbeat: Heartbeat, at: MonoMs, policy: SilencePolicy): SilenceStage | undefined {
  const evidence = evidenceOf(heartbeat, at, policy);
  const { rung } = heartbeat;
  if (at - heartbeat.quietSince < waitMs(evidence, rung, policy)) return undefined;
  const ladder = LADDERS[evidence];
  return evidence === 'steady' ? ladder[Math.min(rung, ladder.length - 1)] : ladder[rung % ladder.length];
}

function waitMs(evidence: Evidence, rung: number, policy: SilencePolicy): number {
  if (evidence === 'steady') return rung === 0 ? policy.steady.firstMs : policy.steady.nextMs;
  const { firstMs, maxMs } = policy[evidence];
  return Math.min(firstMs * 2 ** Math.floor(rung / LADDERS[evidence].length), maxMs);
}
