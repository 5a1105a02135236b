import type { Command } from 'commander';
import type { BacktestOptions } from '../commands/backtest.ts';
import type { PlanOptions } from '../commands/plan.ts';
import type { PreviewOptions } from '../commands/preview.ts';
import type { SimulateOptions } from '../commands/simulate.ts';
import type { RunCommand } from './run.ts';

/** Commands that tell what a campaign would come to. */
export function addForesightCommands(program: Command, run: RunCommand): void {
  program
    .command('plan')
    .description('what applying these files would change, whom it would reach and what it costs')
    .argument('[path]', 'a YAML file, or a folder of them', '.')
    .option('--since <time>', 'how far back recorded events are judged again: 30d, 12h or a date', '30d')
    .option('--expect <version...>', 'CAMPAIGN=VERSION the change was made from')
    .option('--owner <name>', 'under whose name the files are applied')
    .option('--prune', 'also what that owner applied before and is gone from the files')
    .option('--time-zone <zone>', 'tell times in this zone, e.g. Asia/Taipei')
    .action((path: string, options: PlanOptions, command: Command) =>
      run(command, async (shell) => (await import('../commands/plan.ts')).plan(shell, path, options)),
    );
  program
    .command('preview')
    .description('what one person would get at one moment, and why; nothing is sent')
    .argument('<campaign>', 'id of a campaign, or a file or folder that need not be applied')
    .option('--campaign <id>', 'which, where a folder has several')
    .option('--as <who>', 'id of a member; sample: somebody the campaign means', 'sample')
    .option('--at <time>', 'when, e.g. 2026-12-24T18:30 (now)')
    .option('--store <id>', 'at which store')
    .option('--node <id>', 'at which node')
    .option('--trigger <kind>', 'enter, dwell, exit, follow, keyword or schedule (the first it waits for)')
    .option('--phrase <text>', 'what is typed')
    .option('--locale <locale>', "language of the message, e.g. en (the shop's)")
    .option('--time-zone <zone>', "whose clock --at means, and tells times (the shop's)")
    .option('--html <file>', 'write it as a page that looks like the chat')
    .option('--open', 'and show that in a browser')
    .action((campaign: string, options: PreviewOptions, command: Command) =>
      run(command, async (shell) => (await import('../commands/preview.ts')).preview(shell, campaign, options)),
    );
  program
    .command('simulate')
    .description('a made-up day of passers-by, by a service and a LINE platform of its own; the same for the same seed')
    .argument('[path]', 'a YAML file, or a folder of them', '.')
    .option('--seed <n>', 'another number, another day', '7')
    .option('--people <n>', 'how many pass by', '200')
    .option('--date <date>', 'which day, e.g. 2026-12-24 (today, or the first day a campaign runs)')
    .option('--quota <n>', 'messages LINE lets the account push that month (no limit)')
    .option('--keep', 'keep what the service wrote down, and say how to look at it')
    .action((path: string, options: SimulateOptions, command: Command) =>
      run(command, async (shell) => (await import('../commands/simulate.ts')).simulate(shell, path, options)),
    );
  program
    .command('backtest')
    .description('judge recorded events again, as if the campaigns in these files had run')
    .argument('[path]', 'a YAML file, or a folder of them; absent: by the campaigns there were')
    .option('--since <time>', 'from when: 30d, 12h or a date', '30d')
    .option('--until <time>', 'until when (now)')
    .option('--time-zone <zone>', 'tell times in this zone, e.g. Asia/Taipei')
    .action((path: string | undefined, options: BacktestOptions, command: Command) =>
      run(command, async (shell) => (await import('../commands/backtest.ts')).backtest(shell, path, options)),
    );
}
