#!/usr/bin/env node
import { runCli } from './run-cli.ts';

/** Entry point of `pharos`. */

// `pharos events | head` closes the pipe early; that is the reader's right and no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

process.exitCode = await runCli(process.argv.slice(2), {
  out: (text) => void process.stdout.write(text),
  talk: (text) => void process.stderr.write(text),
  env: process.env,
  isTty: process.stdout.isTTY === true,
});
