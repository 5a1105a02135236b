import { randomUUID } from 'node:crypto';
import { Pool } from 'undici';

/** The tills, in a process of their own: as many at a time as there are, each waiting for its answer. */
export interface TillOrder {
  readonly port: number;
  readonly path: string;
  readonly bodies: readonly string[];
  readonly atOnce: number;
}

export interface TillRun {
  readonly seconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Answers that were not 2xx. */
  readonly refused: number;
}

process.on('message', (order: TillOrder) => void run(order).then((result) => process.send?.(result)));
process.send?.('ready');

async function run({ port, path, bodies, atOnce }: TillOrder): Promise<TillRun> {
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: atOnce, pipelining: 1 });
  const times: number[] = [];
  let refused = 0;
  let next = 0;
  const till = async (): Promise<void> => {
    for (;;) {
      const body = bodies[next];
      next += 1;
      if (body === undefined) return;
      const begun = performance.now();
      const { statusCode, body: answer } = await pool.request({
        path,
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: 'Bearer bench', 'idempotency-key': randomUUID() },
        body,
      });
      await answer.dump();
      times.push(performance.now() - begun);
      if (statusCode >= 300) refused += 1;
    }
  };
  const begun = performance.now();
  await Promise.all(Array.from({ length: atOnce }, till));
  const seconds = (performance.now() - begun) / 1_000;
  await pool.close();
  times.sort((a, b) => a - b);
  const at = (share: number): number => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
  return { seconds, p50Ms: at(0.5), p99Ms: at(0.99), refused };
}
