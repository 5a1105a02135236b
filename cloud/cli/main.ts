#!/usr/bin/env node
import { languageFlag, languageOf } from './language.ts';
import { overviewAsked, tellOverview } from './program/overview.ts';

/** Entry point of `pharos`. */
const argv = process.argv.slice(2);

// `pharos events | head` closes the pipe early; that is the reader's right and no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  // A full disk behind `>` is no fault of ours either, but half an answer is none.
  const chinese = languageOf(process.env, languageFlag(argv)) === 'zh-TW';
  process.stderr.write(`pharos: ${chinese ? '寫不出結果：' : 'cannot write the answer: '}${error.message}\n`);
  process.exit(1);
});

const out = (text: string): void => void process.stdout.write(text);
const overview = overviewAsked(argv);
if (overview !== undefined) tellOverview({ out, language: languageOf(process.env, overview.lang) });
else {
  // To load the parser of commands takes half as long as Node's own start; who only asks what there is need not wait.
  const [{ runCli }, { processInput }] = await Promise.all([import('./run-cli.ts'), import('./input.ts')]);
  process.exitCode = await runCli(argv, {
    out,
    talk: (text) => void process.stderr.write(text),
    env: process.env,
    isTty: process.stdout.isTTY === true,
    input: processInput(),
  });
}
