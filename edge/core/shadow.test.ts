import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BootId } from '../../protocol/ids.ts';
import type { DesiredConfig } from '../../protocol/messages/config.ts';
import { epochMs, monoMs } from '../../protocol/units.ts';
import { configToRun, type Shadow, type ShadowInput, seenVersion, stepShadow, UNSHADOWED } from './shadow.ts';
import type { TrialHealth } from './shadow-proof.ts';

const BOOT = BootId.parse('12345678-0000');
const LATER_BOOT = BootId.parse('12345678-1111');
const POLICY = { trialMs: 20_000, settleMs: 2_000 };
const now = (mono: number, boot = BOOT) => ({ mono: monoMs(mono), wall: epochMs(1_000_000 + mono), boot });
const desired = (version: number, enterDbm = -70): DesiredConfig => ({ v: 1, version, config: { enterDbm } });
const NEEDS = { onAir: true, hearing: true };
const BAD = { code: 'profile-missing', detail: 'there is no such profile' };

const want = (version: number, mono = 0, more: { refusal?: typeof BAD; enterDbm?: number } = {}): ShadowInput => ({
  type: 'desired',
  desired: desired(version, more.enterDbm),
  refusal: more.refusal,
  needs: NEEDS,
  now: now(mono),
});
const healthy = (version: number, since: number, heldMs = 2_000): TrialHealth => ({
  linked: true,
  radio: { version, since: monoMs(since), toldAt: monoMs(since + heldMs), onAir: true, heardAt: monoMs(since + 1) },
});
const check = (mono: number, health: TrialHealth): ShadowInput => ({ type: 'health', health, now: now(mono) });

function play(...inputs: readonly ShadowInput[]) {
  const steps: string[][] = [];
  let state = UNSHADOWED;
  for (const input of inputs) {
    const change = stepShadow(state, input, POLICY);
    state = change.state;
    steps.push(change.steps.map(({ kind }) => kind));
  }
  return { state, steps };
}

describe('the shadow', () => {
  it('marks a trial on disk before it applies it, and calls it good once it is proved', () => {
    const { state, steps } = play(want(1), check(1_000, healthy(1, 500, 400)), check(2_600, healthy(1, 500)));
    expect(steps).toEqual([['store', 'apply', 'report'], [], ['store', 'report']]);
    expect(state).toMatchObject({
      at: 'settled',
      good: { version: 1, config: { enterDbm: -70 } },
      outcome: { version: 1, state: 'applied' },
    });
  });

  it('refuses what is judged bad, and keeps what is good', () => {
    const { state, steps } = play(want(1, 0, { refusal: BAD }));
    expect(steps).toEqual([['store', 'report']]);
    expect(state).toMatchObject({ good: { version: 0 }, outcome: { version: 1, state: 'refused', reason: BAD } });
  });

  const radio = healthy(1, 500).radio;
  it.each([
    ['no-radio', { linked: true }],
    ['not-taken-up', { linked: true, radio: { ...radio, version: 0 } }],
    ['too-soon', { linked: true, radio: { ...radio, toldAt: monoMs(600) } }],
    ['off-air', { linked: true, radio: { ...radio, onAir: false } }],
    ['deaf', { linked: true, radio: { ...radio, heardAt: monoMs(400) } }],
    ['no-broker', { linked: false, radio }],
  ])('rolls back after the deadline: %s', (code, health) => {
    const bad = health as TrialHealth;
    const { state, steps } = play(want(1), check(19_999, bad), check(20_000, bad));
    expect(steps).toEqual([['store', 'apply', 'report'], [], ['store', 'apply', 'report']]);
    expect(state).toMatchObject({ at: 'settled', good: { version: 0 }, outcome: { version: 1, state: 'rolled-back' } });
    expect(state).toMatchObject({ outcome: { reason: { code, detail: expect.stringContaining('20 s after') } } });
  });

  it('asks for nothing that was not so before', () => {
    const quiet: ShadowInput = {
      type: 'desired',
      desired: desired(1),
      refusal: undefined,
      needs: { onAir: false, hearing: false },
      now: now(0),
    };
    const health = { linked: true, radio: { version: 1, since: monoMs(100), toldAt: monoMs(2_100), onAir: false } };
    expect(play(quiet, check(3_000, health)).state).toMatchObject({ outcome: { state: 'applied' } });
  });

  it('a trial that the power cut is rolled back at the next start', () => {
    const { state, steps } = play(want(1), { type: 'begun', now: now(5, LATER_BOOT) });
    expect(steps[1]).toEqual(['store', 'apply', 'report']);
    expect(state).toMatchObject({ at: 'settled', outcome: { state: 'rolled-back', reason: { code: 'interrupted' } } });
  });

  it('no process of a later boot runs an unfinished trial', () => {
    const { state } = play(want(1));
    expect(configToRun(state, BOOT).version).toBe(1);
    expect(configToRun(state, LATER_BOOT).version).toBe(0);
  });

  it('does not try a version again, and answers who asks for it', () => {
    const { state, steps } = play(want(2, 0, { refusal: BAD }), want(2), want(1));
    expect(steps.slice(1)).toEqual([['report'], []]);
    expect(state).toMatchObject({ at: 'settled', outcome: { version: 2, state: 'refused' } });
  });

  it('lets newer versions wait for the end of a trial, and judges the newest', () => {
    const { steps, state } = play(want(1), want(3), want(2), check(20_000, { linked: true }));
    expect(steps.slice(1)).toEqual([['store'], [], ['store', 'apply', 'report', 'judge']]);
    expect(stepShadow(state, want(3, 20_001), POLICY).state).toMatchObject({ at: 'trying', trial: { version: 3 } });
  });
});

const anyInput: fc.Arbitrary<(mono: number, state: Shadow) => ShadowInput> = fc.oneof(
  fc
    .record({
      version: fc.integer({ min: 1, max: 12 }),
      enterDbm: fc.integer({ min: -90, max: -40 }),
      bad: fc.boolean(),
    })
    .map(
      ({ version, enterDbm, bad }) =>
        (mono: number) =>
          want(version, mono, { enterDbm, ...(bad && { refusal: BAD }) }),
    ),
  fc.constant((mono: number): ShadowInput => ({ type: 'begun', now: now(mono) })),
  fc.integer({ min: 1, max: 12 }).map(
    (version) =>
      (mono: number): ShadowInput => ({
        type: 'unreadable',
        version,
        refusal: BAD,
        now: now(mono),
      }),
  ),
  fc.boolean().map((well) => (mono: number, state: Shadow): ShadowInput => {
    const since = state.at === 'trying' ? state.trial.since : 0;
    return check(mono, well ? healthy(seenVersion(state), since) : { linked: false });
  }),
);

it('whatever happens: one trial at a time, no version goes back, and only proved configurations are good', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(anyInput, fc.integer({ min: 0, max: 9_000 })), { maxLength: 60 }), (inputs) => {
      let state: Shadow = UNSHADOWED;
      let mono = 0;
      let applied: unknown = {};
      for (const [make, ms] of inputs) {
        mono += ms;
        const before = state;
        const input = make(mono, before);
        const change = stepShadow(before, input, POLICY);
        state = asStored(change.state);
        expect(seenVersion(state)).toBeGreaterThanOrEqual(seenVersion(before));
        expect(state.good.version).toBeGreaterThanOrEqual(before.good.version);
        if (before.at === 'trying' && state.at === 'trying') expect(state.trial).toEqual(before.trial);
        if (state.good.version !== before.good.version) {
          expect(before).toMatchObject({ at: 'trying', trial: { version: state.good.version } });
          expect(input.type).toBe('health');
        }
        // What changes is on disk before anybody acts on it.
        if (JSON.stringify(change.state) !== JSON.stringify(before)) expect(change.steps[0]?.kind).toBe('store');
        for (const step of change.steps) if (step.kind === 'apply') applied = step.config;
        expect(applied).toEqual(configToRun(state, BOOT).config);
      }
      // Given time, every trial ends.
      const end = stepShadow(state, check(mono + POLICY.trialMs, { linked: false }), POLICY).state;
      expect(end.at).toBe('settled');
    }),
    { numRuns: 300 },
  );
});

const asStored = (state: Shadow): Shadow => JSON.parse(JSON.stringify(state)) as Shadow;
