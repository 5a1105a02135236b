import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { extname, join } from 'node:path';
import type { ChildRound } from './library-child.ts';
import type { LibraryRun } from './library-runs.ts';

/** The source runs as it is under Node, the built program as JavaScript. */
const CHILD = join(import.meta.dirname, `library-child${extname(import.meta.filename)}`);

/**
 * Without a limit V8 enlarges its nursery by tens of MiB under load, whatever the program keeps; that would hide a leak
 * and look like one.
 */
const FLAGS = ['--expose-gc', '--max-semi-space-size=4'];

export interface LibraryProcess {
  round(reports: number): Promise<ChildRound>;
  end(): Promise<void>;
}

/** Starts one way through noble. Rejects when it cannot be loaded here. */
export async function startLibrary(kind: LibraryRun, addresses: number): Promise<LibraryProcess> {
  const child = fork(CHILD, [kind, String(addresses)], {
    execArgv: FLAGS,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let complaint = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    complaint = (complaint + chunk.toString()).slice(-1_000);
  });
  const said = (): Promise<unknown> => nextMessage(child, () => `${kind} ended: ${complaint.trim()}`);
  await said();
  return {
    async round(reports) {
      child.send({ reports });
      return (await said()) as ChildRound;
    },
    async end() {
      if (child.exitCode !== null) return;
      const exited = once(child, 'exit');
      child.disconnect();
      await exited;
    },
  };
}

function nextMessage(child: ChildProcess, why: () => string): Promise<unknown> {
  return new Promise((resolve, fail) => {
    const onExit = (): void => fail(new Error(why()));
    child.once('exit', onExit);
    child.once('message', (message) => {
      child.off('exit', onExit);
      resolve(message);
    });
  });
}
