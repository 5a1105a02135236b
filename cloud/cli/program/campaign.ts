import type { Command } from 'commander';
import type { ApplyOptions } from '../commands/apply.ts';
import type { LifeOptions } from '../commands/campaign-life.ts';
import type { RunCommand } from './run.ts';

const LIFE = {
  pause: 'have a campaign give nothing until it is resumed',
  resume: 'go on with a paused campaign',
  end: 'end a campaign for good; its coupons stay valid',
  rollback: 'have a campaign say again what an older version said',
} as const;

/** `pharos apply`, `pharos campaign …` and what happens to a campaign afterwards. */
export function addCampaignCommands(program: Command, run: RunCommand): void {
  program
    .command('apply')
    .description('make the server say what the manifests say, all of them or none')
    .argument('<path>', 'a YAML file, or a folder of them')
    .option('--dry-run', 'ask the server what would become of each, and change nothing')
    .option('--expect <campaign=version>', 'only if the campaign is at this version (0: not there yet)', several)
    .option('--owner <name>', 'whose documents these are, e.g. the name of the team or folder')
    .option('--prune', 'end or remove what this owner applied before and is no longer here')
    .option('--yes', 'prune: really')
    .option('--why <text>', 'for the audit')
    .action((path: string, options: ApplyOptions, command: Command) =>
      run(command, async (shell) => (await import('../commands/apply.ts')).apply(shell, path, options)),
    );
  const campaign = program.command('campaign').description('campaigns, and how far they are');
  campaign
    .command('list')
    .description('all campaigns: state, version, window, given, left of the stock, last change')
    .action((_options, command: Command) =>
      run(command, async (shell) => (await import('../commands/campaign.ts')).campaignList(shell)),
    );
  campaign
    .command('show')
    .description('one campaign with its versions')
    .argument('<campaign>', 'campaign id')
    .action((id: string, _options, command: Command) =>
      run(command, async (shell) => (await import('../commands/campaign.ts')).campaignShow(shell, id)),
    );
  for (const [name, description] of Object.entries(LIFE) as [keyof typeof LIFE, string][]) {
    const life = program
      .command(name)
      .description(description)
      .argument('<campaign>', 'campaign id')
      .requiredOption('--why <text>', 'for the audit')
      .option('--expect <version>', 'only if the campaign is at this version');
    if (name === 'rollback') life.option('--to-version <n>', 'which one; without it the one before');
    life.action((id: string, options: LifeOptions, command: Command) =>
      run(command, async (shell) =>
        (await import('../commands/campaign-life.ts')).campaignLife(shell, name, id, options),
      ),
    );
  }
}

/** An option that may stand there several times. */
const several = (text: string, before: readonly string[] = []): readonly string[] => [...before, text];
