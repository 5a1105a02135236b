import { CommanderError } from 'commander';
import { Problem, type ProblemKind } from '../core/problem.ts';
import { EXIT, type ExitCode, Failure } from './failure.ts';
import { buildProgram } from './program.ts';
import { createShell, type Terminal, tellFailure } from './shell.ts';

/** Runs one command line (without the program's name) to its end and returns the exit code. Rejects on a bug only. */
export async function runCli(argv: readonly string[], terminal: Terminal): Promise<ExitCode> {
  let exit: ExitCode = EXIT.done;
  const program = buildProgram(terminal, (code) => {
    exit = code;
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
    return exit;
  } catch (error) {
    // Commander has already said what was wrong, or shown the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.misuse;
    const failure = error instanceof Problem ? fromProblem(error) : error;
    if (!(failure instanceof Failure)) throw error;
    tellFailure(createShell(terminal, program.opts()), failure);
    return failure.exit;
  }
}

const PROBLEM_EXIT: Readonly<Record<ProblemKind, ExitCode>> = {
  invalid: EXIT.failed,
  not_found: EXIT.notFound,
  not_allowed: EXIT.notAllowed,
  conflict: EXIT.conflict,
};

const fromProblem = ({ kind, code, message, where, remedy }: Problem): Failure =>
  new Failure(PROBLEM_EXIT[kind], code, message, { where, remedy });
