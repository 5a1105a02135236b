import type { Failure } from './failure.ts';
import { type Input, NO_INPUT } from './input.ts';
import { type Language, languageOf } from './language.ts';
import { padTo, widthOf } from './width.ts';

export type { Language } from './language.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What a command knows of the terminal it runs in and of the options every command has. */
export interface Shell {
  /** Writes data to stdout. */
  readonly out: (text: string) => void;
  /** Writes to stderr what is for people only. */
  readonly talk: (text: string) => void;
  readonly env: Environment;
  readonly json: boolean;
  readonly language: Language;
  /** Whether stdout may be coloured. */
  readonly color: boolean;
  /** stdout is a terminal, so that somebody looks at it. */
  readonly terminal: boolean;
  /** Somebody sees stderr as it comes. */
  readonly watched: boolean;
  readonly input: Input;
  readonly server?: string;
  readonly token?: string;
}

export interface Terminal extends Pick<Shell, 'out' | 'talk' | 'env'> {
  /** stdout is a terminal. */
  readonly isTty: boolean;
  /** stderr is a terminal, too. */
  readonly watched?: boolean;
  /** Absent where nothing can be asked. */
  readonly input?: Input;
}

export interface GlobalOptions {
  readonly json?: boolean;
  readonly lang?: string;
  readonly server?: string;
  readonly token?: string;
}

export function createShell(terminal: Terminal, { json = false, lang, server, token }: GlobalOptions): Shell {
  const { out, talk, env, isTty, input = NO_INPUT, watched = false } = terminal;
  return {
    out,
    talk,
    env,
    json,
    language: languageOf(env, lang),
    input,
    watched,
    terminal: isTty,
    color: isTty && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb',
    ...(server !== undefined && { server }),
    ...(token !== undefined && { token }),
  };
}

/** One variable; an empty one counts as not set. */
export const setting = (env: Environment, name: string): string | undefined =>
  env[name] === '' ? undefined : env[name];

export const printJson = (shell: Pick<Shell, 'out'>, value: unknown): void =>
  shell.out(`${JSON.stringify(value, undefined, 2)}\n`);

/** Rows as columns, aligned as a terminal shows them; prints nothing at all for no rows, so that scripts can count lines. */
export function printTable(shell: Pick<Shell, 'out'>, rows: readonly (readonly string[])[]): void {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => widthOf(printable(row[column] ?? '')))),
  );
  for (const row of rows) {
    const cells = row.map((cell, column) => padTo(printable(cell), widths[column] ?? 0));
    shell.out(`${cells.join('  ').trimEnd()}\n`);
  }
}

/** Somebody else's text may not steer the terminal. */
export const printable = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
  text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '');

/** Says on stderr why it did not work; as one JSON line for those who asked for JSON. */
export function tellFailure(shell: Pick<Shell, 'talk' | 'json' | 'language'>, failure: Failure): void {
  const { code, message, said, where, remedy } = failure;
  if (shell.json) {
    shell.talk(`${JSON.stringify({ error: { code, message, where, remedy: remedy?.en } })}\n`);
    return;
  }
  const place = where === undefined ? '' : `${where}: `;
  shell.talk(`pharos: ${printable(`${place}${said[shell.language]}`)}\n`);
  const advice = remedy?.[shell.language];
  if (advice !== undefined) shell.talk(`  ${printable(advice)}\n`);
}
