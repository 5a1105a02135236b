import type { Ledger, LedgerTx, Registry } from '../core/ports.ts';
import { alertRows } from './alerts.ts';
import { clockRows } from './clock.ts';
import type { StoreContext } from './context.ts';
import { counterRows } from './counters.ts';
import { couponRows } from './coupons.ts';
import { isDatabaseFault } from './database.ts';
import { decisionRows } from './decisions.ts';
import { deliveryRows } from './deliveries.ts';
import { isPostgres } from './dialect.ts';
import { erasedIdentities } from './erased-identities.ts';
import { eventRows } from './events.ts';
import { loadPast } from './history.ts';
import { memberRows } from './members.ts';
import { writeChanges } from './outcome.ts';
import { Overtaken } from './overtaken.ts';
import { registryMemory } from './registry.ts';
import { transact } from './transact.ts';

/** All aggregates over one connection or transaction. */
export const repositories = (
  context: StoreContext,
  registry: () => Promise<Registry> = () => registryMemory().open(context),
  firm = false,
): LedgerTx => ({
  events: eventRows(context),
  registry,
  members: { ...memberRows(context), ...erasedIdentities(context) },
  clock: clockRows(context),
  load: (asked) => loadPast(context, asked, firm),
  write: (changes) => writeChanges(context, changes),
  counters: counterRows(context),
  coupons: couponRows(context),
  decisions: decisionRows(context),
  deliveries: deliveryRows(context),
  alerts: alertRows(context),
});

/** A batch that was overtaken is decided again from what is there now; this often nobody is overtaken by chance. */
const TRIES = 5;

export const createLedger = (context: StoreContext): Ledger => {
  const memory = registryMemory();
  return {
    read: (work) => work({ events: eventRows(context) }),
    hear: (events) => eventRows(context).addAll(events),
    async transaction(work) {
      for (let attempt = 1; ; attempt++) {
        try {
          return await transact(context.db, (db) => {
            const here = { ...context, db };
            // Asked for at once: nearly all need it, and by the time they do it has been answered.
            const registry = memory.open(here);
            registry.catch(() => undefined);
            return work(repositories(here, () => registry, attempt > 1));
          });
        } catch (error) {
          if (!(error instanceof Overtaken) || attempt === TRIES) throw error;
        }
      }
    },
    // SQLite has one writer. Of three, the third found nothing left to do on any machine we measured.
    writersAtOnce: isPostgres(context.db) ? 2 : 1,
    isFault: (error) => error instanceof Overtaken || isDatabaseFault(error),
  };
};
