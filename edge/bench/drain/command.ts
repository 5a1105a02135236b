import { type Command, InvalidArgumentError } from 'commander';

interface Options {
  readonly events: number;
  readonly json?: boolean;
}

/** `bench drain`: how a long outage leaves the node once its broker is back. */
export function addDrainBench(bench: Command, { say }: { readonly say: (text: string) => void }): void {
  bench
    .command('drain')
    .description('how fast a full outbox leaves through a Mosquitto on this machine, and in how much memory')
    .option('--events <number>', 'events that wait', wholeUpTo(10_000_000), 1_000_000)
    .option('--json', 'as JSON')
    .action(async ({ events, json }: Options) => {
      const { measureDrain, renderDrain } = await import('./measure.ts');
      const figures = await measureDrain(events, say);
      process.stdout.write(`${json === true ? JSON.stringify(figures) : renderDrain(figures)}\n`);
      if (figures.lost > 0 || figures.doubled > 0) process.exitCode = 1;
    });
}

const wholeUpTo =
  (max: number) =>
  (text: string): number => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= 1 && value <= max) return value;
    throw new InvalidArgumentError(`It must be a whole number from 1 to ${max}.`);
  };
