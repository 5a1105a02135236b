import type { Command } from 'commander';
import type { ExitCode } from '../failure.ts';
import type { Shell } from '../shell.ts';

/** Does a command's work; no exit code means done. */
export type Run = (shell: Shell) => Promise<ExitCode> | Promise<void>;

/** Gives `work` the shell that the options of `command` ask for. */
export type RunCommand = (command: Command, work: Run) => Promise<void>;
