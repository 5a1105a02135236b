import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { epochMs } from '../../protocol/units.ts';
import { localTime, WEEKDAYS } from './calendar.ts';
import { nextRun, type Schedule } from './schedule.ts';

const at = (text: string) => epochMs(Date.parse(text));
const run = (schedule: Schedule, zone: string, after: string): string | undefined => {
  const next = nextRun(schedule, zone, at(after));
  return next === undefined ? undefined : new Date(next).toISOString().slice(0, 16);
};
const TEN = 600;

describe('the next run', () => {
  it.each<[string, Schedule, string, string, string | undefined]>([
    ['once', { at: { date: '2026-12-24', minute: TEN } }, 'Asia/Taipei', '2026-12-01T00:00Z', '2026-12-24T02:00'],
    [
      'once, at that moment',
      { at: { date: '2026-12-24', minute: TEN } },
      'Asia/Taipei',
      '2026-12-24T02:00Z',
      undefined,
    ],
    ['today', { every: { time: TEN } }, 'Asia/Taipei', '2026-12-15T01:59Z', '2026-12-15T02:00'],
    ['tomorrow', { every: { time: TEN } }, 'Asia/Taipei', '2026-12-15T02:00Z', '2026-12-16T02:00'],
    [
      'a day of the week',
      { every: { days: ['mon'], time: TEN } },
      'Asia/Taipei',
      '2026-12-15T02:00Z',
      '2026-12-21T02:00',
    ],
    ['a day of the month', { every: { monthDays: [31], time: 0 } }, 'UTC', '2027-02-01T00:00Z', '2027-03-31T00:00'],
    [
      'a Friday the 13th',
      { every: { days: ['fri'], monthDays: [13], time: 0 } },
      'UTC',
      '2026-11-14T00:00Z',
      '2027-08-13T00:00',
    ],
    [
      'where clocks go forward over it',
      { every: { time: 150 } },
      'Europe/Berlin',
      '2026-03-28T12:00Z',
      '2026-03-29T01:30',
    ],
    ['where it comes twice', { every: { time: 150 } }, 'Europe/Berlin', '2026-10-24T12:00Z', '2026-10-25T00:30'],
    ['and not the second time', { every: { time: 150 } }, 'Europe/Berlin', '2026-10-25T00:30Z', '2026-10-26T01:30'],
    [
      'half an hour of change',
      { every: { time: 135 } },
      'Australia/Lord_Howe',
      '2026-10-03T12:00Z',
      '2026-10-03T15:45',
    ],
  ])('%s', (_name, schedule, zone, after, expected) => {
    expect(run(schedule, zone, after)).toBe(expected);
  });

  it('comes, at its local time, on a day it may, and no earlier one was left out', () => {
    const every = fc.record({
      time: fc.integer({ min: 0, max: 1439 }),
      days: fc.option(fc.uniqueArray(fc.constantFrom(...WEEKDAYS), { minLength: 1 }), { nil: undefined }),
    });
    const zone = fc.constantFrom('America/New_York', 'Europe/Berlin', 'Australia/Lord_Howe', 'Asia/Taipei');
    const moment = fc.integer({ min: Date.UTC(2026, 0), max: Date.UTC(2027, 0) }).map(epochMs);
    fc.assert(
      fc.property(every, zone, moment, (rule, timeZone, after) => {
        const next = nextRun({ every: rule }, timeZone, after) ?? 0;
        expect(next).toBeGreaterThan(after);
        const local = localTime(epochMs(next), timeZone);
        if (rule.days !== undefined) expect(rule.days).toContain(local.weekday);
        // A time the clocks leave out comes up to an hour later.
        expect((local.minute - rule.time + 1440) % 1440).toBeLessThanOrEqual(60);
        // From anywhere between, the same run is next.
        const between = epochMs(Math.floor((after + next) / 2));
        if (between < next) expect(nextRun({ every: rule }, timeZone, between)).toBe(next);
      }),
      { numRuns: 300 },
    );
  });
});
