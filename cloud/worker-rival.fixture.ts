import { epochMs } from '../protocol/units.ts';
import { createWorker } from './ingest/worker.ts';
import { openDatabase } from './store/database.ts';
import { createLedger } from './store/ledger.ts';
import { systemMint } from './store/mint.ts';
import { rival } from './store/rivals.fixture.ts';
import { createVault } from './store/vault.ts';

/** `<database> <vault key>`: works off all that waits; the ids of events it set aside. */
await rival(async (target = '', key = '') => {
  const db = await openDatabase(target);
  const ledger = createLedger({ db, vault: createVault(Buffer.from(key, 'hex')), mint: systemMint });
  const failed: string[] = [];
  const worker = createWorker({
    ledger,
    mint: systemMint,
    now: () => epochMs(Date.now()),
    onDeliveries: () => undefined,
    onFailed: (id) => void failed.push(id),
    onFault: (error) => void failed.push(String(error)),
  });
  worker.poke();
  while ((await ledger.read(({ events }) => events.pending(1))).length > 0) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  await worker.stop();
  await db.destroy();
  return failed;
});
