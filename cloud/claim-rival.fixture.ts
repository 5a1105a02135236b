import { NodeId } from '../protocol/ids.ts';
import { epochMs } from '../protocol/units.ts';
import { heardTag, openSending } from './ingest/ear.fixture.ts';
import { openDatabase } from './store/database.ts';
import { createLedger } from './store/ledger.ts';
import { systemMint } from './store/mint.ts';
import { rival } from './store/rivals.fixture.ts';
import { createVault } from './store/vault.ts';

/**
 * `<database> <vault key> <at> <events> <a commit>`: as many members walk in, each told by a message of its own, all sent at once.
 * Both rivals send the same events, each from the other end, so that they meet. Ends with how many were acknowledged.
 */
await rival(async (target = '', key = '', at = '0', events = '0', together = '500') => {
  const db = await openDatabase(target);
  const ledger = createLedger({ db, vault: createVault(Buffer.from(key, 'hex')), mint: systemMint });
  const send = openSending({
    ledger,
    mint: systemMint,
    now: () => epochMs(Number(at)),
    rowsACommit: Number(together),
  });
  const seqs = Array.from({ length: Number(events) }, (_, index) => index + 1);
  if (process.pid % 2 === 0) seqs.reverse();
  const acks = await Promise.all(seqs.map((seq) => send(NodeId.parse('taipei-1-door'), [heardTag(seq, seq)])));
  await db.destroy();
  return acks.filter(({ done }) => done.length === 1).length;
});
