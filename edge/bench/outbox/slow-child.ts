import { type RoundsOptions, runRounds } from './rounds.ts';

/** `slow-child <folder> <options>`: the rounds, in a process whose syncs a preloaded library delays. */
const [, , folder = '', options = ''] = process.argv;
process.stdout.write(JSON.stringify(runRounds(folder, JSON.parse(options) as RoundsOptions)));
