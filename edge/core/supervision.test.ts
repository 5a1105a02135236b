import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { monoMs } from '../../protocol/units.ts';
import {
  type Action,
  type ActionOutcome,
  type RadioFact,
  type Stage,
  startSupervision,
  supervise,
} from './supervision.ts';
import { SUPERVISION_BEAT_MS, SUPERVISION_POLICY } from './thresholds.ts';

interface Step {
  readonly at: number;
  readonly kind: Stage | 'probe';
  readonly reason?: string;
}

/** The world around one supervision: what the air holds and how the controller answers, at each moment. */
interface World {
  /** Whether adverts come in, and whether a neighbour's are among them. */
  readonly hears?: (at: number, steps: readonly Step[]) => 'nothing' | 'visitor' | 'neighbour';
  readonly answers?: (action: Action, at: number) => { readonly afterMs: number; readonly outcome: ActionOutcome };
  readonly facts?: readonly { readonly at: number; readonly fact: RadioFact }[];
}

const ADAPTER_ON = { at: 0, fact: { type: 'adapter', state: 'on' } } as const;
const ON_AIR = { at: 1, fact: { type: 'on-air' } } as const;
const MINUTE = 60_000;

/** Plays `world` beat by beat and returns every step with its time. */
function play({ hears, answers, facts = [ADAPTER_ON, ON_AIR] }: World, untilMs: number): Step[] {
  const steps: Step[] = [];
  let state = startSupervision(monoMs(0));
  let due: { readonly at: number; readonly outcome: ActionOutcome } | undefined;
  const pending = [...facts].sort((a, b) => a.at - b.at);
  for (let now = 0; now <= untilMs; now += SUPERVISION_BEAT_MS) {
    const at = monoMs(now);
    for (let next = pending[0]; next !== undefined && next.at <= now; next = pending[0]) {
      state = supervise(state, { ...next.fact, at }, SUPERVISION_POLICY).state;
      pending.shift();
    }
    if (due !== undefined && due.at <= now) {
      state = supervise(state, { type: 'outcome', outcome: due.outcome, at }, SUPERVISION_POLICY).state;
      due = undefined;
    }
    const heard = hears?.(now, steps) ?? 'nothing';
    if (heard !== 'nothing') {
      state = supervise(state, { type: 'heard', neighbour: heard === 'neighbour', at }, SUPERVISION_POLICY).state;
    }
    const { state: next, step } = supervise(state, { type: 'tick', at }, SUPERVISION_POLICY);
    state = next;
    if (step === undefined) continue;
    steps.push({ at: now, ...step });
    if (step.kind === 'exit') continue;
    const { afterMs, outcome } = answers?.(step.kind, now) ?? { afterMs: 10, outcome: 'done' };
    due = { at: now + afterMs, outcome };
  }
  return steps;
}

const stages = (steps: readonly Step[]): Step[] => steps.filter(({ kind }) => kind !== 'probe');
const kinds = (steps: readonly Step[]): string[] => stages(steps).map(({ kind }) => kind);
const DEAD = () => ({ afterMs: 2_000, outcome: 'no-answer' }) as const;

describe('silence', () => {
  it('with a steady neighbour before it climbs to the exit within a minute', () => {
    const steps = play({ hears: (at) => (at < 5 * MINUTE ? 'neighbour' : 'nothing') }, 10 * MINUTE);
    expect(kinds(steps)).toEqual(['reenable', 'restart', 'reopen', 'reset', 'exit']);
    expect(steps.at(-1)).toMatchObject({ kind: 'exit', reason: 'silence' });
    expect((steps.at(-1)?.at ?? 0) - 5 * MINUTE).toBeLessThan(MINUTE);
  });

  it('stops climbing as soon as something is heard for good', () => {
    const healedBy = (stage: string) => (at: number, steps: readonly Step[]) =>
      at < 5 * MINUTE || steps.some(({ kind }) => kind === stage) ? 'neighbour' : 'nothing';
    for (const [stage, expected] of [
      ['reenable', ['reenable']],
      ['reopen', ['reenable', 'restart', 'reopen']],
    ] as const) {
      expect(kinds(play({ hears: healedBy(stage) }, 20 * MINUTE))).toEqual(expected);
    }
  });

  it('a burst after each stage is no recovery: the next stage is the harsher one', () => {
    const burst = (at: number, steps: readonly Step[]) => {
      const last = stages(steps).at(-1);
      return at < 5 * MINUTE || (last !== undefined && at - last.at < 2_000) ? 'neighbour' : 'nothing';
    };
    expect(kinds(play({ hears: burst }, 10 * MINUTE))).toEqual(['reenable', 'restart', 'reopen', 'reset', 'exit']);
  });

  it('a neighbour heard now and then proves nothing', () => {
    const faint = (at: number) => (at < 30 * MINUTE && at % 20_000 === 0 ? 'neighbour' : 'nothing');
    expect(kinds(play({ hears: faint }, 12 * 60 * MINUTE))).not.toContain('exit');
  });

  it('before anything was ever heard only switches the scan on again', () => {
    const steps = play({}, 24 * 60 * MINUTE);
    expect(new Set(kinds(steps))).toEqual(new Set(['reenable']));
    expect(stages(steps).length).toBeLessThan(120);
  });

  it('a scan found to be off is restarted at once', () => {
    let scanning = false;
    const steps = play(
      {
        answers(action) {
          if (action === 'restart') scanning = true;
          return { afterMs: 10, outcome: action === 'probe' && !scanning ? 'not-scanning' : 'done' };
        },
      },
      30_000,
    );
    expect(stages(steps)).toMatchObject([{ kind: 'restart', reason: 'scan-ended' }]);
    expect(steps[1]?.at).toBeLessThanOrEqual(SUPERVISION_POLICY.probeEveryMs + 3 * SUPERVISION_BEAT_MS);
  });
});

describe('faults', () => {
  it('an unplugged adapter ends the process on the next beat', () => {
    const steps = play(
      { facts: [ADAPTER_ON, ON_AIR, { at: 2_000, fact: { type: 'adapter', state: 'gone' } }] },
      MINUTE,
    );
    expect(steps).toEqual([{ at: 2_000, kind: 'exit', reason: 'adapter-gone' }]);
  });

  it('an adapter that was switched off and on again is left alone', () => {
    const off = { at: 10_000, fact: { type: 'adapter', state: 'off' } } as const;
    const on = { at: 18_000, fact: { type: 'adapter', state: 'on' } } as const;
    const back = { at: 19_000, fact: { type: 'on-air' } } as const;
    expect(stages(play({ facts: [ADAPTER_ON, ON_AIR, off, on, back] }, 40_000))).toEqual([]);
  });

  it('one that stays off is switched on, and when that does not help the process ends', () => {
    const off = { at: 10_000, fact: { type: 'adapter', state: 'off' } } as const;
    const steps = play({ facts: [ADAPTER_ON, ON_AIR, off] }, 2 * MINUTE);
    expect(stages(steps)).toMatchObject([
      { kind: 'reset', reason: 'adapter-off' },
      { kind: 'exit', reason: 'adapter-off' },
    ]);
  });

  it('a controller that refuses to advertise is reset, then left for a new process', () => {
    const steps = play({ facts: [ADAPTER_ON], hears: () => 'visitor' }, 2 * MINUTE);
    expect(stages(steps)).toMatchObject([
      { kind: 'reset', reason: 'off-air' },
      { kind: 'exit', reason: 'off-air' },
    ]);
  });

  it('one unanswered command is asked about, not acted upon', () => {
    const lost = { at: 2_000, fact: { type: 'no-answer' } } as const;
    const steps = play({ facts: [ADAPTER_ON, ON_AIR, lost], hears: () => 'visitor' }, 30_000);
    expect(steps).toMatchObject([{ kind: 'probe' }]);
  });

  it('an action that never tells its end does not hold up the exit', () => {
    const steps = play({ answers: () => ({ afterMs: Number.POSITIVE_INFINITY, outcome: 'done' }) }, 2 * MINUTE);
    expect(steps.at(-1)).toMatchObject({ kind: 'exit', reason: 'stuck' });
    expect(steps.at(-1)?.at).toBeLessThan(MINUTE);
  });
});

describe('properties', () => {
  const anyHears = fc.constantFrom('nothing', 'visitor', 'neighbour');
  const anyFact: fc.Arbitrary<RadioFact> = fc.oneof(
    fc.record({ type: fc.constant('adapter' as const), state: fc.constantFrom('on' as const, 'off' as const) }),
    fc.record({ type: fc.constantFrom('disturbed', 'no-answer', 'on-air', 'off-air') }),
  );
  const anyFacts = fc.array(fc.record({ at: fc.integer({ min: 0, max: 20 * MINUTE }), fact: anyFact }), {
    maxLength: 200,
  });

  it('a dead controller is left within a minute of the first command it does not answer, whatever was before', () => {
    fc.assert(
      fc.property(anyHears, fc.integer({ min: 0, max: 20 * MINUTE }), (before, diesAt) => {
        const steps = play(
          {
            hears: (at) => (at < diesAt ? before : 'nothing'),
            answers: (_action, at) => (at < diesAt ? { afterMs: 10, outcome: 'done' } : DEAD()),
          },
          diesAt + MINUTE,
        );
        expect(steps.at(-1)?.kind).toBe('exit');
      }),
    );
  });

  it('a quiet shop with a living controller is never left, however its day went', () => {
    const visits = fc.array(fc.tuple(fc.integer({ min: 0, max: 600 }), fc.integer({ min: 0, max: 10 })), {
      maxLength: 20,
    });
    fc.assert(
      fc.property(visits, (times) => {
        const hears = (at: number) =>
          times.some(([from, length]) => at >= from * MINUTE && at < (from + length) * MINUTE) ? 'visitor' : 'nothing';
        expect(kinds(play({ hears }, 11 * 60 * MINUTE))).not.toContain('exit');
      }),
      { numRuns: 30 },
    );
  });

  it('no stage repeats without waiting, and nothing follows an exit', () => {
    const outcomes = fc.array(fc.constantFrom<ActionOutcome>('done', 'refused', 'not-scanning', 'no-answer'), {
      minLength: 1,
      maxLength: 20,
    });
    fc.assert(
      fc.property(anyFacts, anyHears, outcomes, (facts, heard, answers) => {
        let asked = 0;
        const steps = stages(
          play(
            {
              facts: [ADAPTER_ON, ...facts],
              hears: (at) => (at % 7_000 === 0 ? heard : 'nothing'),
              answers: () => ({ afterMs: 10, outcome: answers[asked++ % answers.length] ?? 'done' }),
            },
            20 * MINUTE,
          ),
        );
        const exit = steps.findIndex(({ kind }) => kind === 'exit');
        expect(exit === -1 || exit === steps.length - 1).toBe(true);
        for (const [kind, leastMs, mostIn20Minutes] of [
          ['reenable', SUPERVISION_POLICY.silence.steady.nextMs, 40],
          ['restart', SUPERVISION_POLICY.disturbance.firstMs, 60],
          ['reopen', SUPERVISION_POLICY.silence.steady.nextMs, 40],
          ['reset', SUPERVISION_POLICY.silence.steady.nextMs, 20],
        ] as const) {
          const times = steps.filter((step) => step.kind === kind).map(({ at }) => at);
          expect(times.length).toBeLessThanOrEqual(mostIn20Minutes);
          for (const [place, at] of times.slice(1).entries())
            expect(at - (times[place] ?? 0)).toBeGreaterThanOrEqual(leastMs);
        }
      }),
    );
  });

  it('a program that keeps ending the scan is answered ever more rarely', () => {
    const facts = Array.from({ length: 600 }, (_, second) => ({
      at: second * 1_000,
      fact: { type: 'disturbed' } as const,
    }));
    const restarts = stages(play({ facts: [ADAPTER_ON, ON_AIR, ...facts], hears: () => 'visitor' }, 10 * MINUTE));
    const gaps = restarts.slice(1).map(({ at }, place) => at - (restarts[place]?.at ?? 0));
    expect(gaps.slice(0, 3)).toEqual([1_000, 2_000, 4_000]);
    expect(Math.max(...gaps)).toBe(SUPERVISION_POLICY.disturbance.maxMs);
    expect(restarts.length).toBeLessThan(30);
  });
});
