import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { epochMs } from '../../../protocol/units.ts';
import { dateOfSlot, datesOf, gridFor } from './days.ts';
import { decisionsTally, grantsTally } from './ledger.ts';
import { part, reconcile } from './reconcile.ts';
import { spanOf } from './span.ts';
import { type Cell, tabulate } from './tabulate.ts';
import { addTally, NOTHING, type Tally } from './tally.ts';
import { type Arm, differenceOfShares, upliftOf, wilson } from './uplift.ts';

const RUNS = { numRuns: process.env['PHAROS_TEST_LONG'] === '1' ? 5_000 : 200, seed: 20261215 };
const ZONES = ['Asia/Taipei', 'America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'Europe/London'] as const;
const DAY = 86_400_000;
const BEGIN = Date.parse('2026-01-01T00:00:00Z');

const tallies = fc.oneof(
  fc
    .record({ outcome: fc.constantFrom('granted', 'ghost', 'deferred', 'reissued'), many: fc.nat(50) })
    .map(({ outcome, many }) => decisionsTally(outcome as 'granted', null, many)),
  fc
    .record({ reason: fc.constantFrom('late_event', 'cap_member', 'quiet_hours'), many: fc.nat(50) })
    .map(({ reason, many }) => decisionsTally('refused', reason, many)),
  fc
    .record({
      many: fc.nat(50),
      state: fc.constantFrom('ready', 'accepted', 'unknown', 'parked', null),
      parkReason: fc.constantFrom('expired', null),
      opened: fc.boolean(),
      redeemed: fc.boolean(),
      cost: fc.nat(1000),
      currency: fc.constantFrom('TWD', 'JPY', null),
    })
    .map((grants) => grantsTally({ ...grants, takenBack: false })),
);
const cells: fc.Arbitrary<Cell[]> = fc.array(
  fc.record({
    key: fc.constantFrom('tea', 'ice', null),
    store: fc.constantFrom('taipei', 'york', null),
    slot: fc.nat(40 * 96),
    tally: tallies,
  }),
  { maxLength: 40 },
);
const quarter = { sizeMs: 900_000, offsetMs: 0 };

describe('a table', () => {
  const how = (by: 'key' | 'day') => ({
    ...{ by, grid: quarter, days: [], drawn: 'granted' as const },
    zoneOf: (store: string | null) => (store === 'york' ? 'America/New_York' : 'Asia/Taipei'),
  });
  const bare = ({ counts, reasons, parked, cost, revenue }: Tally): Tally => ({
    counts,
    reasons,
    parked,
    cost,
    revenue,
  });

  it.each(['key', 'day'] as const)('has rows by %s that come to its total', (by) => {
    fc.assert(
      fc.property(cells, (some) => {
        const { rows, total } = tabulate(some, how(by));
        expect(bare(rows.reduce<Tally>(addTally, NOTHING))).toEqual(bare(total));
      }),
      RUNS,
    );
  });

  it('is the same in whatever order things were counted, and however finely', () => {
    fc.assert(
      fc.property(cells, (some) => {
        expect(tabulate([...some].reverse(), how('key'))).toEqual(tabulate(some, how('key')));
      }),
      RUNS,
    );
  });

  it('counts everything heard under what became of it', () => {
    fc.assert(
      fc.property(cells, (some) => {
        const { counts, reasons } = tabulate(some, how('key')).total;
        const { heard = 0, granted = 0, reissued = 0, deferred = 0, ghost = 0, refused = 0, decided = 0 } = counts;
        expect(granted + reissued + deferred + ghost + refused).toBe(heard);
        expect(Object.values(reasons).reduce((sum, many) => sum + many, 0)).toBe(refused);
        expect(decided).toBeLessThanOrEqual(heard);
      }),
      RUNS,
    );
  });
});

describe('days', () => {
  it('are those of the calendar, whatever the zone does with its clocks', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...ZONES),
        fc.nat(365 * DAY),
        fc.integer({ min: 1, max: 60 * DAY }),
        (zone, from, long) => {
          const span = { since: epochMs(BEGIN + from), until: epochMs(BEGIN + from + long) };
          const grid = gridFor(span, [zone]);
          const at = span.since + Math.floor(long / 2);
          const slot = Math.floor((at + grid.offsetMs) / grid.sizeMs);
          const local = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short' }).format(at);
          expect(dateOfSlot(slot, grid, zone)).toBe(local);
          expect(datesOf(span, zone)).toContain(local);
        },
      ),
      RUNS,
    );
  });

  it('are whole ones where no clock is changed, so that there are few slots', () => {
    const span = { since: epochMs(BEGIN), until: epochMs(BEGIN + 30 * DAY) };
    expect(gridFor(span, ['Asia/Taipei'])).toEqual({ sizeMs: DAY, offsetMs: 8 * 3_600_000 });
    expect(gridFor(span, ['Asia/Taipei', 'Asia/Tokyo'])).toEqual(quarter);
  });

  it('are asked for as people speak of them', () => {
    const now = epochMs(Date.parse('2026-12-15T04:00:00Z'));
    const told = (asked: Parameters<typeof spanOf>[0]) => {
      const { since, until } = spanOf(asked, now, 'Asia/Taipei');
      return [since, until].map((at) => new Date(at).toISOString().slice(0, 16));
    };
    expect(told({ since: '1d' })).toEqual(['2026-12-14T16:00', '2026-12-15T16:00']);
    expect(told({ since: '2w' })).toEqual(['2026-12-01T16:00', '2026-12-15T16:00']);
    expect(told({ since: '12h' })).toEqual(['2026-12-14T16:00', '2026-12-15T04:00']);
    expect(told({ since: '2026-12-01', until: '2026-12-02' })).toEqual(['2026-11-30T16:00', '2026-12-02T16:00']);
    expect(() => told({ since: '2027-01-01', until: '2026-12-02' })).toThrow(/ends before/);
  });
});

describe('an uplift', () => {
  const arm = fc
    .integer({ min: 1, max: 5_000 })
    .chain((members) => fc.record({ members: fc.constant(members), buyers: fc.nat(members) }));

  it('lies within its interval, and the interval within what is possible', () => {
    fc.assert(
      fc.property(arm, arm, (treated, control) => {
        const { value, low, high } = differenceOfShares(treated, control);
        expect(low).toBeGreaterThanOrEqual(-1);
        expect(high).toBeLessThanOrEqual(1);
        expect(low).toBeLessThanOrEqual(value + 1e-12);
        expect(high).toBeGreaterThanOrEqual(value - 1e-12);
        const turned = differenceOfShares(control, treated);
        expect(turned.low).toBeCloseTo(-high, 12);
      }),
      RUNS,
    );
  });

  it('has the intervals of the books', () => {
    // Newcombe 1998, tables I and II: 81 of 263; 56 of 70 against 48 of 80.
    const share = wilson(81, 263);
    expect([share.low, share.high].map((limit) => limit.toFixed(4))).toEqual(['0.2553', '0.3662']);
    const { low, high } = differenceOfShares({ members: 70, buyers: 56 }, { members: 80, buyers: 48 });
    expect([low, high].map((limit) => limit.toFixed(4))).toEqual(['0.0524', '0.3339']);
  });

  it('covers the truth about as often as it says', () => {
    let seed = 7;
    const chance = (): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return seed / 2_147_483_648;
    };
    const drawn = (members: number, share: number): number =>
      Array.from({ length: members }, chance).filter((value) => value < share).length;
    let covered = 0;
    for (let round = 0; round < 400; round += 1) {
      const { low, high } = differenceOfShares(
        { members: 150, buyers: drawn(150, 0.2) },
        { members: 60, buyers: drawn(60, 0.1) },
      );
      if (low <= 0.1 && 0.1 <= high) covered += 1;
    }
    expect(covered / 400).toBeGreaterThan(0.92);
    expect(covered / 400).toBeLessThan(0.99);
  });

  const group = (members: number, buyers: number, spent: Arm['spent'] = {}): Arm => ({ members, buyers, spent });
  it.each([
    ['too_few', group(10, 10), group(10, 0)],
    ['too_few', group(500, 2), group(500, 1)],
    ['too_few', group(500, 2), group(0, 0)],
    ['chance', group(500, 50), group(500, 48)],
    ['more', group(500, 90), group(500, 48)],
    ['less', group(500, 20), group(500, 48)],
  ])('is %s', (verdict, treated, control) => {
    const told = upliftOf('tea', DAY, treated, control);
    expect(told.verdict).toBe(verdict);
    if (verdict === 'too_few') expect(told.wanted).toBeGreaterThanOrEqual(30);
  });

  it('adds no currency to another', () => {
    const spent = { TWD: { sum: 5_000, squares: 500_000 }, JPY: { sum: 900, squares: 90_000 } };
    const { revenuePerMember } = upliftOf('tea', DAY, group(50, 10, spent), group(50, 10));
    expect(Object.keys(revenuePerMember ?? {})).toEqual(['JPY', 'TWD']);
    // 10 of 50 spent 100 and 9 spent 10: the mean is 100 × 50 rows, by hand.
    expect(revenuePerMember?.['TWD']?.value).toBe(100);
  });
});

describe('the books', () => {
  const tie = (total: number, ...parts: ReturnType<typeof part>[]) => ({ code: 'events', total, parts });

  it('add up where the parts come to the total and nothing is broken', () => {
    expect(reconcile([tie(3, part('a', 1), part('b', 2, 'gap'))], []).addsUp).toBe(true);
    expect(reconcile([tie(4, part('a', 1), part('b', 2))], []).addsUp).toBe(false);
    expect(reconcile([tie(1, part('a', 1, 'broken'))], []).addsUp).toBe(false);
  });

  it('do not where a counter says something else than its rows', () => {
    const told = reconcile(
      [],
      [
        { key: 'x', counter: 1, rows: 2 },
        { key: 'y', counter: 3, rows: 3 },
      ],
    );
    expect(told).toMatchObject({ addsUp: false, countersLooked: 2, counters: [{ key: 'x' }] });
  });
});
