import { CommanderError } from 'commander';
import { Problem, type ProblemKind } from '../core/problem.ts';
import { EXIT, type ExitCode, Failure } from './failure.ts';
import { languageFlag, languageOf } from './language.ts';
import { buildProgram } from './program.ts';
import { refusedAs } from './refusals.ts';
import { createShell, type Terminal, tellFailure } from './shell.ts';
import { usageMistake } from './usage-mistake.ts';

/** Runs one command line (without the program's name) to its end and returns the exit code. Rejects on a bug only. */
export async function runCli(argv: readonly string[], terminal: Terminal): Promise<ExitCode> {
  let exit: ExitCode = EXIT.done;
  const program = buildProgram(terminal, (code) => {
    exit = code;
  });
  const lang = languageFlag(argv);
  const language = languageOf(terminal.env, lang);
  if (language === 'zh-TW') (await import('./program/chinese-help.ts')).speakChinese(program);
  try {
    await program.parseAsync(argv, { from: 'user' });
    return exit;
  } catch (error) {
    const shell = createShell(terminal, { ...program.opts(), ...(lang !== undefined && { lang }) });
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return EXIT.done;
      // A command that only has others below it: commander has shown them.
      if (error.code === 'commander.help') return EXIT.misuse;
      tellFailure(shell, usageMistake(error, program, argv));
      return EXIT.misuse;
    }
    const failure = error instanceof Problem ? fromProblem(error) : error;
    if (!(failure instanceof Failure)) throw error;
    tellFailure(shell, failure);
    return failure.exit;
  }
}

const PROBLEM_EXIT: Readonly<Record<ProblemKind, ExitCode>> = {
  invalid: EXIT.failed,
  not_found: EXIT.notFound,
  not_allowed: EXIT.notAllowed,
  conflict: EXIT.conflict,
};

const fromProblem = (problem: Problem): Failure => refusedAs(PROBLEM_EXIT[problem.kind], problem);
