import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { stockKey } from '../core/counter-keys.ts';
import { counterRows } from './counters.ts';
import { createLedger } from './ledger.ts';
import {
  campaignDocument,
  ON_POSTGRES,
  openStore,
  STORE,
  storeDocument,
  TEA,
  type TestStore,
} from './testing.fixture.ts';

/** Resolves when so many of this database wait for a lock. */
async function untilWaiting({ db }: TestStore, wanted: number): Promise<void> {
  const deadline = performance.now() + 3_000;
  for (;;) {
    const { rows } = await sql<{ waiting: number }>`
      SELECT count(*)::int AS waiting FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock'
    `.execute(db);
    if ((rows[0]?.waiting ?? 0) >= wanted) return;
    if (performance.now() > deadline) throw new Error(`fewer than ${wanted} wait`);
  }
}

it.runIf(ON_POSTGRES)(
  'who changes it has a turn between batches that always overlap, and none is a victim',
  async () => {
    const store = await openStore();
    const stocked = (stock: number) => campaignDocument({ limits: { stock } });
    await store.apply(storeDocument(), stocked(5));
    await counterRows(store).hold([stockKey(TEA)], false);
    const ledger = createLedger(store);
    let stockSeen: number | undefined;
    let tries = 0;
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let begun = (): void => undefined;
    const first = new Promise<void>((resolve) => {
      begun = resolve;
    });

    const one = ledger.transaction(async (tx) => {
      tries += 1;
      await tx.registry();
      begun();
      await held;
      await tx.counters.take(stockKey(TEA), 5);
    });
    await first;
    const change = store.apply(stocked(7));
    await untilWaiting(store, 1);
    const two = ledger.transaction(async (tx) => {
      const registry = await tx.registry();
      const [offer] = await registry.offers({ trigger: 'enter', ear: 'line' }, PLACE);
      stockSeen = offer?.spec.limits.stock;
    });
    await untilWaiting(store, 2).finally(release);
    await Promise.all([one, change, two]);
    // The second batch saw what was changed, so the change came before it.
    expect({ tries, stockSeen }).toEqual({ tries: 1, stockSeen: 7 });
  },
);

const PLACE = {
  storeId: STORE,
  zone: 'entrance',
  timeZone: 'Asia/Taipei',
  hours: { from: 0, to: 1440 },
};
