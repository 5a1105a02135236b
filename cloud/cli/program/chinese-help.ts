import type { Command, Option } from 'commander';
import { CAMPAIGNS } from './chinese/campaigns.ts';
import { PEOPLE } from './chinese/people.ts';
import { RESULTS } from './chinese/results.ts';
import { SHOPS } from './chinese/shops.ts';
import { TRYING } from './chinese/trying.ts';

/** The help of every command in 繁體中文. Loaded for those who read it; words that are missing here stay English. */

const WORDS = new Map(Object.entries({ ...CAMPAIGNS, ...RESULTS, ...PEOPLE, ...SHOPS, ...TRYING }));

const TITLES: Readonly<Record<string, string>> = {
  'Usage:': '用法：',
  'Arguments:': '參數：',
  'Options:': '選項：',
  'Global Options:': '所有指令的選項：',
  'Commands:': '指令：',
};

/** Names of frames, the same in every language. */
const NAMES = new Set(['LINE Simple Beacon', 'iBeacon']);

const inChinese = (words: string): string => WORDS.get(words) ?? words;

const optionInChinese = ({ description, argChoices, defaultValue }: Option): string => {
  const choices = argChoices === undefined ? '' : `（可用：${argChoices.join('、')}）`;
  const usual = typeof defaultValue === 'string' || typeof defaultValue === 'number' ? `（預設：${defaultValue}）` : '';
  return `${inChinese(description)}${choices}${usual}`;
};

export function speakChinese(command: Command): void {
  command.configureHelp({
    ...command.configureHelp(),
    styleTitle: (title) => TITLES[title] ?? title,
    commandDescription: (about) => inChinese(about.description()),
    subcommandDescription: (below) => inChinese(below.summary() || below.description()),
    optionDescription: optionInChinese,
    argumentDescription: ({ description }) => inChinese(description),
  });
  for (const below of command.commands) speakChinese(below);
}

/** The words of a command and of those below it that have no translation. */
export function wordsMissing(command: Command): readonly string[] {
  const own = [command, ...command.options, ...command.registeredArguments].map((it) =>
    typeof it.description === 'function' ? it.description() : it.description,
  );
  const missing = own.filter((words) => words !== '' && !WORDS.has(words) && !NAMES.has(words));
  return [...missing, ...command.commands.flatMap(wordsMissing)];
}
