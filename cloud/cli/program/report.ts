import { type Command, Option } from 'commander';
import { REPORT_BY, REPORTS, type ReportKind } from '../../core/report/types.ts';
import type { ReportOptions } from '../commands/report.ts';
import type { TailOptions } from '../commands/tail.ts';
import type { RunCommand } from './run.ts';

const ABOUT: Readonly<Record<ReportKind, readonly [description: string, ids: string]>> = {
  campaign: ['what campaigns came to, from heard to redeemed, and what it cost and earned', 'campaign ids; none: all'],
  store: ['what happened at stores and their tills', 'stores or web shops; none: all'],
  beacon: ['what was heard at each beacon, and what came of it', 'nodes; none: all'],
};

/** `pharos report …`: figures, what they mean, and whether they agree; `pharos tail`: what goes on right now. */
export function addReportCommands(program: Command, run: RunCommand): void {
  const report = program
    .command('report')
    .description('what it came to: figures, what they mean, and whether they agree');
  for (const kind of REPORTS) {
    const [description, ids] = ABOUT[kind];
    spanned(report.command(kind))
      .description(description)
      .argument('[id...]', ids)
      .addOption(new Option('--by <what>', 'what the rows are').choices([...REPORT_BY[kind]]))
      .option('--csv', 'the rows for a spreadsheet, money in minor units')
      .option('--html <file>', 'a page with plots and definitions, to be printed or sent on')
      .option('--chart', 'small charts, also where this is no terminal')
      .option('--no-chart', 'no small charts')
      .option('--definitions', 'what each figure counts')
      .action((named: string[], options: ReportOptions, command: Command) =>
        run(command, async (shell) => (await import('../commands/report.ts')).report(shell, kind, named, options)),
      );
  }
  spanned(report.command('reconcile'))
    .description('whether events, decisions, messages, coupons and redemptions agree; exit 1 if not')
    .action((options: ReportOptions, command: Command) =>
      run(command, async (shell) => (await import('../commands/report.ts')).reportReconcile(shell, options)),
    );
  program
    .command('tail')
    .description('decisions as they are made, one a line, until it is stopped')
    .option('--campaign <id>', 'of one campaign only')
    .option('--store <id>', 'of one store only')
    .option('--limit <n>', 'end after so many')
    .action((options: TailOptions, command: Command) =>
      run(command, async (shell) => (await import('../commands/tail.ts')).tail(shell, options)),
    );
}

const spanned = (command: Command): Command =>
  command
    .option('--since <when>', 'an age (30d, 12h), or a local date; 30d')
    .option('--until <when>', 'the same; a date is inclusive');
