import { type Input, NO_INPUT } from './input.ts';
import { runCli } from './run-cli.ts';

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly talk: string;
}

/** Runs a command line in this process, as if in a pipe, with nothing in the environment but `env`. */
export async function pharos(
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
  input: Input = NO_INPUT,
): Promise<Ran> {
  const out: string[] = [];
  const talk: string[] = [];
  const code = await runCli(argv, {
    out: (text) => void out.push(text),
    talk: (text) => void talk.push(text),
    env: { PHAROS_DATA_DIR: '/nowhere', ...env },
    isTty: false,
    input,
  });
  return { code, out: out.join(''), talk: talk.join('') };
}
