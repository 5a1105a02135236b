import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** Plays systemd for one program, whose stdout is of no interest: starts it again whenever it ends, some seconds later. */
export interface Parent {
  /** How it ended so far, oldest first: exit codes, or signal names. */
  readonly ends: readonly (number | string)[];
  signal(signal: NodeJS.Signals): void;
  /** Ends it for good and resolves with how it ended. */
  stop(signal: NodeJS.Signals): Promise<number | string>;
}

export function startParent(options: {
  readonly command: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly restartAfterMs: number;
  /** Each line the program writes to stderr. */
  readonly onLine: (line: string) => void;
}): Parent {
  const ends: (number | string)[] = [];
  let stopping = false;
  let child = run();

  function run(): ChildProcess {
    const [program = '', ...args] = options.command;
    const started = spawn(program, args, { env: options.env, stdio: ['ignore', 'ignore', 'pipe'] });
    createInterface({ input: started.stderr }).on('line', options.onLine);
    started.on('exit', (code, signal) => {
      ends.push(signal ?? code ?? 'unknown');
      setTimeout(() => {
        if (!stopping) child = run();
      }, options.restartAfterMs);
    });
    return started;
  }

  return {
    ends,
    signal: (signal) => void child.kill(signal),
    async stop(signal) {
      stopping = true;
      if (child.exitCode === null && child.signalCode === null) {
        child.kill(signal);
        await once(child, 'exit');
      }
      return ends.at(-1) ?? 'unknown';
    },
  };
}
