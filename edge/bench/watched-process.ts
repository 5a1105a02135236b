import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

/** A process of ours whose memory is read from outside, so that reading it costs it nothing. */
export interface WatchedProcess {
  /** Resident memory in bytes, sampled ever since the process started. */
  readonly samples: () => readonly number[];
  end(): Promise<void>;
}

const SAMPLE_EVERY_MS = 250;

/** `script` is run by this same Node.js with `flags`; what it complains about at its end is in the error of `end`. */
export function watchProcess(
  script: string,
  args: readonly string[],
  {
    flags = [],
    env = {},
  }: { readonly flags?: readonly string[]; readonly env?: Readonly<Record<string, string>> } = {},
): WatchedProcess {
  const child = spawn(process.execPath, [...flags, script, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...env },
  });
  const samples: number[] = [];
  let complaint = '';
  child.stderr?.on('data', (text: Buffer) => {
    complaint = (complaint + text.toString()).slice(-2_000);
  });
  const timer = setInterval(() => {
    const rss = rssBytes(child);
    if (rss !== undefined) samples.push(rss);
  }, SAMPLE_EVERY_MS);
  return {
    samples: () => samples,
    async end() {
      clearInterval(timer);
      if (child.exitCode !== null || child.signalCode !== null)
        throw new Error(`${script} ended by itself: ${complaint}`);
      const closed = once(child, 'close');
      child.kill('SIGTERM');
      await closed;
    },
  };
}

function rssBytes({ pid }: ChildProcess): number | undefined {
  try {
    const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kib === undefined ? undefined : Number(kib) * 1_024;
  } catch {
    return undefined;
  }
}

export const MIB = 1_024 * 1_024;

/** In MiB, to a tenth. */
export const mib = (bytes: number): number => Math.round((bytes / MIB) * 10) / 10;

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
