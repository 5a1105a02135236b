import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { epochMs } from '../../protocol/units.ts';
import { createOpeningClock, OpeningHours } from './broadcast-hours.ts';

const clock = (timeZone: string, ...open: { days?: string[]; hours: string }[]) =>
  createOpeningClock(OpeningHours.parse({ timeZone, open }));
const at = (iso: string) => epochMs(Date.parse(iso));
const closedUntil = (iso: string) => ({ at: 'closed', opensMs: Date.parse(iso) });

describe('opening hours', () => {
  const shop = clock(
    'Asia/Taipei',
    { days: ['mon', 'tue', 'wed', 'thu', 'fri'], hours: '10:00-21:30' },
    { days: ['sat'], hours: '18:00-02:00' },
  );

  it.each([
    ['a Friday noon', '2026-01-02T12:00+08:00', { at: 'open' }],
    ['the minute of opening', '2026-01-02T10:00+08:00', { at: 'open' }],
    ['the minute of closing', '2026-01-02T21:30+08:00', closedUntil('2026-01-03T18:00+08:00')],
    ['after midnight of the day before', '2026-01-04T01:59+08:00', { at: 'open' }],
    ['a Sunday, over the end of the week', '2026-01-04T02:00+08:00', closedUntil('2026-01-05T10:00+08:00')],
  ])('%s', (_name, when, expected) => {
    expect(shop.stateAt(at(when))).toEqual(expected);
  });

  it('is on the local clock on both sides of a change to summer time', () => {
    const newYork = clock('America/New_York', { hours: '10:00-12:00' });
    expect(newYork.stateAt(at('2026-03-07T22:00-05:00'))).toEqual(closedUntil('2026-03-08T10:00-04:00'));
    expect(newYork.stateAt(at('2026-10-31T22:00-04:00'))).toEqual(closedUntil('2026-11-01T10:00-05:00'));
  });

  it('may be all day', () => {
    for (const hours of ['00:00-24:00', '00:00-00:00']) {
      expect(clock('Asia/Tokyo', { hours }).stateAt(at('2026-05-05T05:05Z'))).toEqual({ at: 'open' });
    }
  });

  const minute = fc.integer({ min: 0, max: 24 * 60 - 1 });
  const day = fc.constantFrom('mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun');
  const text = (value: number) =>
    `${String(Math.floor(value / 60)).padStart(2, '0')}:${String(value % 60).padStart(2, '0')}`;

  it('opens at the minute it says, and not before', () => {
    fc.assert(
      fc.property(day, minute, minute, fc.integer({ min: 0, max: 20_000_000 }), (weekday, from, until, minutes) => {
        const opening = clock('Asia/Taipei', { days: [weekday], hours: `${text(from)}-${text(until)}` });
        const now = epochMs(Date.UTC(2026, 0, 1) + minutes * 60_000 + 12_345);
        const state = opening.stateAt(now);
        if (state.at === 'open') return;
        expect(state.opensMs).toBeGreaterThan(now);
        expect(state.opensMs - now).toBeLessThanOrEqual(7 * 24 * 3_600_000);
        expect(opening.stateAt(state.opensMs).at).toBe('open');
        expect(opening.stateAt(epochMs(state.opensMs - 1)).at).toBe('closed');
        const between = epochMs(now + (state.opensMs - now) / 2);
        expect(opening.stateAt(between)).toEqual(state);
      }),
    );
  });

  it.each([
    [{ timeZone: 'Taipei', open: [{ hours: '10:00-21:00' }] }, 'IANA'],
    [{ timeZone: 'Asia/Taipei', open: [{ hours: '10-21' }] }, '10:00-21:30'],
    [{ timeZone: 'Asia/Taipei', open: [] }, ''],
    [{ timeZone: 'Asia/Taipei', open: [{ days: ['monday'], hours: '10:00-21:00' }] }, 'mon'],
  ])('refuses %j', (hours, says) => {
    const parsed = OpeningHours.safeParse(hours);
    expect(parsed.success).toBe(false);
    expect(parsed.error?.message).toContain(says);
  });
});
