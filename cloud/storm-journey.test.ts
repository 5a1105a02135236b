import { expect, it } from 'vitest';
import { storm } from './storm.fixture.ts';
import type { Sabotage } from './storm-probe.fixture.ts';

const LONG = process.env['PHAROS_TEST_LONG'] !== undefined;
const SEED = Number(process.env['PHAROS_TEST_SEED'] ?? 20_261_215);
const KILLS = Number(process.env['PHAROS_TEST_KILLS'] ?? (LONG ? 200 : 10));
/** A busy machine gets fewer strokes of the sample, not a longer test. */
const SAMPLE = { fewest: 3, withinMs: 9_000 };
const ALL = { fewest: KILLS, withinMs: 0 };
/** Five of six strokes are aimed into something; chance may have its way with a handful of them. */
const SHARE_WITHIN = LONG ? 0.8 : 0.5;

const weather = { seed: SEED, kills: KILLS, ...(LONG ? ALL : SAMPLE) };

it(`every right is delivered once, whatever is killed in the middle of what (PHAROS_TEST_SEED=${SEED})`, {
  timeout: 100_000 + KILLS * 3_000,
}, async () => {
  const { complaints, struck, seen, wrongs } = await storm(weather);
  expect(complaints, wrongs.slice(-5).join('\n')).toEqual([]);
  const count = (places: readonly (readonly [string, number])[]) => places.reduce((sum, [, times]) => sum + times, 0);
  const within = struck.filter(([place]) => place.startsWith('in '));
  expect(count(within), JSON.stringify(struck)).toBeGreaterThanOrEqual(Math.floor(SHARE_WITHIN * count(struck)));
  expect(seen.pushes).toBeGreaterThan(5);
  expect(seen.replies).toBeGreaterThan(5);
  expect(seen.deliveries['accepted']).toBeGreaterThan(seen.unknown);
});

// The judge is worth what it notices.
it.runIf(LONG).each<Sabotage>(['new-keys', 'forgets-answers'])(
  'and with %s it is noticed',
  { timeout: 120_000 },
  async (sabotage) => {
    const { complaints, seen } = await storm({ ...weather, kills: 10, ...SAMPLE, sabotage });
    expect(complaints.length + Math.max(0, seen.unknown - (seen.deliveries['accepted'] ?? 0))).toBeGreaterThan(0);
  },
);
