import type { Command } from 'commander';
import type { NodeAddOptions } from '../commands/node-add.ts';
import type { RunCommand } from './run.ts';

/** `pharos node …` */
export function addNodeCommands(program: Command, run: RunCommand): void {
  const node = program.command('node').description('nodes in the shops');
  node
    .command('add')
    .description('register a node and make its bundle for pharos-edge enroll')
    .argument('<id>', 'node id, e.g. taipei-1-door')
    .requiredOption('--store <id>', 'store it stands in')
    .requiredOption('--out <file>', 'where to write the bundle; it holds secrets')
    .option('--zone <zone>', 'place in the store (entrance)')
    .option('--hwid <hwid>', 'hardware id LINE issued; needed for a new node')
    .option('--index <n>', 'tells doors apart that share a HWID; assigned when absent')
    .option('--tag-namespace <uuid...>', 'proximity UUIDs of your tags')
    .option('--rotate', 'make new credentials; the present ones stop working')
    .option('--force', 'overwrite the file')
    .action((id: string, options: NodeAddOptions, command: Command) =>
      run(command, async (shell) => (await import('../commands/node-add.ts')).nodeAdd(shell, id, options)),
    );
  node
    .command('list')
    .description('all nodes and how they are')
    .action((_options, command: Command) =>
      run(command, async (shell) => (await import('../commands/node-list.ts')).nodeList(shell)),
    );
}
