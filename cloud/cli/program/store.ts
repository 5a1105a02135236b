import type { Command } from 'commander';
import type { PosterOptions } from '../commands/store-poster.ts';
import type { RunCommand } from './run.ts';

/** `pharos store …` */
export function addStoreCommands(program: Command, run: RunCommand): void {
  const store = program.command('store').description('shops: hours, nodes, campaigns, and posters for their doors');
  store
    .command('list')
    .description('all stores, how their nodes are, how many campaigns run there')
    .action((_options, command: Command) =>
      run(command, async (shell) => (await import('../commands/store.ts')).storeList(shell)),
    );
  store
    .command('show')
    .description('one store: hours, zone, nodes, campaigns that run there and coupons it takes')
    .argument('<id>', 'store id')
    .action((id: string, _options, command: Command) =>
      run(command, async (shell) => (await import('../commands/store.ts')).storeShow(shell, id)),
    );
  store
    .command('poster')
    .description(
      'an A4 poster for each door, with a friend code that tells the doors apart; --lang: one language, else both',
    )
    .argument('<id>', 'store id')
    .option('--door <node|zone>', 'for this door only')
    .option('--out <file>', 'where to write it (poster-<id>.pdf)')
    .option('--html', 'as a page that any browser prints')
    .action((id: string, options: PosterOptions, command: Command) =>
      run(command, async (shell) => {
        const { lang } = command.optsWithGlobals<{ lang?: string }>();
        const asked = lang === undefined ? options : { ...options, lang };
        return (await import('../commands/store-poster.ts')).storePoster(shell, id, asked);
      }),
    );
}
