import type { Ledger, LedgerTx } from '../core/ports.ts';
import { campaignRows } from './campaigns.ts';
import type { StoreContext } from './context.ts';
import { counterRows } from './counters.ts';
import { couponRows } from './coupons.ts';
import { isDatabaseFault } from './database.ts';
import { decisionRows } from './decisions.ts';
import { deliveryRows } from './deliveries.ts';
import { eventRows } from './events.ts';
import { historyRows } from './history.ts';
import { memberRows } from './members.ts';
import { registryRows } from './registry.ts';
import { visitRows } from './visits.ts';

/** All aggregates over one connection or transaction. */
export const repositories = (context: StoreContext): LedgerTx => ({
  events: eventRows(context),
  registry: registryRows(context),
  members: memberRows(context),
  visits: visitRows(context),
  campaigns: campaignRows(context),
  history: historyRows(context),
  counters: counterRows(context),
  coupons: couponRows(context),
  decisions: decisionRows(context),
  deliveries: deliveryRows(context),
});

export const createLedger = (context: StoreContext): Ledger => ({
  read: (work) => work(repositories(context)),
  transaction: (work) => context.db.transaction().execute((db) => work(repositories({ ...context, db }))),
  isFault: isDatabaseFault,
});
