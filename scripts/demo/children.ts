import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** The programs a run has started. They end with it, each by its own process id. */
export interface Children {
  /** Starts one of our built programs. `onLine` sees its stdout; stderr goes to a log file in the run's folder. */
  start(name: string, args: readonly string[], options?: StartOptions): ChildProcess;
  /** The same, resolved with the JSON object of its first stdout line. Rejects when it ends before. */
  startReady<T>(name: string, args: readonly string[], options?: StartOptions): Promise<T>;
  /** Runs one to its end; resolves with stdout, rejects with stderr when the exit code is not 0. */
  run(name: string, args: readonly string[], env?: Readonly<Record<string, string>>): Promise<string>;
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

export function createChildren(distDir: string, logDir: string): Children {
  const running = new Map<ChildProcess, string>();

  const start = (name: string, [file = '', ...args]: readonly string[], options: StartOptions = {}): ChildProcess => {
    const child = spawn(process.execPath, [...(options.nodeArgs ?? []), join(distDir, file), ...args], {
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.set(child, name);
    options.onStart?.(child);
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
    return child;
  };

  return {
    start,
    startReady: <T>(name: string, args: readonly string[], options: StartOptions = {}) =>
      new Promise<T>((resolve, reject) => {
        const errors: string[] = [];
        const child = start(name, args, {
          ...options,
          onLine: (line) => {
            if (line.startsWith('{')) resolve(JSON.parse(line) as T);
            options.onLine?.(line);
          },
          onErrorLine: (line) => {
            errors.push(line);
            options.onErrorLine?.(line);
          },
        });
        child.once('exit', (code) => reject(new Error(`${name} ended with ${code}: ${errors.slice(-5).join(' | ')}`)));
      }),
    run: (name, [file = '', ...args], env = {}) =>
      new Promise((resolve, reject) => {
        const child = spawn(process.execPath, [join(distDir, file), ...args], {
          env: { ...process.env, ...env },
          stdio: ['ignore', 'pipe', 'pipe'],
        });
        let out = '';
        let err = '';
        child.stdout.on('data', (chunk) => (out += chunk));
        child.stderr.on('data', (chunk) => (err += chunk));
        child.once('error', reject);
        child.once('exit', (code) => (code === 0 ? resolve(out) : reject(new Error(`${name}: ${err.trim()}`))));
      }),
    async stopAll() {
      await Promise.all(
        [...running.keys()].map(
          (child) =>
            new Promise<void>((resolve) => {
              const force = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
              child.once('exit', () => {
                clearTimeout(force);
                resolve();
              });
              child.kill('SIGTERM');
            }),
        ),
      );
    },
  };
}
