import type { Command } from 'commander';

/** `bench presence`: our presence rule beside those of four other projects, on recordings with the truth in them. */
export function addPresenceBench(bench: Command, { say }: { readonly say: (text: string) => void }): void {
  bench
    .command('presence')
    .description('judge presence on labelled recordings, beside the rules of four other projects')
    .requiredOption('--data <folder>', 'tables of receivers (*.csv) with a Label column')
    .option('--json', 'as JSON')
    .action(async ({ data, json }: { readonly data: string; readonly json?: boolean }) => {
      const { readTakes } = await import('./takes.ts');
      const { comparePresence, renderComparison } = await import('./compare.ts');
      const { PRESENCE_POLICY } = await import('../../core/thresholds.ts');
      const takes = readTakes(data);
      if (!takes.ok) {
        say(takes.reject.detail);
        process.exitCode = takes.reject.code.startsWith('data-') ? 3 : 1;
        return;
      }
      const comparison = comparePresence(takes.value, PRESENCE_POLICY);
      process.stdout.write(`${json === true ? JSON.stringify(comparison) : renderComparison(comparison)}\n`);
    });
}
