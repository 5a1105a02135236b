import type { Command } from 'commander';

/** `bench outbox`: how fast events become durable on this machine, beside SQLite without us. */
export function addOutboxBench(bench: Command, { say }: { readonly say: (text: string) => void }): void {
  bench
    .command('outbox')
    .description('how fast events become durable, beside bare SQLite, on this disk and on one that takes 10 ms longer')
    .option('--json', 'as JSON')
    .action(async ({ json }: { readonly json?: boolean }) => {
      const { measureOutbox, FULL_SIZE } = await import('./measure.ts');
      const { renderOutbox } = await import('./render.ts');
      const figures = await measureOutbox(FULL_SIZE, say);
      process.stdout.write(`${json === true ? JSON.stringify(figures) : renderOutbox(figures)}\n`);
    });
}
