import { Argument, type Command, Option } from 'commander';
import type { LogOptions } from '../commands/sandbox-log.ts';
import type { ScanOptions } from '../commands/sandbox-scan.ts';
import type { StoryOptions } from '../commands/sandbox-story.ts';
import type { WalkOptions } from '../commands/sandbox-walk.ts';
import type { FaultOptions } from '../sandbox/fault-request.ts';
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
    .command('scan')
    .description('somebody scans the code at a door, or taps a link, and becomes a friend')
    .argument('<url>', 'where it leads, such as http://127.0.0.1:8080/d/taipei-1-door')
    .option('--user <id>', 'who; without it somebody new')
    .option('--no-send', 'leaves the text that is typed for them unsent')
    .option('--wait <seconds>', 'how long to wait for an answer', '5')
    .action((url: string, options: ScanOptions, command: Command) =>
      run(command, async (shell) => (await import('../commands/sandbox-scan.ts')).sandboxScan(shell, url, options)),
    );
  sandbox
    .command('story')
    .description(
      'a whole story, told step by step: food-court, from the poster at one door to the till of another shop',
    )
    .addArgument(new Argument('<story>', 'which').choices(['food-court']))
    .option('--door <node>', 'whose poster is scanned', 'taipei-1-door')
    .option('--counter <store>', 'where the coupon is used', 'taipei-2')
    .option('--wait <seconds>', 'how long each step may take', '10')
    .action((_story: string, options: StoryOptions, command: Command) =>
      run(command, async (shell) => (await import('../commands/sandbox-story.ts')).sandboxStory(shell, options)),
    );
  sandbox
    .command('chat')
    .description('the chat as a person sees it')
    .argument('<user>', 'LINE user id, U…')
    .action((user: string, _options, command: Command) =>
      run(command, async (shell) => (await import('../commands/sandbox-chat.ts')).sandboxChat(shell, user)),
    );
  sandbox
    .command('fault')
    .description('plants trouble between LINE and the server; without arguments says what is planted')
    .argument('[where]', 'api, webhook, away or clear')
    .argument('[kind]', 'which, such as error_500, timeout_after or lose')
    .option('--times <count>', 'strikes so often and is gone')
    .option('--probability <chance>', 'strikes with this chance, 0 to 1')
    .option('--endpoint <name>', 'only this one, such as push')
    .option('--delay <seconds>', 'for slow and delay')
    .option('--for <seconds>', 'how long LINE is away')
    .option('--seed <number>', 'makes chances repeat themselves')
    .action((where: string | undefined, kind: string | undefined, options: FaultOptions, command: Command) =>
      run(command, async (shell) =>
        (await import('../commands/sandbox-fault.ts')).sandboxFault(shell, where, kind, options),
      ),
    );
  sandbox
    .command('log')
    .description('what LINE was asked and what it sent')
    .option('--user <id>', 'what concerned this person')
    .option('--retry-key <key>', 'calls with this key')
    .option('--endpoint <name>', 'calls of this endpoint, such as push')
    .option('--limit <count>', 'the last so many', '200')
    .action((options: LogOptions, command: Command) =>
      run(command, async (shell) => (await import('../commands/sandbox-log.ts')).sandboxLog(shell, options)),
    );
}
