import type { Command } from 'commander';
import type { NodeAddOptions } from '../commands/node-add.ts';
import type { NodeBrokerFilesOptions } from '../commands/node-broker-files.ts';
import type { NodeCommandOptions } from '../commands/node-command.ts';
import type { NodeConfigOptions } from '../commands/node-config.ts';
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
    .option('--why <text>', 'for the audit')
    .action((id: string, options: NodeAddOptions, command: Command) =>
      run(command, async (shell) => (await import('../commands/node-add.ts')).nodeAdd(shell, id, options)),
    );
  node
    .command('list')
    .description('all nodes and how they are')
    .action((_options, command: Command) =>
      run(command, async (shell) => (await import('../commands/node-list.ts')).nodeList(shell)),
    );
  node
    .command('show')
    .description('one node: how it is, what is wanted of it, what it was told')
    .argument('<id>', 'node id')
    .action((id: string, _options, command: Command) =>
      run(command, async (shell) => (await import('../commands/node-show.ts')).nodeShow(shell, id)),
    );
  node
    .command('config')
    .description('what is wanted of a node and what is in effect; with --set or --file, want something else')
    .argument('<id>', 'node id')
    .option('--set <key=value...>', 'change these; an empty value leaves the key to the node')
    .option('--file <file>', 'the whole configuration as YAML or JSON')
    .option('--why <text>', 'for the audit')
    .option('--wait [seconds]', 'until the node has answered (60)')
    .action((id: string, options: NodeConfigOptions, command: Command) =>
      run(command, async (shell) => (await import('../commands/node-config.ts')).nodeConfig(shell, id, options)),
    );
  node
    .command('command')
    .description('have a node do something: identify, snapshot, restart or erase')
    .argument('<id>', 'node id')
    .argument('<command>', 'identify, snapshot, restart or erase')
    .option('--wait [seconds]', 'until the node has answered (60)')
    .option('--seconds <n>', 'identify: how long to blink')
    .option('--tag <uuid/major/minor...>', 'erase: forget these tags; without it the node forgets everything')
    .option('--yes', 'erase: really')
    .option('--why <text>', 'for the audit')
    .action((id: string, name: string, options: NodeCommandOptions, command: Command) =>
      run(command, async (shell) =>
        (await import('../commands/node-command.ts')).nodeCommand(shell, id, name, options),
      ),
    );
  node
    .command('broker-files')
    .description('write the users and rights of all nodes for a broker of your own, Mosquitto or EMQX')
    .requiredOption('--out <folder>', 'where to write them')
    .option('--format <format>', 'mosquitto or emqx', 'mosquitto')
    .action((options: NodeBrokerFilesOptions, command: Command) =>
      run(command, async (shell) => (await import('../commands/node-broker-files.ts')).nodeBrokerFiles(shell, options)),
    );
}
