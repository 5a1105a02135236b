#!/usr/bin/env node
import { processInput } from './input.ts';
import { overviewAsked, tellOverview } from './program/overview.ts';
import { createShell, type Terminal } from './shell.ts';

/** Entry point of `pharos`. */

// `pharos events | head` closes the pipe early; that is the reader's right and no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

const terminal: Terminal = {
  out: (text) => void process.stdout.write(text),
  talk: (text) => void process.stderr.write(text),
  env: process.env,
  isTty: process.stdout.isTTY === true,
  watched: process.stderr.isTTY === true,
};
const argv = process.argv.slice(2);
const overview = overviewAsked(argv);
// The parser of commands takes half as long to load as Node itself to start; whoever only asks what there is need not wait.
if (overview !== undefined) tellOverview(createShell(terminal, overview));
else process.exitCode = await (await import('./run-cli.ts')).runCli(argv, { ...terminal, input: processInput() });
