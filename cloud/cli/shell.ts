import type { Failure } from './failure.ts';

export type Language = 'en' | 'zh-TW';
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
  readonly server?: string;
  readonly token?: string;
}

export interface Terminal extends Pick<Shell, 'out' | 'talk' | 'env'> {
  /** stdout is a terminal. */
  readonly isTty: boolean;
}

export interface GlobalOptions {
  readonly json?: boolean;
  readonly lang?: string;
  readonly server?: string;
  readonly token?: string;
}

export function createShell(terminal: Terminal, { json = false, lang, server, token }: GlobalOptions): Shell {
  const { out, talk, env, isTty } = terminal;
  return {
    out,
    talk,
    env,
    json,
    language: languageOf(env, lang),
    color: isTty && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb',
    ...(server !== undefined && { server }),
    ...(token !== undefined && { token }),
  };
}

/** The flag wins; then what the system's own programs look at, in their order. */
function languageOf(env: Environment, flag: string | undefined): Language {
  const wanted = [flag, env['LC_ALL'], env['LC_MESSAGES'], env['LANG']].find((it) => it !== undefined && it !== '');
  return wanted?.toLowerCase().startsWith('zh') ? 'zh-TW' : 'en';
}

/** One variable; an empty one counts as not set. */
export const setting = (env: Environment, name: string): string | undefined =>
  env[name] === '' ? undefined : env[name];

export const printJson = (shell: Pick<Shell, 'out'>, value: unknown): void =>
  shell.out(`${JSON.stringify(value, undefined, 2)}\n`);

/** Rows as aligned columns; prints nothing at all for no rows, so that scripts can count lines. */
export function printTable(shell: Pick<Shell, 'out'>, rows: readonly (readonly string[])[]): void {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  for (const row of rows) {
    const cells = row.map((cell, column) => printable(cell).padEnd(widths[column] ?? 0));
    shell.out(`${cells.join('  ').trimEnd()}\n`);
  }
}

/** Somebody else's text may not steer the terminal. */
export const printable = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
  text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '');

/** Says on stderr why it did not work; as one JSON line for those who asked for JSON. */
export function tellFailure(shell: Pick<Shell, 'talk' | 'json'>, failure: Failure): void {
  const { code, message, where, remedy } = failure;
  if (shell.json) {
    shell.talk(`${JSON.stringify({ error: { code, message, where, remedy } })}\n`);
    return;
  }
  const place = where === undefined ? '' : `${where}: `;
  shell.talk(`pharos: ${printable(`${place}${message}`)}\n`);
  if (remedy !== undefined) shell.talk(`  ${printable(remedy)}\n`);
}
