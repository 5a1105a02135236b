import type { PresenceRule } from '../presence-peers/rule.ts';

/** One receiver's view of one recording, slot by slot, and where the tag really was. */
export interface Take {
  readonly recording: string;
  readonly receiver: string;
  readonly slots: readonly { readonly atMs: number; readonly dbm: number | undefined; readonly here: boolean }[];
}

export interface Judgement {
  readonly slots: number;
  readonly right: number;
  readonly switches: number;
  readonly truthSwitches: number;
  /** Milliseconds from a true arrival or departure until the rule says so; 0 where it said so already. */
  readonly enterMs: readonly number[];
  readonly exitMs: readonly number[];
  /** Stays and absences the rule never noticed. */
  readonly missed: number;
}

/** Plays a take to a rule and compares what it says in every slot with the truth. */
export function judge(rule: PresenceRule, { slots }: Take): Judgement {
  let right = 0;
  let switches = 0;
  let truthSwitches = 0;
  let missed = 0;
  const enterMs: number[] = [];
  const exitMs: number[] = [];
  let said = false;
  let truth: boolean | undefined;
  let changedAt: number | undefined;
  for (const { atMs, dbm, here } of slots) {
    if (dbm !== undefined) rule.hear(atMs, dbm);
    const says = rule.present(atMs);
    if (says !== said) switches += 1;
    said = says;
    if (truth !== undefined && here !== truth) {
      truthSwitches += 1;
      if (changedAt !== undefined) missed += 1;
      changedAt = atMs;
    }
    truth = here;
    if (says !== here) continue;
    right += 1;
    if (changedAt !== undefined) (here ? enterMs : exitMs).push(atMs - changedAt);
    changedAt = undefined;
  }
  return {
    slots: slots.length,
    right,
    switches,
    truthSwitches,
    enterMs,
    exitMs,
    missed: missed + (changedAt === undefined ? 0 : 1),
  };
}

export const accuracy = ({ right, slots }: Judgement): number => right / slots;

/** Several judgements as one. */
export const pool = (judgements: readonly Judgement[]): Judgement => ({
  slots: sum(judgements, ({ slots }) => slots),
  right: sum(judgements, ({ right }) => right),
  switches: sum(judgements, ({ switches }) => switches),
  truthSwitches: sum(judgements, ({ truthSwitches }) => truthSwitches),
  enterMs: judgements.flatMap(({ enterMs }) => enterMs),
  exitMs: judgements.flatMap(({ exitMs }) => exitMs),
  missed: sum(judgements, ({ missed }) => missed),
});

const sum = <T>(items: readonly T[], of: (item: T) => number): number =>
  items.reduce((total, item) => total + of(item), 0);

export function median(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)];
}
