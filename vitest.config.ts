import { defineConfig } from 'vitest/config';

// Tests sit beside the source and run side by side; whole-system runs live in scripts/e2e, use the built programs and
// want the machine for themselves.
// Several services at once, and what they do by the clock is judged: they fill the machine by themselves.
const ALONE = ['cloud/{storm,dispatchers}-journey.test.ts'];

export default defineConfig({
  test: {
    testTimeout: 15_000,
    hookTimeout: 30_000,
    pool: 'forks',
    reporters: process.env['CI'] ? ['default'] : ['dot'],
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
        test: { name: 'system', include: ['scripts/e2e/**/*.test.ts'], maxWorkers: 1, sequence: { groupOrder: 4 } },
      },
    ],
  },
});
