import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** The programs a run has started. They end with it, each by its own process id. */
export interface Children {
  /** Starts one of our built programs. `onLine` sees its stdout; all output goes to a log file in the run's folder. */
  start(name: string, args: readonly string[], options?: StartOptions): ChildProcess;
  /** The same, resolved with the JSON object of its first stdout line. Rejects when it ends before. */
  startReady<T>(name: string, args: readonly string[], options?: StartOptions): Promise<T>;
  /** Runs one to its end; resolves with stdout, rejects with stderr when the exit code is not 0. */
  run(name: string, args: readonly string[], options?: Pick<StartOptions, 'env'>): Promise<string>;
  /** Ends one at once, as if its plug were pulled; nobody is told. */
  kill(child: ChildProcess): Promise<void>;
  stopAll(): Promise<void>;
}

export interface StartOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly nodeArgs?: readonly string[];
  readonly onLine?: (line: string) => void;
  readonly onErrorLine?: (line: string) => void;
  readonly onStart?: (child: ChildProcess) => void;
}

const STOP_WITHIN_MS = 5_000;

/** The environment without settings of Pharos: a run says itself where everything is, whatever the shell has set. */
const surroundings = (): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('PHAROS_') || name === 'PHAROS_LOG_LEVEL'),
  );

/** `onDeath` is told when a program that was started ends without being asked to. */
export function createChildren(
  distDir: string,
  logDir: string,
  onDeath: (name: string, how: string) => void = () => {},
): Children {
  const running = new Set<ChildProcess>();
  const killed = new WeakSet<ChildProcess>();
  let stopping = false;

  const launch = (name: string, [file = '', ...args]: readonly string[], options: StartOptions = {}): ChildProcess => {
    const child = spawn(process.execPath, [...(options.nodeArgs ?? []), join(distDir, file), ...args], {
      env: { ...surroundings(), ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A Ctrl-C at the terminal is for the run, which then ends its programs in order.
      detached: true,
    });
    running.add(child);
    child.once('exit', () => running.delete(child));
    const log = createWriteStream(join(logDir, `${name}.log`), { flags: 'a' });
    const split = (stream: NodeJS.ReadableStream, onLine: ((line: string) => void) | undefined): void => {
      createInterface({ input: stream }).on('line', (line) => {
        log.write(`${line}\n`);
        onLine?.(line);
      });
    };
    split(child.stdout, options.onLine);
    split(child.stderr, options.onErrorLine);
    options.onStart?.(child);
    return child;
  };

  const start = (name: string, args: readonly string[], options: StartOptions = {}): ChildProcess => {
    const child = launch(name, args, options);
    child.once('exit', (code, signal) => {
      if (!stopping && !killed.has(child)) onDeath(name, signal ?? `exit code ${code}`);
    });
    return child;
  };
  return {
    start,
    startReady: <T>(name: string, args: readonly string[], options: StartOptions = {}) =>
      new Promise<T>((resolve, reject) => {
        const errors: string[] = [];
        let ready = false;
        const child = launch(name, args, {
          ...options,
          onLine: (line) => {
            if (!ready && line.startsWith('{')) {
              ready = true;
              resolve(JSON.parse(line) as T);
            }
            options.onLine?.(line);
          },
          onErrorLine: (line) => {
            if (!line.startsWith('{')) errors.push(line.trim());
            options.onErrorLine?.(line);
          },
        });
        child.once('exit', (code, signal) => {
          if (!ready) reject(new Error(`${name} ended with ${signal ?? code}: ${errors.slice(-3).join('; ')}`));
          else if (!stopping && !killed.has(child)) onDeath(name, signal ?? `exit code ${code}`);
        });
      }),
    run: (name, args, options = {}) =>
      new Promise((resolve, reject) => {
        const out: string[] = [];
        const errors: string[] = [];
        const child = launch(name, args, {
          ...options,
          onLine: (line) => out.push(line),
          onErrorLine: (line) => errors.push(line.trim()),
        });
        child.once('error', reject);
        child.once('close', (code) => {
          if (code === 0) resolve(out.join('\n'));
          else reject(new Error(`${name}: ${errors.join('; ')}`));
        });
      }),
    kill: (child) => {
      killed.add(child);
      return ended(child, 'SIGKILL');
    },
    async stopAll() {
      stopping = true;
      await Promise.all([...running].map((child) => ended(child, 'SIGTERM')));
    },
  };
}

function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    const force = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
    child.once('exit', () => {
      clearTimeout(force);
      resolve();
    });
    child.kill(signal);
  });
}
