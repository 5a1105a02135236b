import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A TCP line that can be made bad: between a node and its broker, on a port of its own. */
export interface FaultProxy {
  readonly port: number;
  /** `open` passes everything; `stall` keeps lines and passes nothing, like a half-open line; `refuse` resets newcomers. */
  mode(mode: 'open' | 'stall' | 'refuse'): void;
  /** Bytes a second towards the broker; 0: as fast as can be. */
  rate(bytesPerSecond: number): void;
  /** Resets every line there is. */
  cut(): void;
  readonly accepted: () => number;
  stop(): Promise<void>;
}

const TRICKLE_EVERY_MS = 20;

export async function startFaultProxy(target: number): Promise<FaultProxy> {
  let mode: 'open' | 'stall' | 'refuse' = 'open';
  let bytesPerSecond = 0;
  let accepted = 0;
  const lines = new Set<Line>();

  const server = createServer((near) => {
    if (mode === 'refuse') {
      near.resetAndDestroy();
      return;
    }
    accepted += 1;
    const line = createLine(near, connect(target, '127.0.0.1'), () => ({ stalled: mode === 'stall', bytesPerSecond }));
    lines.add(line);
    near.once('close', () => lines.delete(line));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const cut = (): void => {
    for (const line of lines) line.cut();
  };
  return {
    port: address.port,
    mode(next) {
      mode = next;
      for (const line of lines) line.changed();
    },
    rate(next) {
      bytesPerSecond = next;
    },
    cut,
    accepted: () => accepted,
    async stop() {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}

interface Line {
  cut(): void;
  changed(): void;
}

function createLine(near: Socket, far: Socket, state: () => { stalled: boolean; bytesPerSecond: number }): Line {
  let up: Buffer[] = [];
  let down: Buffer[] = [];
  let trickle: NodeJS.Timeout | undefined;

  function pass(): void {
    const { stalled, bytesPerSecond } = state();
    if (stalled) return;
    for (const chunk of down.splice(0)) near.write(chunk);
    if (bytesPerSecond === 0) {
      for (const chunk of up.splice(0)) far.write(chunk);
      return;
    }
    trickle ??= setInterval(step, TRICKLE_EVERY_MS);
  }
  function step(): void {
    const { stalled, bytesPerSecond } = state();
    if (stalled || up.length === 0) return;
    const all = Buffer.concat(up);
    const share =
      bytesPerSecond === 0 ? all.length : Math.max(1, Math.round((bytesPerSecond * TRICKLE_EVERY_MS) / 1_000));
    far.write(all.subarray(0, share));
    up = share < all.length ? [all.subarray(share)] : [];
  }
  near.on('data', (chunk: Buffer) => {
    up.push(chunk);
    pass();
  });
  far.on('data', (chunk: Buffer) => {
    down.push(chunk);
    pass();
  });
  for (const [one, other] of [
    [near, far],
    [far, near],
  ] as const) {
    one.on('error', () => undefined);
    one.on('close', () => {
      clearInterval(trickle);
      down = [];
      // A stalled line hides even that the other side has gone.
      if (!state().stalled || one === near) other.destroy();
    });
  }
  return {
    cut() {
      near.resetAndDestroy();
      far.destroy();
    },
    changed: pass,
  };
}
