import { errorMessage } from '../../protocol/error-message.ts';
import type { Texts } from './language.ts';

/** Exit codes are API: scripts branch on them. */
export const EXIT = {
  done: 0,
  failed: 1,
  misuse: 2,
  notFound: 3,
  notAllowed: 4,
  conflict: 5,
  badConfiguration: 78,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** One sentence for people, in every language we speak. */
export type Said = Texts<string>;

/** The same, where somebody else refused and gave no advice in one of the languages. */
export type Advice = Partial<Said>;

/**
 * Why a command ends without doing what was asked: what happened, where, what to do. `code` is API; `message` is the
 * English sentence, which JSON and logs show whatever the language.
 */
export class Failure extends Error {
  readonly exit: ExitCode;
  readonly code: string;
  readonly said: Said;
  readonly where: string | undefined;
  readonly remedy: Advice | undefined;

  constructor(
    exit: ExitCode,
    code: string,
    said: Said,
    more: { readonly where?: string | undefined; readonly remedy?: Advice | undefined } = {},
  ) {
    super(said.en);
    this.exit = exit;
    this.code = code;
    this.said = said;
    this.where = more.where;
    this.remedy = more.remedy;
  }
}

export const misuse = (said: Said, remedy?: Said): Failure => new Failure(EXIT.misuse, 'misuse', said, { remedy });

/** What is the same in every language: commands and values as they are typed, and other people's text. */
export const asTyped = (text: string): Said => ({ en: text, 'zh-TW': text });

/** Of what is given when a name was mistyped: the near misses if there are any, else what there is. */
export function didYouMean(meant: string | readonly string[] | undefined, all: Said): Said {
  if (meant === undefined) return all;
  const names = typeof meant === 'string' ? [meant] : meant;
  const quoted = names.map((name) => `"${name}"`).join(' or ');
  return { en: `did you mean ${quoted}?`, 'zh-TW': `是不是要打 ${names.join(' 或 ')}？` };
}

export const SAY_YES: Said = { en: 'say --yes if that is meant', 'zh-TW': '確定的話請加上 --yes' };

/** The text of a fault; Node wraps the telling one (`ECONNREFUSED`) as the cause of a vague one. */
export function faultText(error: unknown): string {
  if (!(error instanceof Error)) return errorMessage(error);
  const { cause } = error;
  if (cause instanceof Error) return faultText(cause);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return error.message || code || error.name;
}
