import { NodeId } from '../protocol/ids.ts';
import { epochMs } from '../protocol/units.ts';
import { heardTag, openSending } from './ingest/ear.fixture.ts';
import { createWorker } from './ingest/worker.ts';
import { openDatabase } from './store/database.ts';
import { createLedger } from './store/ledger.ts';
import { systemMint } from './store/mint.ts';
import { rival } from './store/rivals.fixture.ts';
import { createVault } from './store/vault.ts';

/**
 * `<database> <vault key> <at> <members>`: works off the webhook events that wait while the members' tags are heard at
 * the door, one message each. Both rivals do both. Ends with what went wrong.
 */
await rival(async (target = '', key = '', at = '0', members = '0') => {
  const db = await openDatabase(target);
  const ledger = createLedger({ db, vault: createVault(Buffer.from(key, 'hex')), mint: systemMint });
  const now = () => epochMs(Number(at));
  const troubles: string[] = [];
  const worker = createWorker({
    ...{ ledger, mint: systemMint, now, onDeliveries: () => undefined },
    onFailed: (id) => void troubles.push(id),
    onFault: (error) => void troubles.push(String(error)),
  });
  const send = openSending({ ledger, mint: systemMint, now });
  worker.poke();
  const seqs = Array.from({ length: Number(members) }, (_, index) => index + 1);
  await Promise.all(seqs.map((seq) => send(NodeId.parse('taipei-1-door'), [heardTag(seq, seq)])));
  while ((await ledger.read(({ events }) => events.pending(1))).length > 0) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  await worker.stop();
  await db.destroy();
  return troubles;
});
