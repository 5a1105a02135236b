import { epochMs } from '../protocol/units.ts';
import type { EventId } from './core/ids.ts';
import { takeLineEvents } from './ingest/line-ear.ts';
import { openDatabase } from './store/database.ts';
import { createLedger } from './store/ledger.ts';
import { systemMint } from './store/mint.ts';
import { rival } from './store/rivals.fixture.ts';
import { createVault } from './store/vault.ts';

/**
 * `<database> <vault key> <at> <a commit>`: works off stored LINE events, a few in each transaction and in an order of
 * its own, so that rivals seldom want the same ones. Ends with how many it got.
 */
await rival(async (target = '', key = '', at = '0', together = '1') => {
  const db = await openDatabase(target);
  const ledger = createLedger({ db, vault: createVault(Buffer.from(key, 'hex')), mint: systemMint });
  const shuffled = (ids: readonly EventId[]): EventId[] =>
    ids
      .map((id) => ({ id, place: Math.random() }))
      .sort((a, b) => a.place - b.place)
      .map(({ id }) => id);
  let claimed = 0;
  for (;;) {
    const waiting = shuffled(await ledger.read(({ events }) => events.pending(1_000)));
    if (waiting.length === 0) break;
    for (let from = 0; from < waiting.length; from += Number(together)) {
      const ids = waiting.slice(from, from + Number(together));
      const taken = await ledger.transaction((tx) => takeLineEvents(tx, systemMint, ids, epochMs(Number(at))));
      claimed += taken.claimed;
    }
  }
  await db.destroy();
  return claimed;
});
