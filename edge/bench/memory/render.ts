import type { DaemonMemory, MemoryFigures } from './measure.ts';

/** One screen for people. */
export function renderMemory({ seconds, speed, events, runs }: MemoryFigures): string {
  const title = `${Math.round((seconds * speed) / 60)} minutes of a busy door in ${seconds} s, ${events} events`;
  return [
    title,
    ...runs.flatMap(({ flags, radio, uplink }) => [
      flags.length === 0 ? 'no flags' : flags.join(' '),
      `  radio   ${words(radio)}`,
      `  uplink  ${words(uplink)}`,
    ]),
  ].join('\n');
}

const words = ({ rssMiB, floorMiB, timesFloor, growth }: DaemonMemory): string =>
  `${rssMiB} MiB, ${timesFloor} × the ${floorMiB} MiB of its floor; last third ÷ second ${growth}`;
