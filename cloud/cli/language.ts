import { own } from '../../protocol/own.ts';

/** The languages we speak to people in. */
export type Language = 'en' | 'zh-TW';

/** The flag wins; then what the system's own programs look at, in their order. */
export function languageOf(env: Readonly<Record<string, string | undefined>>, flag: string | undefined): Language {
  const wanted = [flag, env['LC_ALL'], env['LC_MESSAGES'], env['LANG']].find((it) => it !== undefined && it !== '');
  return wanted?.toLowerCase().startsWith('zh') ? 'zh-TW' : 'en';
}

/** The value of `--lang` wherever it stands, before the command line is understood. */
export function languageFlag(argv: readonly string[]): string | undefined {
  const at = argv.findIndex((word) => word === '--lang' || word.startsWith('--lang='));
  return at === -1 ? undefined : (/^--lang=(.*)$/.exec(argv[at] ?? '')?.[1] ?? argv[at + 1]);
}

/** What a command says to people, in every language we speak. Ids, states and `--json` are the same in all of them. */
export type Texts<T> = Readonly<Record<Language, T>>;

/** In the language of whoever sits there: `--lang`, else what the system's own programs look at. */
export const textsFor = <T>({ language }: { readonly language: Language }, texts: Texts<T>): T => texts[language];

/** A word of a closed list in the reader's language; one that a newer server knows and we do not is shown as it is. */
export const wordFor = (words: Readonly<Record<string, string>>, word: string): string => own(words, word) ?? word;
