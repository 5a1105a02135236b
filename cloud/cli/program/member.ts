import type { Command } from 'commander';
import type { RunCommand } from './run.ts';

/** `pharos member …` */
export function addMemberCommands(program: Command, run: RunCommand): void {
  const member = program.command('member').description('members');
  member
    .command('list')
    .description('members, newest first')
    .action((_options, command: Command) =>
      run(command, async (shell) => (await import('../commands/member.ts')).memberList(shell)),
    );
  member
    .command('find')
    .description('the member behind a LINE user id')
    .requiredOption('--line-user <id>', 'LINE user id, U…')
    .action((options: { lineUser: string }, command: Command) =>
      run(command, async (shell) => (await import('../commands/member.ts')).memberFind(shell, options)),
    );
  member
    .command('link')
    .description('tie a tag to a member who agreed to it')
    .argument('<member>', 'member id')
    .requiredOption('--tag <uuid/major/minor>', 'the tag')
    .requiredOption('--wording <text>', 'what the person agreed to, word for word')
    .action((id: string, options: { tag: string; wording: string }, command: Command) =>
      run(command, async (shell) => (await import('../commands/member.ts')).memberLink(shell, id, options)),
    );
}
