import { type Command, InvalidArgumentError } from 'commander';

interface Options {
  readonly seconds: number;
  readonly json?: boolean;
}

/** `bench memory`: what the two daemons of a node hold, beside a Node.js that only loads what they load. */
export function addMemoryBench(bench: Command, { say }: { readonly say: (text: string) => void }): void {
  bench
    .command('memory')
    .description('memory of radio and uplink over hours of a busy door, played sixty times as fast')
    .option('--seconds <number>', 'how long to play', seconds, 60)
    .option('--json', 'as JSON')
    .action(async (options: Options) => {
      const { measureMemory } = await import('./measure.ts');
      const { renderMemory } = await import('./render.ts');
      const figures = await measureMemory(options.seconds, say);
      process.stdout.write(`${options.json === true ? JSON.stringify(figures) : renderMemory(figures)}\n`);
    });
}

function seconds(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 6 && value <= 86_400) return value;
  throw new InvalidArgumentError('It must be a whole number from 6 to 86400.');
}
