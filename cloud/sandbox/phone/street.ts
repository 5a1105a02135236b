import { z } from 'zod';

/** A way past the shop: from afar to the door, a look at the window, and on. Distances in metres from the door. */
export const Path = z.strictObject({
  fromM: z.number().min(0).max(10_000).default(60),
  toM: z.number().min(0).max(10_000).default(1),
  approachMs: z.int().min(0).max(600_000).default(2_000),
  pauseMs: z.int().min(0).max(600_000).default(1_500),
  leaveMs: z.int().min(0).max(600_000).default(2_000),
  /** Whether the passer-by walks on; otherwise stays at the door. */
  leaves: z.boolean().default(true),
  /** Plays everything this many times faster. */
  speed: z.number().gt(0).max(1_000).default(1),
});
export type Path = z.infer<typeof Path>;

/** Be at `x` when `atMs` have passed since the start. */
export interface Step {
  readonly atMs: number;
  readonly x: number;
}

const STEP_MS = 50;

/** The steps of a way, in order of time. The last one of a leaver is beyond the door, on the far side of the street. */
export function stepsOf(path: Path): readonly Step[] {
  const { fromM, toM, speed } = path;
  const approachMs = path.approachMs / speed;
  const leaveAtMs = approachMs + path.pauseMs / speed;
  const approach = glide(0, approachMs, fromM, toM);
  const stay = { atMs: leaveAtMs, x: toM };
  return path.leaves
    ? [...approach, stay, ...glide(leaveAtMs, path.leaveMs / speed, toM, -fromM).slice(1)]
    : [...approach, stay];
}

function glide(startMs: number, durationMs: number, from: number, to: number): Step[] {
  const count = Math.max(1, Math.round(durationMs / STEP_MS));
  return Array.from({ length: count + 1 }, (_, i) => ({
    atMs: startMs + (durationMs * i) / count,
    x: from + ((to - from) * i) / count,
  }));
}

/** Walks: moves at each step's time, and resolves when the last one is done. `wait` resolves after so many milliseconds. */
export async function walk(
  steps: readonly Step[],
  move: (x: number) => Promise<void>,
  clock: { readonly now: () => number; readonly wait: (ms: number) => Promise<void> },
): Promise<void> {
  const start = clock.now();
  for (const { atMs, x } of steps) {
    const ahead = start + atMs - clock.now();
    if (ahead > 0) await clock.wait(ahead);
    await move(x);
  }
}
