import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** The service as a process of the operating system, run from its source. */
export interface Service {
  readonly pid: number;
  /** Without a slash at the end. */
  readonly httpUrl: string;
  /** What it told nodes to connect to. */
  readonly mqttUrl: string;
  readonly dataDir: string;
  /** Everything it logged so far. */
  log(): string;
  /** Pulls its plug, or asks it to stop; resolves with its exit code when it is gone. */
  end(signal?: 'SIGKILL' | 'SIGTERM'): Promise<number | null>;
}

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));
const READY_WITHIN_MS = 30_000;

/**
 * `pharos-cloud run` with exactly these settings, on a free HTTP port where none is named. Resolves when it says that it
 * is ready; rejects with what it said when it ends before. Whoever starts it ends it; if that dies, so does it.
 */
export async function startService(
  environment: Readonly<Record<string, string>>,
  program: string = MAIN,
): Promise<Service> {
  const { PATH = '', HOME = '' } = process.env;
  const child: ChildProcess = spawn('setpriv', ['--pdeathsig', 'KILL', process.execPath, program, 'run'], {
    env: { PATH, HOME, PHAROS_HTTP_PORT: '0', PHAROS_LOG_LEVEL: 'info', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let talk = '';
  let said = '';
  child.stderr?.on('data', (text: Buffer) => {
    talk += text.toString();
  });
  const line = await new Promise<string>((resolve, reject) => {
    const late = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`the service was not ready in time: ${talk}`));
    }, READY_WITHIN_MS);
    child.stdout?.on('data', (text: Buffer) => {
      said += text.toString();
      const [first, ...more] = said.split('\n');
      if (first === undefined || more.length === 0) return;
      clearTimeout(late);
      resolve(first);
    });
    child.once('close', (code, signal) => {
      clearTimeout(late);
      reject(new Error(`the service ended with ${signal ?? code}: ${talk}`));
    });
  });
  const { http, mqtt, dataDir } = JSON.parse(line) as { http: string; mqtt: string; dataDir: string };
  return {
    pid: child.pid ?? 0,
    httpUrl: http,
    mqttUrl: mqtt,
    dataDir,
    log: () => talk,
    async end(signal = 'SIGKILL') {
      if (child.exitCode === null && child.signalCode === null) {
        const gone = once(child, 'exit');
        child.kill(signal);
        await gone;
      }
      return child.exitCode;
    },
  };
}
