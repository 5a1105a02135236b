import type { Language, Shell } from './shell.ts';

/** What a command says to people, in every language we speak. Ids, states and `--json` are the same in all of them. */
export type Texts<T> = Readonly<Record<Language, T>>;

/** In the language of whoever sits there: `--lang`, else what the system's own programs look at. */
export const textsFor = <T>({ language }: Pick<Shell, 'language'>, texts: Texts<T>): T => texts[language];

/** A word of a closed list in the reader's language; one that a newer server knows and we do not is shown as it is. */
export const wordFor = (words: Readonly<Record<string, string>>, word: string): string =>
  Object.hasOwn(words, word) ? (words[word] ?? word) : word;
