import { type ChildProcess, fork } from 'node:child_process';
import { on } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { PlatformAnswer, PlatformOrder } from './line-talk.ts';

/** LINE, in a process of its own. */
export interface Platform {
  readonly port: number;
  ask<Told extends PlatformAnswer['told']>(
    order: PlatformOrder,
    told: Told,
  ): Promise<Extract<PlatformAnswer, { told: Told }>>;
}

const PLATFORM = new URL(
  import.meta.url.endsWith('.ts') ? './line-platform.ts' : './line-platform.js',
  import.meta.url,
);

/** A fresh one for each piece of work: what it counted before is nobody's business. */
export async function withPlatform<T>(work: (line: Platform) => Promise<T>): Promise<T> {
  // What this process was started with, a profile say, is not meant for the other side.
  const child = fork(fileURLToPath(PLATFORM), [], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], execArgv: [] });
  try {
    const { port } = await heard(child, 'listening');
    return await work({
      port,
      ask(order, told) {
        const answer = heard(child, told);
        child.send(order);
        return answer;
      },
    });
  } finally {
    child.kill('SIGKILL');
  }
}

async function heard<Told extends PlatformAnswer['told']>(child: ChildProcess, told: Told) {
  for await (const [answer] of on(child, 'message', { close: ['exit'] }) as AsyncIterable<[PlatformAnswer]>) {
    if (answer.told === told) return answer as Extract<PlatformAnswer, { told: Told }>;
  }
  throw new Error('the process that plays LINE has ended');
}
