import { type Command, InvalidArgumentError } from 'commander';

interface Options {
  readonly reports: number;
  readonly addresses: number;
  readonly json?: boolean;
}

/** `bench adverts`: how fast HCI bytes become presence on this machine, beside other ways of reading them. */
export function addAdvertsBench(bench: Command, { say }: { readonly say: (text: string) => void }): void {
  bench
    .command('adverts')
    .description('how many advertising reports a second become presence, beside other ways of reading them')
    .option('--reports <number>', 'reports to feed', wholeUpTo(5_000_000), 5_000_000)
    .option('--addresses <number>', 'different random addresses they come from', wholeUpTo(1_000_000), 1_000_000)
    .option('--json', 'as JSON')
    .action(async ({ json, ...options }: Options) => {
      const { measureAdverts } = await import('./measure.ts');
      const { renderAdverts } = await import('./render.ts');
      const figures = await measureAdverts(options, say);
      process.stdout.write(`${json === true ? JSON.stringify(figures) : renderAdverts(figures)}\n`);
    });
}

const wholeUpTo =
  (max: number) =>
  (text: string): number => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= 1 && value <= max) return value;
    throw new InvalidArgumentError(`It must be a whole number from 1 to ${max}.`);
  };
