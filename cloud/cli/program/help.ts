import type { Command } from 'commander';
import type { RunCommand } from './run.ts';

/** `pharos help [topic or command]` */
export function addHelpCommand(program: Command, run: RunCommand): void {
  program.helpCommand(false);
  program
    .command('help')
    .description('help about a command or a topic; without either, what there is')
    .argument('[words...]', 'a command, or a topic such as getting-started')
    .action((words: string[], _options, command: Command) => {
      const about = commandOf(program, words);
      // Commander writes the help of a command where it writes all its output.
      if (about !== undefined && words.length > 0) return about.outputHelp();
      return run(command, async (shell) => {
        if (words.length === 0) return (await import('./overview.ts')).tellOverview(shell);
        const [topic = ''] = words;
        const commands = program.commands.map((child) => child.name());
        return (await import('../commands/help.ts')).helpTopic(shell, topic, commands);
      });
    });
}

function commandOf(program: Command, words: readonly string[]): Command | undefined {
  return words.reduce<Command | undefined>(
    (parent, word) => parent?.commands.find((child) => child.name() === word),
    program,
  );
}
