import { type Command, Option } from 'commander';
import type { WalkOptions } from '../commands/sandbox-walk.ts';
import type { RunCommand } from './run.ts';

/** `pharos sandbox …` */
export function addSandboxCommands(program: Command, run: RunCommand): void {
  const sandbox = program.command('sandbox').description('the LINE platform to try against');
  sandbox
    .command('walk')
    .description('somebody walks past the shop')
    .option('--user <id>', 'who; without it somebody new')
    .option('--stranger', 'somebody new who is no friend of the account')
    .addOption(new Option('--os <os>', 'somebody new with this phone').choices(['ios', 'android']))
    .option('--card <uuid/major/minor>', 'carries a tag')
    .option('--replay <hex>', 'a rogue beacon repeats this advert')
    .option('--from <metres>', 'where the way begins')
    .option('--to <metres>', 'how near it comes to the door')
    .option('--speed <factor>', 'walks this many times faster')
    .option('--wait <seconds>', 'how long to wait for a message', '5')
    .action((options: WalkOptions, command: Command) =>
      run(command, async (shell) => (await import('../commands/sandbox-walk.ts')).sandboxWalk(shell, options)),
    );
  sandbox
    .command('say')
    .description('somebody writes to the account')
    .argument('<user>', 'LINE user id, U…')
    .argument('<text>', 'what they write')
    .option('--wait <seconds>', 'how long to wait for an answer', '5')
    .action((user: string, text: string, options: { wait: string }, command: Command) =>
      run(command, async (shell) =>
        (await import('../commands/sandbox-say.ts')).sandboxSay(shell, user, text, options),
      ),
    );
  sandbox
    .command('chat')
    .description('the chat as a person sees it')
    .argument('<user>', 'LINE user id, U…')
    .action((user: string, _options, command: Command) =>
      run(command, async (shell) => (await import('../commands/sandbox-chat.ts')).sandboxChat(shell, user)),
    );
}
