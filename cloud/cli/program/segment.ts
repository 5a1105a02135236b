import type { Command } from 'commander';
import type { RunCommand } from './run.ts';

/** `pharos segment …` */
export function addSegmentCommands(program: Command, run: RunCommand): void {
  const segment = program.command('segment').description('who is meant: groups of members by what is known of them');
  segment
    .command('list')
    .description('segments, and the campaigns they reach')
    .action((_options, command: Command) =>
      run(command, async (shell) => (await import('../commands/segment.ts')).segmentList(shell)),
    );
  segment
    .command('preview')
    .description('how many a segment means now, and some of them')
    .argument('<segment>', 'id of a segment that was applied, or a file with one')
    .option('--sample <n>', 'how many to show (10)')
    .option('--time-zone <zone>', 'where days begin (that of the first store)')
    .action((asked: string, options: { sample?: string; timeZone?: string }, command: Command) =>
      run(command, async (shell) => (await import('../commands/segment.ts')).segmentPreview(shell, asked, options)),
    );
}
