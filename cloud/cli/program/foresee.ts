import type { Command } from 'commander';
import type { BacktestOptions } from '../commands/backtest.ts';
import type { PlanOptions } from '../commands/plan.ts';
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
