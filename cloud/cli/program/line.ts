import type { Command } from 'commander';
import type { RunCommand } from './run.ts';

/** `pharos line …` */
export function addLineCommands(program: Command, run: RunCommand): void {
  program
    .command('line')
    .description('the LINE Official Account behind the service')
    .command('connect')
    .description('check the token, set and test the webhook, read the month’s quota')
    .option('--webhook <url>', 'address LINE shall call, ending in /line/webhook (default: from PHAROS_PUBLIC_URL)')
    .option('--dry-run', 'set nothing, only look')
    .action((options: { webhook?: string; dryRun?: boolean }, command: Command) =>
      run(command, async (shell) => (await import('../commands/line-connect.ts')).lineConnect(shell, options)),
    );
}
