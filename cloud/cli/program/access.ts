import { type Command, Option } from 'commander';
import { ROLES } from '../../core/access.ts';
import type { AuditOptions } from '../commands/audit.ts';
import type { TokenCreateOptions } from '../commands/token.ts';
import type { RunCommand } from './run.ts';

/** `pharos login|logout|whoami|token|audit` */
export function addAccessCommands(program: Command, run: RunCommand): void {
  program
    .command('login')
    .description(
      'keep server and token for the commands that follow; asks for the token, or takes it from --token - or a file',
    )
    .action((_options, command: Command) =>
      run(command, async (shell) => (await import('../commands/login.ts')).login(shell)),
    );
  program
    .command('logout')
    .description('forget the login')
    .action((_options, command: Command) =>
      run(command, async (shell) => (await import('../commands/login.ts')).logout(shell)),
    );
  program
    .command('whoami')
    .description('as whom the server knows you')
    .action((_options, command: Command) =>
      run(command, async (shell) => (await import('../commands/login.ts')).whoami(shell)),
    );
  program
    .command('audit')
    .description('who changed what, when and why')
    .option('--campaign <id>', 'of one campaign only')
    .option('--since <age>', 'not older than this: 7d, 12h, or a date')
    .option('--limit <n>', 'how many', '200')
    .action((options: AuditOptions, command: Command) =>
      run(command, async (shell) => (await import('../commands/audit.ts')).audit(shell, options)),
    );
  addTokenCommands(program.command('token').description('tokens of people, shops and tills'), run);
}

function addTokenCommands(token: Command, run: RunCommand): void {
  token
    .command('create')
    .description('make a token; it is shown once')
    .addOption(new Option('--role <role>', 'what it may do').choices(ROLES).makeOptionMandatory())
    .requiredOption('--name <name>', 'who or what uses it; stands in the audit')
    .option('--store <id>', 'the store it belongs to, for the roles store and till')
    .option('--web-shop <id>', 'the web shop it belongs to, for the role till')
    .option('--why <text>', 'for the audit')
    .action((options: TokenCreateOptions, command: Command) =>
      run(command, async (shell) => (await import('../commands/token.ts')).tokenCreate(shell, options)),
    );
  token
    .command('list')
    .description('the tokens that work')
    .action((_options, command: Command) =>
      run(command, async (shell) => (await import('../commands/token.ts')).tokenList(shell)),
    );
  token
    .command('revoke')
    .description('have a token work no more')
    .argument('<token>', 'its id or name')
    .option('--why <text>', 'for the audit')
    .action((idOrName: string, options: { why?: string }, command: Command) =>
      run(command, async (shell) => (await import('../commands/token.ts')).tokenRevoke(shell, idOrName, options)),
    );
}
