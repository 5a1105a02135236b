import type { Command } from 'commander';
import type { CampaignNewOptions } from '../commands/campaign-new.ts';
import type { SchemaOptions } from '../commands/schema.ts';
import type { RunCommand } from './run.ts';

/** `pharos init`, `pharos campaign …` and `pharos schema`: files to begin with, and help to write them. Offline. */
export function addManifestCommands(program: Command, run: RunCommand): void {
  program
    .command('init')
    .description('make a folder with shops, a node and five campaigns to begin with')
    .argument('[folder]', 'where (.)')
    .option('--force', 'write over files of these names; others are never touched')
    .action((folder: string | undefined, options: { force?: boolean }, command: Command) =>
      run(command, async (shell) => (await import('../commands/init.ts')).init(shell, folder ?? '.', options)),
    );
  const campaign = program.commands.find((command) => command.name() === 'campaign') ?? program.command('campaign');
  campaign
    .command('new')
    .description('write one campaign and its messages')
    .argument('<id>', 'what it is to be called, e.g. spring-tea')
    .requiredOption('--template <name>', 'what to begin with; pharos campaign templates lists them')
    .option('--store <id...>', 'stores that give it out (main-shop)')
    .option('--redeem-at <id...>', 'stores that take it (those of --store)')
    .option('--folder <folder>', 'folder with your files', '.')
    .option('--force', 'write over files of these names')
    .action((id: string, options: CampaignNewOptions, command: Command) =>
      run(command, async (shell) => (await import('../commands/campaign-new.ts')).campaignNew(shell, id, options)),
    );
  campaign
    .command('templates')
    .description('what there is to begin with')
    .action((_options, command: Command) =>
      run(command, async (shell) => (await import('../commands/campaign-new.ts')).campaignTemplates(shell)),
    );
  program
    .command('schema')
    .description('the JSON Schema of the files, for editors')
    .argument('[kind]', 'Campaign, Store, Node, …; absent: all of them')
    .option('--out <file>', 'write it there')
    .option('--keys', 'a list of the keys with type, default and meaning instead')
    .action((kind: string | undefined, options: SchemaOptions, command: Command) =>
      run(command, async (shell) => (await import('../commands/schema.ts')).schema(shell, kind, options)),
    );
}
