import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { AirMessageInput } from '../../../protocol/lab/air-control.ts';
import { airControl } from '../air/client.ts';

/** An air with one controller plugged into this kernel; others join it at `unix`. */
export interface KernelAir {
  /** The address of the plugged-in controller. */
  readonly address: string;
  tell(message: AirMessageInput): Promise<void>;
  /** Pulls the adapter out: a process that is killed leaves nothing in the kernel. */
  unplug(): Promise<void>;
}

const PROGRAM = fileURLToPath(new URL('../virtual-air.js', import.meta.url));

export async function plugIn(unix: string, ctl: string, trace: string): Promise<KernelAir> {
  const child: ChildProcess = spawn(
    process.execPath,
    [PROGRAM, '--vhci', '1', '--unix', unix, '--ctl', ctl, '--trace', trace],
    { env: { ...process.env, UV_THREADPOOL_SIZE: '3' }, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  if (child.stdout === null) throw new Error('the air has no stdout');
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  const { vhci } = JSON.parse(String(line)) as { vhci: { address: string }[] };
  return {
    address: vhci[0]?.address ?? '',
    async tell(message) {
      const reply = await airControl(ctl, message);
      if (!reply.ok) throw new Error(reply.reject.detail);
    },
    async unplug() {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    },
  };
}
