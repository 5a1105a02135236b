import { type Command, InvalidArgumentError } from 'commander';
import type { Ratio } from './ingest.ts';

interface Options {
  readonly events: number;
  readonly rounds: number;
  readonly json?: boolean;
}

const say = (text: string): void => void process.stderr.write(`${text}\n`);

/** `bench ingest`, `bench decide`, `bench till`, `bench report` and `bench line`: figures of this machine, and ratios against what they are to be. */
export function addBench(program: Command): void {
  const bench = program.command('bench').description('measure this machine; every figure is taken beside its peers');
  common(bench.command('ingest'), 20_000)
    .description('events a second from nodes to the disk: nothing stored, stored, decided, and row by row')
    .option('--database <url>', 'measure PostgreSQL as well: postgres://… of a database that may be emptied')
    .action(async ({ json, database, ...options }: Options & { database?: string }) => {
      const { measureIngest } = await import('./ingest.ts');
      const figures = await measureIngest({ ...options, databaseUrl: database }, say);
      const lines = figures.databases.flatMap(({ database: name, eventsPerSecond, cpuMicrosPerEvent, ratios }) => [
        name,
        ...Object.entries(eventsPerSecond).map(
          ([side, rates]) =>
            `  ${side.padEnd(12)} ${spread(rates)} events/s, ${cpuOf(cpuMicrosPerEvent, side)} µs of processor each`,
        ),
        ...ratios.map((ratio) => `  ${told(ratio, 'at least')}`),
      ]);
      process.stdout.write(`${json === true ? JSON.stringify(figures) : lines.join('\n')}\n`);
    });
  common(bench.command('decide'), 10_000)
    .description('how the cost of a decision grows with campaigns elsewhere and with members')
    .option('--members <number>', 'the many members', whole, 1_000_000)
    .action(async ({ json, ...options }: Options & { members: number }) => {
      const { measureDecide } = await import('./decide.ts');
      const figures = await measureDecide(options, say);
      const lines = [
        ...figures.cells.map(
          ({ campaignsElsewhere, members, decisionsPerSecond }) =>
            `${campaignsElsewhere} campaigns elsewhere, ${members} members: ${spread(decisionsPerSecond)} decisions/s`,
        ),
        ...figures.ratios.map((ratio) => told(ratio, 'at most')),
      ];
      process.stdout.write(`${json === true ? JSON.stringify(figures) : lines.join('\n')}\n`);
    });
  common(bench.command('till'), 5_000)
    .description('coupons redeemed a second, beside a bare server with one synced insert a request')
    .option('--database <url>', 'measure PostgreSQL as well: postgres://… of a database that may be emptied')
    .action(async ({ json, database, ...options }: Options & { database?: string }) => {
      const { measureTill } = await import('./till.ts');
      const figures = await measureTill({ ...options, databaseUrl: database }, say);
      const lines = figures.databases.flatMap(({ database: name, ratios, ...of }) => [
        name,
        `  bare     ${spread(of.barePerSecond)}/s, p50 ${of.bare.p50Ms.toFixed(1)} ms, p99 ${of.bare.p99Ms.toFixed(1)} ms`,
        `  redeemed ${spread(of.redeemedPerSecond)}/s, p50 ${of.redeemed.p50Ms.toFixed(1)} ms, p99 ${of.redeemed.p99Ms.toFixed(1)} ms`,
        ...ratios.map((ratio) => `  ${told(ratio, 'at least')}`),
      ]);
      process.stdout.write(`${json === true ? JSON.stringify(figures) : lines.join('\n')}\n`);
    });
  common(bench.command('backtest'), 20_000)
    .description('how fast recorded events are judged again')
    .action(async ({ json, ...options }: Options) => {
      const { measureBacktest } = await import('./backtest.ts');
      const figures = await measureBacktest(options, say);
      const lines = [
        `${spread(figures.judgedPerSecond)} events × campaigns/s`,
        ...figures.ratios.map((ratio) => told(ratio, 'at least')),
      ];
      process.stdout.write(`${json === true ? JSON.stringify(figures) : lines.join('\n')}\n`);
    });
  common(bench.command('report'), 1_000_000)
    .description('how long reports take over a month of events, each decided about')
    .action(async ({ json, ...options }: Options) => {
      const { measureReport } = await import('./report.ts');
      const figures = await measureReport(options, say);
      const lines = Object.entries(figures.seconds).map(
        ([name, took]) => `${name.padEnd(20)} ${spread(took.map((seconds) => seconds * 1000))} ms`,
      );
      lines.push(...figures.ratios.map((ratio) => told(ratio, 'at most')));
      process.stdout.write(`${json === true ? JSON.stringify(figures) : lines.join('\n')}\n`);
    });
  common(bench.command('line'), 20_000)
    .description(
      'webhooks to the disk beside a bare server, calls out against what LINE allows, and from one to the other',
    )
    .option('--seconds <number>', 'how long to send', whole, 30)
    .option('--database <url>', 'measure PostgreSQL as well: postgres://… of a database that may be emptied')
    .action(async ({ json, database, ...options }: Options & { seconds: number; database?: string }) => {
      const { measureLine } = await import('./line.ts');
      const figures = await measureLine({ ...options, databaseUrl: database }, say);
      const side = (name: string, runs: readonly { perSecond: number; cpuMicros: number }[]): string =>
        `${name.padEnd(10)} ${spread(runs.map(({ perSecond }) => perSecond))} webhooks/s, ${spread(runs.map(({ cpuMicros }) => cpuMicros))} µs of processor each`;
      const lines = [
        side('bare', figures.bare),
        ...(figures.express.length === 0 ? [] : [side('express', figures.express)]),
        ...figures.databases.flatMap(({ database: name, durable, atLeast, atMost }) => [
          side(name, durable),
          ...atLeast.map((ratio) => `  ${told(ratio, 'at least')}`),
          ...atMost.map((ratio) => `  ${told(ratio, 'at most')}`),
        ]),
      ];
      process.stdout.write(`${json === true ? JSON.stringify(figures) : lines.join('\n')}\n`);
    });
  bench
    .command('cli')
    .description('how long the command line takes to answer, beside Node that does nothing')
    .option('--campaigns <number>', 'files to validate', whole, 200)
    .option('--rounds <number>', 'rounds of each', whole, 11)
    .option('--json', 'as JSON')
    .action(async ({ json, ...options }: { campaigns: number; rounds: number; json?: boolean }) => {
      const { measureCli } = await import('./cli.ts');
      const figures = measureCli(options);
      const { bareMs, helpMs, validateMs } = figures;
      const lines = [
        ...Object.entries({ 'node -e 0': bareMs, 'pharos --help': helpMs, 'pharos validate': validateMs }).map(
          ([name, took]) => `${name.padEnd(16)} ${spread(took)} ms`,
        ),
        ...figures.ratios.map((ratio) => told(ratio, 'at most')),
      ];
      process.stdout.write(`${json === true ? JSON.stringify(figures) : lines.join('\n')}\n`);
    });
}

const common = (command: Command, events: number): Command =>
  command
    .option('--events <number>', 'events of one round', whole, events)
    .option('--rounds <number>', 'rounds of each', whole, 3)
    .option('--json', 'as JSON');

const whole = (text: string): number => {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= 10_000_000) return value;
  throw new InvalidArgumentError('It must be a whole number from 1 to 10000000.');
};

const cpuOf = (all: Readonly<Record<string, number>>, side: string): string => (all[side] ?? 0).toFixed(0);

/** Median, and from least to most. */
function spread(rates: readonly number[]): string {
  const sorted = rates.map(Math.round).sort((a, b) => a - b);
  return `${sorted[Math.floor((sorted.length - 1) / 2)]} (${sorted[0]}–${sorted.at(-1)})`;
}

const told = ({ name, value, goal }: Ratio, bound: string): string => `${name}: ${value.toFixed(2)} (${bound} ${goal})`;
