import type { Command, CommanderError } from 'commander';
import { own } from '../../protocol/own.ts';
import { didYouMean, EXIT, Failure } from './failure.ts';
import { refusalSaid } from './refusals.ts';

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

/** What was typed wrongly, and what can be typed: the near miss that commander found, the values there are, else a command's help. */
export function usageMistake({ code, message }: CommanderError, program: Command, argv: readonly string[]): Failure {
  const [sentence = '', hint = ''] = message.replace(/^error: /, '').split('\n');
  const ours = own(CODES, code) ?? 'misuse';
  const meant = /^\(Did you mean (?:one of )?(.+)\?\)$/.exec(hint)?.[1]?.split(', ');
  const choices = /Allowed choices are (.+)\.$/.exec(sentence)?.[1];
  const help = `${pathOf(program, argv)} --help`;
  const remedy = didYouMean(meant, {
    en: `${help} says what there is`,
    'zh-TW': choices === undefined ? `${help} 列出可用的寫法` : `可用 ${choices}`,
  });
  return new Failure(EXIT.misuse, ours, refusalSaid({ code: ours, message: sentence }).message, { remedy });
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
