import fc from 'fast-check';

/**
 * Properties are tried on the same cases in every run of the test command, so that a red one means what was changed.
 * Fresh cases: PHAROS_TEST_LONG=1, which prints the seed of what it finds; that seed again: PHAROS_TEST_SEED.
 */
const { PHAROS_TEST_LONG, PHAROS_TEST_SEED } = process.env;

if (PHAROS_TEST_SEED !== undefined) fc.configureGlobal({ seed: Number(PHAROS_TEST_SEED) });
else if (PHAROS_TEST_LONG !== '1') fc.configureGlobal({ seed: 20_261_122 });
