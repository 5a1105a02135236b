import type { Command, CommanderError } from 'commander';
import { own } from '../../protocol/own.ts';
import { EXIT, Failure } from './failure.ts';
import type { Language } from './language.ts';

/** Commander's complaints by their code; ours are API and have words in 繁體中文 in refusals.ts. */
const CODES: Readonly<Record<string, string>> = {
  'commander.missingArgument': 'missing_argument',
  'commander.optionMissingArgument': 'missing_value',
  'commander.missingMandatoryOptionValue': 'missing_option',
  'commander.conflictingOption': 'conflicting_options',
  'commander.unknownOption': 'unknown_option',
  'commander.excessArguments': 'too_many_arguments',
  'commander.unknownCommand': 'unknown_command',
  'commander.invalidArgument': 'bad_value',
};

/** What was typed wrongly, and where it says what can be typed: the near miss that commander found, else a command's help. */
export function usageMistake(
  { code, message }: CommanderError,
  program: Command,
  argv: readonly string[],
  language: Language,
): Failure {
  const [sentence = '', hint = ''] = message.replace(/^error: /, '').split('\n');
  const meant = /^\(Did you mean (?:one of )?(.+)\?\)$/.exec(hint)?.[1];
  const help = `${pathOf(program, argv)} --help`;
  const remedy =
    language === 'zh-TW'
      ? meant === undefined
        ? `${help} 列出可用的寫法`
        : `是不是要打 ${meant}？`
      : meant === undefined
        ? `${help} says what there is`
        : `did you mean ${meant}?`;
  return new Failure(EXIT.misuse, own(CODES, code) ?? 'misuse', sentence, { remedy });
}

/** The command a command line gets as far as. */
function pathOf(program: Command, argv: readonly string[]): string {
  const words = argv.filter((word) => !word.startsWith('-'));
  let command = program;
  const path = [program.name()];
  for (const word of words) {
    const below = command.commands.find((child) => child.name() === word);
    if (below === undefined) break;
    path.push(word);
    command = below;
  }
  return path.join(' ');
}
