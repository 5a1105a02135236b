import { z } from 'zod';
import { errorMessage } from '../../protocol/error-message.ts';
import { Problem } from '../core/problem.ts';
import { simulate } from './simulate.ts';

/**
 * A simulated day as a program of its own: what is asked comes as JSON on stdin, lines of JSON go to stdout, the last is
 * the result or why there is none.
 */
const Asked = z.strictObject({
  dataDir: z.string().min(1),
  seed: z.int(),
  people: z.int().min(1).max(100_000),
  date: z.iso.date().optional(),
  quota: z.int().nonnegative().optional(),
  documents: z.array(z.looseObject({})),
});

const tell = (word: object): void => void process.stdout.write(`${JSON.stringify(word)}\n`);

async function main(): Promise<void> {
  let text = '';
  for await (const chunk of process.stdin) text += String(chunk);
  const asked = Asked.parse(JSON.parse(text));
  const result = await simulate(asked, { onProgress: (events, of) => tell({ is: 'progress', events, of }) });
  tell({ is: 'result', result });
}

process.umask(0o077);
main().then(
  () => process.exit(0),
  (error: unknown) => {
    const code = error instanceof Problem ? error.code : 'simulation_failed';
    tell({ is: 'refused', code, message: errorMessage(error) });
    process.exit(1);
  },
);
