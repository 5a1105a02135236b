import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type MonoMs, monoMs, type RssiDbm } from '../../protocol/units.ts';
import {
  ABSENT,
  type PresenceInput,
  type PresencePolicy,
  type PresenceState,
  type PresenceTransition,
  step,
} from './presence.ts';

const POLICY: PresencePolicy = {
  enterDbm: -80,
  hysteresisDb: 8,
  holdMs: 1_000,
  minSightings: 3,
  smoothingMs: 1_500,
  memoryMs: 3_000,
  farAfterMs: 5_000,
  exitAfterMs: 15_000,
  dwellMarksMs: [60_000, 120_000],
};

const heard = (at: number, rssi: number): PresenceInput => ({
  type: 'sighting',
  at: monoMs(at),
  rssi: rssi as RssiDbm,
});
const tick = (at: number): PresenceInput => ({ type: 'tick', at: monoMs(at) });

function play(inputs: readonly PresenceInput[], from: PresenceState = ABSENT) {
  let state = from;
  let nextDeadline: MonoMs | undefined;
  const events: PresenceTransition[] = [];
  for (const input of inputs) {
    const result = step(state, input, POLICY);
    state = result.state;
    nextDeadline = result.nextDeadline;
    events.push(...result.events);
  }
  return { state, events, nextDeadline, told: events.map((event) => `${event.type}@${event.at}`) };
}

/** Sightings of one strength every `everyMs`. */
const steady = (from: number, to: number, rssi: number, everyMs = 200): PresenceInput[] =>
  Array.from({ length: Math.floor((to - from) / everyMs) + 1 }, (_, index) => heard(from + index * everyMs, rssi));

describe('presence', () => {
  const cases: readonly { name: string; inputs: readonly PresenceInput[]; told: readonly string[] }[] = [
    { name: 'enters at the first sighting after the hold time', inputs: steady(0, 3_000, -60), told: ['enter@1000'] },
    { name: 'needs the sightings as well as the time', inputs: [heard(0, -60), heard(1_500, -60)], told: [] },
    { name: 'hears a slow tag', inputs: [heard(0, -60), heard(1_500, -60), heard(3_000, -60)], told: ['enter@3000'] },
    { name: 'ignores a weak tag', inputs: steady(0, 10_000, -85), told: [] },
    { name: 'ignores someone who passes by', inputs: [...steady(0, 600, -70), ...steady(800, 5_000, -95)], told: [] },
    {
      name: 'a gap starts the hold time again',
      inputs: [...steady(0, 800, -60), ...steady(4_000, 4_800, -60)],
      told: [],
    },
    { name: 'does not enter by a timer alone', inputs: [...steady(0, 800, -60), tick(1_000), tick(2_000)], told: [] },
    {
      name: 'leaves by timer after silence, not earlier',
      inputs: [...steady(0, 2_000, -60), tick(16_999), tick(17_000)],
      told: ['enter@1000', 'exit@17000'],
    },
    {
      name: 'a single reflection is no reason to enter',
      inputs: [heard(0, -90), heard(200, -60), heard(400, -90), heard(600, -90), heard(1_400, -90)],
      told: [],
    },
    {
      name: 'stays within the hysteresis',
      inputs: [...steady(0, 2_000, -70), ...steady(2_200, 60_000, -86)],
      told: ['enter@1000'],
    },
    {
      name: 'leaves soon when heard far away',
      inputs: [...steady(0, 2_000, -60), ...steady(2_200, 10_000, -100)],
      told: ['enter@1000', 'exit@8600'],
    },
    {
      name: 'one weak sighting after silence is no departure',
      inputs: [...steady(0, 2_000, -60), heard(9_000, -100), heard(9_200, -60), heard(9_400, -60), heard(9_600, -60)],
      told: ['enter@1000'],
    },
    {
      name: 'dwells at its marks while heard',
      inputs: [...steady(0, 61_000, -60), tick(61_000)],
      told: ['enter@1000', 'dwell@61000'],
    },
    {
      name: 'a late tick tells the exit and not a dwell that came after it',
      inputs: [...steady(0, 2_000, -60), tick(300_000)],
      told: ['enter@1000', 'exit@300000'],
    },
    {
      name: 'a sighting after the exit deadline first ends the old presence',
      inputs: [...steady(0, 2_000, -60), ...steady(60_000, 61_000, -60)],
      told: ['enter@1000', 'exit@60000', 'enter@61000'],
    },
  ];
  it.each(cases)('$name', ({ inputs, told }) => {
    expect(play(inputs).told).toEqual(told);
  });

  it('exits a tag that stays audible but far, and says so', () => {
    const { events } = play([...steady(0, 2_000, -60), ...steady(2_200, 40_000, -100)]);
    expect(events.map((event) => event.type)).toEqual(['enter', 'exit']);
    expect(events[1]?.reason).toMatch(/^-\d+ dBm, below -88 dBm for \d+ ms, heard \d+ times there$/);
  });

  it('tells how long the presence lasted and why it ended', () => {
    const { events } = play([...steady(0, 2_000, -60), tick(17_500)]);
    expect(events[1]).toMatchObject({
      type: 'exit',
      presentMs: 16_500,
      reason: 'not heard for 15500 ms (15000 allowed), last at -60 dBm',
    });
  });
});

describe('presence on random walks', () => {
  const input = fc.record({
    gap: fc.oneof(fc.integer({ min: 0, max: 500 }), fc.integer({ min: 0, max: 40_000 })),
    rssi: fc.option(fc.integer({ min: -110, max: -10 }), { freq: 4 }),
  });
  const walk = fc.array(input, { maxLength: 200 }).map((steps) => {
    let at = 0;
    return steps.map(({ gap, rssi }) => {
      at += gap;
      return rssi === null ? tick(at) : heard(at, rssi);
    });
  });

  it('enter and exit alternate, with dwells only between them', () => {
    fc.assert(
      fc.property(walk, (inputs) => {
        let present = false;
        for (const event of play(inputs).events) {
          expect(present).toBe(event.type !== 'enter');
          if (event.type !== 'dwell') present = event.type === 'enter';
        }
      }),
    );
  });

  it('an enter has near sightings for the whole hold time before it', () => {
    fc.assert(
      fc.property(walk, (inputs) => {
        for (const event of play(inputs).events.filter(({ type }) => type === 'enter')) {
          const until = inputs.filter((each) => each.type === 'sighting' && each.at <= event.at);
          expect(until.at(-1)?.at).toBe(event.at);
          expect(until.filter((each) => event.at - each.at <= POLICY.holdMs + POLICY.memoryMs).length).toBeGreaterThan(
            1,
          );
          expect(event.dbm).toBeGreaterThanOrEqual(POLICY.enterDbm);
        }
      }),
    );
  });

  it('silence always ends in absence by following the deadlines', () => {
    fc.assert(
      fc.property(walk, (inputs) => {
        const walked = play(inputs);
        let { state, nextDeadline: due } = walked;
        const events = [...walked.events];
        for (let ticks = 0; due !== undefined; ticks += 1) {
          expect(ticks).toBeLessThan(5);
          const result = step(state, { type: 'tick', at: due }, POLICY);
          state = result.state;
          due = result.nextDeadline;
          events.push(...result.events);
        }
        expect(state).toEqual(ABSENT);
        const enters = events.filter(({ type }) => type === 'enter').length;
        expect(events.filter(({ type }) => type === 'exit')).toHaveLength(enters);
      }),
    );
  });

  it('an exit has its reason: silence for its whole time, or enough weak sightings', () => {
    fc.assert(
      fc.property(walk, (inputs) => {
        for (const event of play(inputs).events.filter(({ type }) => type === 'exit')) {
          const [, silent] = /^not heard for (\d+) ms/.exec(event.reason) ?? [];
          const [, far, times] = /dBm for (\d+) ms, heard (\d+) times there$/.exec(event.reason) ?? [];
          if (silent !== undefined) expect(Number(silent)).toBeGreaterThanOrEqual(POLICY.exitAfterMs);
          else if (Number(far) < POLICY.exitAfterMs) {
            expect(Number(far)).toBeGreaterThanOrEqual(POLICY.farAfterMs);
            expect(Number(times)).toBeGreaterThanOrEqual(POLICY.minSightings);
          }
        }
      }),
    );
  });

  it('further ticks change neither what happens nor when an enter happens', () => {
    fc.assert(
      fc.property(walk, (inputs) => {
        const enters = (list: readonly PresenceInput[]) => play(list).told.filter((told) => told.startsWith('enter'));
        expect(enters(inputs.flatMap((each) => [tick(each.at), each]))).toEqual(enters(inputs));
      }),
    );
  });
});
