import { relative } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

// Tests sit beside the source and run side by side; whole-system runs live in scripts/e2e and use the built programs.
// Several services at once, and what they do by the clock is judged: they fill the machine by themselves.
const ALONE = ['cloud/{storm,dispatchers}-journey.test.ts'];

/**
 * What takes longest is begun first, or the rest is done and a core idles until it ends. Vitest knows how long a file
 * took the last time, but not in a fresh checkout.
 */
const FIRST = [
  'scripts/e2e/kernel.test.ts',
  'scripts/e2e/two-daemons.test.ts',
  'scripts/e2e/transcript.test.ts',
  'scripts/e2e/street.test.ts',
  'scripts/e2e/air-faults.test.ts',
  'scripts/e2e/start-once.test.ts',
  'scripts/e2e/shadow.test.ts',
  'edge/uplink-faults.test.ts',
  'edge/broadcast.test.ts',
  'edge/radio-daemon.test.ts',
  'cloud/main.test.ts',
  'cloud/pages.test.ts',
  'cloud/sandbox/walks.test.ts',
  'cloud/cli/main.test.ts',
  'cloud/store/backup.test.ts',
  'cloud/ingest/exact.test.ts',
  'edge/store/power-cut.test.ts',
  'edge/walk-commands.test.ts',
  'scripts/lab/virtual-air.test.ts',
  'cloud/simulate/day.test.ts',
  'edge/uplink-daemon.test.ts',
  'cloud/lost-answers.test.ts',
  'edge/uplink-kill.test.ts',
  'cloud/asked-journey.test.ts',
  'cloud/line-journey.test.ts',
  'cloud/person-journey.test.ts',
  'cloud/broker/client.test.ts',
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const groupOf = ({ project }: TestSpecification): number => project.config.sequence.groupOrder;
    const placeOf = ({ moduleId }: TestSpecification): number => {
      const place = FIRST.indexOf(relative(import.meta.dirname, moduleId));
      return place === -1 ? FIRST.length : place;
    };
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => groupOf(a) - groupOf(b) || placeOf(a) - placeOf(b));
  }
}

export default defineConfig({
  test: {
    testTimeout: 15_000,
    hookTimeout: 30_000,
    pool: 'forks',
    setupFiles: ['scripts/lib/property-seed.ts'],
    reporters: process.env['CI'] ? ['default'] : ['dot'],
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        extends: true,
        test: {
          name: 'beside',
          include: ['{protocol,edge,cloud,scripts}/**/*.test.ts'],
          exclude: ['scripts/e2e/**', 'cloud/store/postgres.test.ts', ...ALONE],
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          // The same tests as beside, on the other database.
          name: 'postgres',
          include: ['cloud/{store,ingest}/**/*.test.ts', 'cloud/*-journey.test.ts', 'cloud/sign-up.test.ts'],
          exclude: ['cloud/store/{sqlite,vault,mint}.test.ts', ...ALONE],
          env: { PHAROS_TEST_DATABASE: 'postgres' },
          globalSetup: ['cloud/store/postgres-run.fixture.ts'],
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      { extends: true, test: { name: 'storm', include: ALONE, maxWorkers: 1, sequence: { groupOrder: 2 } } },
      {
        extends: true,
        test: {
          name: 'storm-postgres',
          include: ALONE,
          env: { PHAROS_TEST_DATABASE: 'postgres' },
          globalSetup: ['cloud/store/postgres-run.fixture.ts'],
          maxWorkers: 1,
          sequence: { groupOrder: 3 },
        },
      },
      {
        extends: true,
        test: {
          // They wait for most of their time, but for the virtual machine, which leaves them a core.
          name: 'system',
          include: ['scripts/e2e/**/*.test.ts'],
          maxWorkers: 3,
          sequence: { groupOrder: 4 },
        },
      },
    ],
  },
});
