import type { LogEntry } from './judge-entries.ts';
import { CHANNEL } from './platform/platform.fixture.ts';
import type { User } from './platform/user.ts';
import { type SandboxOptions, startSandbox } from './sandbox.ts';
import type { WalkResult } from './walks.ts';

/** The answers of all control routes in one: a test reads the part it asked for, and fails where it is missing. */
type Answer = User & WalkResult & { readonly messages: readonly unknown[]; readonly entries: readonly LogEntry[] };

/** Repeats `check` until it holds or `withinMs` are over; then its own complaint is thrown. */
export async function eventually<T>(check: () => T | Promise<T>, withinMs = 5_000): Promise<T> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

/** A sandbox on a free port, with a client for its control API. */
export async function openSandbox(options: Partial<SandboxOptions> = {}) {
  const sandbox = await startSandbox({ channel: CHANNEL, ...options });
  const control = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${sandbox.url}/sandbox${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    return { status: response.status, body: (await response.json()) as Answer };
  };
  return { ...sandbox, control };
}
