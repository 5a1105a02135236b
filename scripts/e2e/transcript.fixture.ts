import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** Reads the commands out of a document and runs them one after the other, as somebody would who types them off. */

/** The commands of all fenced `sh` blocks in order; a comment after a command is for the reader and is cut off. */
export function fencedCommands(markdown: string): string[] {
  const blocks = [...markdown.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, block = '']) => block);
  return blocks
    .flatMap((block) => block.replaceAll('\\\n', ' ').split('\n'))
    .map((line) => line.replace(/(^|\s+)# .*$/, '').trim())
    .filter((line) => line !== '');
}

/** What stands for a placeholder: the last thing of its kind that an earlier command has told. */
export type Blanks = Readonly<Record<string, RegExp>>;

/** `<user>` and its like filled in from all that was told so far. Throws a sentence where nothing fits. */
export function fillIn(command: string, blanks: Blanks, told: string): string {
  return command.replaceAll(/<[a-z-]+>/g, (blank) => {
    const rule = blanks[blank];
    if (rule === undefined) throw new Error(`no rule says what ${blank} stands for, in: ${command}`);
    const value = [...told.matchAll(new RegExp(rule, 'g'))].at(-1)?.[1];
    if (value === undefined) throw new Error(`nothing before it has told what ${blank} is, in: ${command}`);
    return value;
  });
}

export interface Ran {
  readonly code: number | null;
  /** stdout and stderr as they came. */
  readonly said: string;
}

export interface Place {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** One command line in a shell of its own, to its end. */
export async function runLine(line: string, place: Place, withinMs: number): Promise<Ran> {
  const { child, said } = startLine(line, place);
  const timer = setTimeout(() => endGroup(child), withinMs);
  await once(child, 'close');
  clearTimeout(timer);
  return { code: child.exitCode, said: said() };
}

export interface Staying {
  readonly said: string;
  /** Asks it to end, and waits until it has. */
  stop(): Promise<void>;
}

/** A command that stays up, once it has said `ready`. Rejects when it ends, or says nothing of the kind in time. */
export async function startStaying(line: string, place: Place, ready: RegExp, withinMs: number): Promise<Staying> {
  const { child, said, heard } = startLine(line, place);
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    endGroup(child);
    await once(child, 'close');
  };
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(() => reject(new Error(`${line} is not up after ${withinMs} ms: ${said()}`)), withinMs);
  heard(() => {
    if (ready.test(said())) resolve();
  });
  child.once('close', (code) => reject(new Error(`${line} ended (${code}): ${said()}`)));
  try {
    await promise;
  } catch (error) {
    await stop();
    throw error;
  } finally {
    clearTimeout(timer);
  }
  return { said: said(), stop };
}

/** In a process group of its own, so that what the shell has started ends with it. */
function startLine(
  line: string,
  { cwd, env }: Place,
): { child: ChildProcess; said: () => string; heard: (listener: () => void) => void } {
  const child = spawn('sh', ['-c', line], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let text = '';
  let listener = (): void => {};
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      listener();
    });
  }
  return {
    child,
    said: () => text,
    heard: (next) => {
      listener = next;
    },
  };
}

function endGroup({ pid }: ChildProcess): void {
  if (pid !== undefined) process.kill(-pid, 'SIGTERM');
}
