import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { epochMs } from '../../protocol/units.ts';
import {
  capWindowStart,
  closingTime,
  durationMs,
  endOfDate,
  expiryAfter,
  isDuration,
  isTimeZone,
  localTime,
  periodName,
  periodStart,
  startOfDate,
  windowStart,
  withinHours,
} from './calendar.ts';

const BERLIN = 'Europe/Berlin';
const TAIPEI = 'Asia/Taipei';
const at = (text: string) => epochMs(Date.parse(text));
const iso = (ms: number | undefined): string | undefined =>
  ms === undefined ? undefined : new Date(ms).toISOString().slice(0, 16);
const clock = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
const hours = (text: string) => ({ from: clock(text.slice(0, 5)), to: clock(text.slice(6)) });

describe('the hours a shop is open', () => {
  it.each([
    ['11:00-20:00', '11:00', true],
    ['11:00-20:00', '10:59', false],
    ['11:00-20:00', '20:00', false],
    ['22:00-02:00', '23:59', true],
    ['22:00-02:00', '00:00', true],
    ['22:00-02:00', '02:00', false],
    ['22:00-02:00', '12:00', false],
    ['18:00-24:00', '23:59', true],
    ['00:00-24:00', '00:00', true],
  ])('%s at %s: %s', (window, minute, open) => {
    expect(withinHours(hours(window), clock(minute))).toBe(open);
  });

  it('are closed exactly when the turned-round hours are open', () => {
    const minute = fc.integer({ min: 0, max: 1439 });
    fc.assert(
      fc.property(minute, minute, minute, (from, to, now) => {
        fc.pre(from !== to);
        expect(withinHours({ from, to }, now)).toBe(!withinHours({ from: to, to: from }, now));
      }),
    );
  });
});

describe('when a window closes', () => {
  it.each([
    ['the same evening', TAIPEI, '2026-12-15T04:00:00Z', '11:00-20:00', '2026-12-15T12:00'],
    ['at midnight', TAIPEI, '2026-12-15T04:00:00Z', '11:00-24:00', '2026-12-15T16:00'],
    ['at 00:00', TAIPEI, '2026-12-15T04:00:00Z', '11:00-00:00', '2026-12-15T16:00'],
    ['after midnight, before it', TAIPEI, '2026-12-15T15:00:00Z', '22:00-02:00', '2026-12-15T18:00'],
    ['after midnight, after it', TAIPEI, '2026-12-15T17:00:00Z', '22:00-02:00', '2026-12-15T18:00'],
    ['in the night clocks go forward', BERLIN, '2026-03-28T22:30:00Z', '22:00-04:00', '2026-03-29T02:00'],
    ['at an hour that does not exist', BERLIN, '2026-03-28T22:30:00Z', '22:00-02:30', '2026-03-29T01:30'],
    ['in the night clocks go back', BERLIN, '2026-10-24T22:30:00Z', '22:00-04:00', '2026-10-25T03:00'],
    ['at an hour that comes twice', BERLIN, '2026-10-25T00:15:00Z', '22:00-02:30', '2026-10-25T00:30'],
    ['at that hour the second time', BERLIN, '2026-10-25T01:15:00Z', '22:00-02:30', '2026-10-25T01:30'],
    ['never', BERLIN, '2026-10-25T01:15:00Z', '00:00-24:00', undefined],
  ])('%s', (_name, zone, now, window, expected) => {
    expect(iso(closingTime(at(now), zone, hours(window)))).toBe(expected);
  });

  it('is always ahead of an open moment, by a day and the changed hour at most', () => {
    const minute = fc.integer({ min: 0, max: 1439 });
    const moment = fc.integer({ min: Date.UTC(2026, 0), max: Date.UTC(2027, 0) }).map(epochMs);
    fc.assert(
      fc.property(
        moment,
        minute,
        minute,
        fc.constantFrom(BERLIN, TAIPEI, 'America/New_York'),
        (now, from, to, zone) => {
          fc.pre(from !== to && withinHours({ from, to }, localTime(now, zone).minute));
          const closes = closingTime(now, zone, { from, to }) ?? 0;
          expect(closes).toBeGreaterThan(now);
          expect(closes - now).toBeLessThanOrEqual(25 * 3600_000);
        },
      ),
    );
  });
});

describe('the end of a right', () => {
  it.each([
    ['days last to the end of the last one', TAIPEI, '2026-12-15T04:00:00Z', 'P7D', '2026-12-22T16:00'],
    ['whatever hour it was given', TAIPEI, '2026-12-15T15:59:00Z', 'P7D', '2026-12-22T16:00'],
    ['weeks are days', TAIPEI, '2026-12-15T04:00:00Z', 'P1W', '2026-12-22T16:00'],
    ['months are calendar months', TAIPEI, '2027-01-31T04:00:00Z', 'P1M', '2027-02-28T16:00'],
    ['days across the spring change', BERLIN, '2026-03-28T12:00:00Z', 'P1D', '2026-03-29T22:00'],
    ['days across the autumn change', BERLIN, '2026-10-24T12:00:00Z', 'P1D', '2026-10-25T23:00'],
    ['hours are exact', BERLIN, '2026-03-29T00:30:00Z', 'PT2H', '2026-03-29T02:30'],
    ['hours are exact in autumn', BERLIN, '2026-10-25T00:30:00Z', 'PT2H', '2026-10-25T02:30'],
  ])('%s', (_name, zone, issued, duration, expected) => {
    expect(iso(expiryAfter(at(issued), duration, zone))).toBe(expected);
  });
});

it('knows local days across both changes', () => {
  expect(endOfDate('2026-03-29', BERLIN) - startOfDate('2026-03-29', BERLIN)).toBe(23 * 3600_000);
  expect(endOfDate('2026-10-25', BERLIN) - startOfDate('2026-10-25', BERLIN)).toBe(25 * 3600_000);
  expect(localTime(at('2026-03-29T01:00:00Z'), BERLIN)).toEqual({ date: '2026-03-29', weekday: 'sun', minute: 180 });
});

it('counts back in calendar days', () => {
  expect(iso(windowStart(at('2026-03-29T12:00:00Z'), 'P1D', BERLIN))).toBe('2026-03-28T13:00');
});

describe('the window of a cap', () => {
  const ZONES = ['America/New_York', BERLIN, 'Australia/Lord_Howe', TAIPEI];
  const zone = fc.constantFrom(...ZONES);
  const moment = fc.integer({ min: Date.UTC(2026, 0), max: Date.UTC(2027, 0) }).map(epochMs);
  const unit = fc.constantFrom('day' as const, 'week' as const, 'month' as const, 'year' as const);

  it.each([
    ['a day', 'day', BERLIN, '2026-03-29T12:00:00Z', '2026-03-28T23:00'],
    ['a week, from Monday', 'week', BERLIN, '2026-03-29T12:00:00Z', '2026-03-22T23:00'],
    ['a month', 'month', BERLIN, '2026-03-31T12:00:00Z', '2026-02-28T23:00'],
    ['a year', 'year', BERLIN, '2026-06-01T12:00:00Z', '2025-12-31T23:00'],
    ['half an hour of change', 'day', 'Australia/Lord_Howe', '2026-10-04T12:00:00Z', '2026-10-03T13:30'],
  ] as const)('%s', (_name, per, timeZone, now, start) => {
    expect(iso(periodStart(at(now), per, timeZone))).toBe(start);
    expect(capWindowStart(at(now), per, timeZone)).toBe(periodStart(at(now), per, timeZone));
  });

  it('has no beginning where it is ever', () =>
    expect(capWindowStart(at('2026-01-01'), 'ever', TAIPEI)).toBeUndefined());

  it('of a period begins at its local midnight, and is the same for every moment in it', () => {
    fc.assert(
      fc.property(moment, unit, zone, (now, per, timeZone) => {
        const start = periodStart(now, per, timeZone);
        expect(start).toBeLessThanOrEqual(now);
        expect(localTime(start, timeZone).minute).toBe(0);
        expect(periodStart(start, per, timeZone)).toBe(start);
        // The moment before belongs to the period before.
        expect(periodStart(epochMs(start - 1), per, timeZone)).toBeLessThan(start);
        const between = epochMs(Math.floor((start + now) / 2));
        expect(periodStart(between, per, timeZone)).toBe(start);
      }),
      { numRuns: 400 },
    );
  });

  it('that rolls is as long as it says: hours to the millisecond, days on the clock', () => {
    fc.assert(
      fc.property(moment, fc.integer({ min: 1, max: 60 }), zone, (now, count, timeZone) => {
        expect(now - (capWindowStart(now, `PT${count}H`, timeZone) ?? 0)).toBe(count * 3600_000 - 1);
        const start = epochMs((capWindowStart(now, `P${count}D`, timeZone) ?? 0) - 1);
        const changed = now - start - count * 86_400_000;
        expect(Math.abs(changed)).toBeLessThanOrEqual(3600_000);
        const [from, to] = [localTime(start, timeZone).minute, localTime(now, timeZone).minute];
        // A time that was left out on that day came later instead.
        expect((from - to + 1440) % 1440).toBeLessThanOrEqual(60);
      }),
      { numRuns: 400 },
    );
  });

  it('of two moments, the later one begins later, but for the hour that comes twice', () => {
    fc.assert(
      fc.property(moment, fc.nat(200 * 3600_000), zone, (now, later, timeZone) => {
        const first = capWindowStart(now, 'P1D', timeZone) ?? 0;
        const second = capWindowStart(epochMs(now + later), 'P1D', timeZone) ?? 0;
        expect(second - first).toBeGreaterThanOrEqual(-3600_000);
      }),
      { numRuns: 300 },
    );
  });
});

it('names periods by the local date', () => {
  expect(periodName(at('2026-12-31T16:30:00Z'), 'day', TAIPEI)).toBe('2027-01-01');
  expect(periodName(at('2026-12-31T15:30:00Z'), 'month', TAIPEI)).toBe('2026-12');
});

it.each([
  ['PT30M', true],
  ['P7D', true],
  ['P1M', true],
  ['PT0S', false],
  ['-P1D', false],
  ['7 days', false],
  ['', false],
])('duration %s: %s', (text, valid) => {
  expect(isDuration(text)).toBe(valid);
});

it('measures durations', () => expect(durationMs('P1DT1M')).toBe(86_460_000));

it.each([
  ['Asia/Taipei', true],
  ['America/Argentina/Buenos_Aires', true],
  ['UTC', true],
  ['+08:00', false],
  ['Asia/Taipeh', false],
])('time zone %s: %s', (name, valid) => {
  expect(isTimeZone(name)).toBe(valid);
});
