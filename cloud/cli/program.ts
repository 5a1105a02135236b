import { Command, Option } from 'commander';
import { productVersion } from '../version.ts';
import type { CommandWords } from './commands/completion.ts';
import type { ValidateOptions } from './commands/validate.ts';
import { EXIT, type ExitCode } from './failure.ts';
import { addAccessCommands } from './program/access.ts';
import { addCampaignCommands } from './program/campaign.ts';
import { addCouponCommands } from './program/coupon.ts';
import { addForesightCommands } from './program/foresee.ts';
import { addFrameCommands } from './program/frame.ts';
import { addHelpCommand } from './program/help.ts';
import { addLineCommands } from './program/line.ts';
import { addManifestCommands } from './program/manifests.ts';
import { addMemberCommands } from './program/member.ts';
import { addNodeCommands } from './program/node.ts';
import { overviewText } from './program/overview.ts';
import { addReportCommands } from './program/report.ts';
import type { RunCommand } from './program/run.ts';
import { addSandboxCommands } from './program/sandbox.ts';
import { addSegmentCommands } from './program/segment.ts';
import { addStoreCommands } from './program/store.ts';
import { createShell, type GlobalOptions, type Terminal } from './shell.ts';

/**
 * The command tree. Each action loads its own file, so that `--help` and a typing mistake answer at once. The exit code
 * of what ran comes through `onExit`; commander's own complaints are thrown as `CommanderError` and not yet told.
 */
export function buildProgram(terminal: Terminal, onExit: (code: ExitCode) => void): Command {
  const run: RunCommand = async (command, work) =>
    onExit((await work(createShell(terminal, command.optsWithGlobals<GlobalOptions>()))) ?? EXIT.done);

  const program = new Command('pharos')
    .description('Offers to the people who pass your shops: campaigns as files, coupons through LINE.')
    .version(productVersion())
    .addOption(new Option('--server <url>', 'the server (PHAROS_SERVER, http://127.0.0.1:8080)'))
    .addOption(new Option('--token <token>', 'bearer token (PHAROS_TOKEN, or the file PHAROS_TOKEN_FILE)'))
    .addOption(new Option('--json', 'data as JSON'))
    .addOption(new Option('--lang <language>', 'en or zh-TW (LANG)').choices(['en', 'zh-TW', 'zh']))
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.talk, outputError: () => {} })
    .exitOverride();
  program.helpInformation = () => overviewText(createShell(terminal, program.opts<GlobalOptions>()).language);

  program
    .command('validate')
    .description('check manifests without a server')
    .argument('[path...]', 'YAML files, or folders of them (.)')
    .option('--strict', 'warnings fail as well')
    .option('--members <n>', 'how many people a campaign is meant to reach, to compare its stock with')
    .addOption(new Option('--format <format>', 'how findings are printed').choices(['text', 'json']))
    .option('--explain <rule>', 'what a rule is about, instead of checking files')
    .action((paths: string[], options: ValidateOptions & { explain?: string }, command: Command) =>
      run(command, async (shell) => {
        if (options.explain === undefined)
          return (await import('./commands/validate.ts')).validate(shell, paths, options);
        return (await import('./commands/explain-rule.ts')).explainRule(shell, options.explain);
      }),
    );
  addCampaignCommands(program, run);
  addForesightCommands(program, run);
  addReportCommands(program, run);
  addManifestCommands(program, run);
  program
    .command('explain')
    .description('why somebody got a message or did not')
    .argument(
      '<id>',
      'event, coupon, coupon code, decision, delivery, redemption or member; or a LINE user id, phone or e-mail',
    )
    .option('--time-zone <zone>', 'tell times in this zone, e.g. Asia/Taipei')
    .action((id: string, options: { timeZone?: string }, command: Command) =>
      run(command, async (shell) => (await import('./commands/explain.ts')).explain(shell, id, options)),
    );
  program
    .command('events')
    .description('what was heard last')
    .option('--limit <n>', 'how many', '50')
    .option('--member <id>', 'of one member only')
    .action((options: { limit?: string; member?: string }, command: Command) =>
      run(command, async (shell) => (await import('./commands/events.ts')).events(shell, options)),
    );
  program
    .command('alerts')
    .description('frames that look copied, forged or foreign, with the evidence')
    .option('--limit <n>', 'how many', '50')
    .action((options: { limit?: string }, command: Command) =>
      run(command, async (shell) => (await import('./commands/alerts.ts')).alerts(shell, options)),
    );
  addAccessCommands(program, run);
  addNodeCommands(program, run);
  addStoreCommands(program, run);
  addMemberCommands(program, run);
  addSegmentCommands(program, run);
  addLineCommands(program, run);
  addCouponCommands(program, run);
  addFrameCommands(program, run);
  addSandboxCommands(program, run);
  addHelpCommand(program, run);
  program
    .command('completion')
    .description('a completion script for your shell')
    .argument('<shell>', 'bash, zsh or fish')
    .action((kind: string, _options, command: Command) =>
      run(command, async (shell) =>
        (await import('./commands/completion.ts')).completion(shell, kind, wordsOf(program, 'pharos')),
      ),
    );
  return program;
}

/** What may follow each command, for completion. */
function wordsOf(command: Command, path: string): CommandWords[] {
  const help = command.createHelp();
  const options = [...help.visibleOptions(command), ...help.visibleGlobalOptions(command)];
  const children = command.commands.map((child) => ({ word: child.name(), help: child.description() }));
  const flags = options.flatMap(({ long, description }) => (long == null ? [] : [{ word: long, help: description }]));
  const below = command.commands.flatMap((child) => wordsOf(child, `${path} ${child.name()}`));
  return [{ path, words: [...children, ...flags] }, ...below];
}
