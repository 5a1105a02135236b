import { parentPort, workerData } from 'node:worker_threads';
import { backtest } from './backtest.ts';
import type { BacktestAsked, BacktestWord } from './core/backtest.ts';
import { Problem } from './core/problem.ts';
import { openDatabase } from './store/database.ts';
import { systemMint } from './store/mint.ts';
import { createVault } from './store/vault.ts';

/** A thread that judges the past again, on a connection of its own, while the service goes on with the present. */
export interface BacktestThreadData {
  readonly target: string;
  readonly vaultKey: Uint8Array;
  readonly asked: BacktestAsked;
}

const port = parentPort;
if (port === null) throw new Error('backtest-thread is started as a worker');
const tell = (word: BacktestWord): void => port.postMessage(word);
const { target, vaultKey, asked } = workerData as BacktestThreadData;

const db = await openDatabase(target);
try {
  const store = { db, vault: createVault(vaultKey), mint: systemMint };
  const result = await backtest(store, asked, (events, of) => tell({ is: 'progress', events, of }));
  tell({ is: 'result', result });
} catch (error) {
  if (!(error instanceof Problem)) throw error;
  const { code, message, where, remedy } = error;
  tell({ is: 'refused', code, message, ...(where && { where }), ...(remedy && { remedy }) });
} finally {
  await db.destroy();
}
