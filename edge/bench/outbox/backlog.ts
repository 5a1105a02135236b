import { join } from 'node:path';
import { monoMs } from '../../../protocol/units.ts';
import { openDatabase } from '../../store/database.ts';
import { prepareOutbox } from '../../store/outbox-statements.ts';
import { openReaderStore } from '../../store/reader-store.ts';

export interface BacklogFigures {
  /** From opening the file to the first batch and the depth, ms; round by round. */
  readonly startMs: readonly number[];
  /** To settle an ack of one batch, ms; round by round. */
  readonly ackMs: readonly number[];
}

const BATCH = 200;

/** How long an uplink takes to begin with so many rows waiting, and to settle an ack. */
export function measureBacklog(folder: string, rows: number, rounds: number): BacklogFigures {
  const diskPath = join(folder, `backlog-${rows}.sqlite`);
  fill(diskPath, rows);
  const startMs: number[] = [];
  const ackMs: number[] = [];
  for (let round = -1; round < rounds; round += 1) {
    const from = performance.now();
    const store = openReaderStore({
      diskPath,
      memoryPath: join(folder, 'none'),
      mono: () => monoMs(performance.now()),
    });
    const batch = store.outbox.waiting(BATCH);
    store.outbox.depth();
    const ready = performance.now();
    const [first] = batch;
    const last = batch.at(-1);
    if (first === undefined || last === undefined) throw new Error('a backlog without rows');
    const settling = performance.now();
    store.outbox.settle({ v: 1, epoch: first.epoch, done: [[first.seq, last.seq]], rejected: [] });
    const settled = performance.now();
    store.close();
    if (round < 0) continue;
    startMs.push(ready - from);
    ackMs.push(settled - settling);
  }
  return { startMs, ackMs };
}

function fill(path: string, rows: number): void {
  const db = openDatabase(path);
  db.pragma('synchronous = OFF');
  const { insert, add } = prepareOutbox(db);
  const body = JSON.stringify({
    type: 'footfall',
    at: 0,
    monoMs: 0,
    boot: '12345678',
    clock: 'synced',
    count: 1,
    windowMs: 1,
  });
  db.transaction(() => {
    for (let seq = 1; seq <= rows; seq += 1) {
      insert.run('0123456789abcdef', seq, 'enter', 1, 0, 0, '12345678', 'synced', body, body.length);
    }
    add.run(rows, rows * body.length, 0, 0);
  })();
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
}
