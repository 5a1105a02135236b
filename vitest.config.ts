import { defineConfig } from 'vitest/config';

// Unit and contract tests sit beside the source; whole-system runs live in scripts/e2e and use the built daemons.
export default defineConfig({
  test: {
    include: ['{protocol,edge,cloud,scripts}/**/*.test.ts'],
    testTimeout: 15_000,
    hookTimeout: 30_000,
    pool: 'forks',
    reporters: process.env['CI'] ? ['default'] : ['dot'],
  },
});
