import { Readable } from 'node:stream';
import { Worker } from 'node:worker_threads';
import type { BacktestThreadData } from './backtest-thread.ts';
import type { BacktestAsked, BacktestWord } from './core/backtest.ts';
import { Problem } from './core/problem.ts';

export interface BacktestDesk {
  /** Lines of JSON, a {@link BacktestWord} each; the last is the result. Throws {@link Problem} `busy`. */
  begin(asked: BacktestAsked): Readable;
  stop(): Promise<void>;
}

/** This extension is the compiler's to change, as it changes those of imports. */
const THREAD = new URL(
  import.meta.url.endsWith('.ts') ? './backtest-thread.ts' : './backtest-thread.js',
  import.meta.url,
);

/** One at a time: a second processor is all it may take from the present. Who goes away ends what was begun for them. */
export function createBacktestDesk(
  where: Omit<BacktestThreadData, 'asked'>,
  /** We break on one: whoever asked is told that much and no more. */
  onBroken: (error: unknown) => void,
): BacktestDesk {
  let running: Worker | undefined;
  /** Those that have given their last word and are going. */
  const alive = new Set<Worker>();
  return {
    begin(asked) {
      if (running !== undefined) {
        throw new Problem('conflict', 'busy', 'another backtest is under way', { remedy: 'ask again when it is done' });
      }
      const worker = new Worker(THREAD, { workerData: { ...where, asked } satisfies BacktestThreadData });
      running = worker;
      alive.add(worker);
      const free = (): void => {
        if (running === worker) running = undefined;
      };
      const lines = new Readable({
        read() {},
        destroy(error, done) {
          void worker.terminate().then(() => done(error));
        },
      });
      const tell = (word: BacktestWord): void => {
        // Whoever reads the last word may ask for the next one at once.
        if (word.is !== 'progress') free();
        lines.push(`${JSON.stringify(word)}\n`);
      };
      worker.on('message', tell);
      worker.on('error', (error) => {
        onBroken(error);
        tell({ is: 'refused', code: 'internal', message: 'something broke on our side; the log says what' });
      });
      worker.on('exit', () => {
        free();
        alive.delete(worker);
        lines.push(null);
      });
      return lines;
    },
    async stop() {
      await Promise.all([...alive].map((worker) => worker.terminate()));
    },
  };
}
