import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Two operating-system processes that do the same at the same time, for what one process cannot show. */

type Message = { readonly is: 'ready' } | { readonly is: 'done'; readonly result: unknown };

/** Runs `module` twice with `args`; both begin together. Their results, or the error of one that failed. */
export async function runRivals(module: URL, ...args: readonly string[]): Promise<unknown[]> {
  const children = [0, 1].map(() =>
    fork(fileURLToPath(module), args, { execArgv: [], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] }),
  );
  try {
    const ends = children.map(resultOf);
    await Promise.race([Promise.all(children.map((child) => once(child, 'message'))), Promise.all(ends)]);
    for (const child of children) child.send('go');
    return await Promise.all(ends);
  } finally {
    for (const child of children) child.kill('SIGKILL');
  }
}

async function resultOf(child: ChildProcess): Promise<unknown> {
  let talk = '';
  let result: unknown;
  child.stderr?.on('data', (chunk: Buffer) => {
    talk += chunk.toString();
  });
  child.on('message', (message: Message) => {
    if (message.is === 'done') result = message.result;
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`a rival ended with ${code}: ${talk}`);
  return result;
}

/** In the child: says that it is ready, works when both are, and ends with what the work returned. */
export async function rival(work: (...args: readonly string[]) => Promise<unknown>): Promise<void> {
  const tell = (message: Message): void => void process.send?.(message);
  tell({ is: 'ready' });
  await once(process, 'message');
  tell({ is: 'done', result: await work(...process.argv.slice(2)) });
  process.disconnect();
}
