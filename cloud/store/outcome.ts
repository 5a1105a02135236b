import type { Changes } from '../core/working-set-types.ts';
import type { StoreContext } from './context.ts';
import { counterRows } from './counters.ts';
import { couponRows } from './coupons.ts';
import { decisionRows } from './decisions.ts';
import { deliveryRows } from './deliveries.ts';
import { eventRows } from './events.ts';
import { insertRows } from './many.ts';
import { memberRows } from './members.ts';
import { Overtaken } from './overtaken.ts';
import { visitRows } from './visits.ts';

const insist = (what: string, went: number, wanted: number): void => {
  if (went !== wanted) throw new Overtaken(`${what}: ${went} of ${wanted}`);
};

/** Writes what a batch came to, in the order of its references. Throws {@link Overtaken}. */
export async function writeChanges(context: StoreContext, changes: Changes): Promise<void> {
  const { db } = context;
  const events = eventRows(context);
  const members = memberRows(context);
  const visits = visitRows(context);
  const counters = counterRows(context);

  insist('events', await events.addDone(changes.heard), changes.heard.length);
  await events.closeAll(changes.closed);
  await members.consentAll(changes.consents);
  for (const [member, blocked] of changes.blocked) await members.setBlocked(member, blocked);
  await visits.saveAll(changes.visits);
  for (const { key, taken, limit } of changes.counters) {
    if (!(await counters.takeMany(key, taken, limit))) throw new Overtaken(`counter ${key}`);
  }
  insist('coupons', await couponRows(context).issueAll(changes.coupons), changes.coupons.length);
  await decisionRows(context).addAll(changes.decisions);
  await deliveryRows(context).addAll(changes.deliveries);
  await insertRows(
    db,
    'exposure',
    { campaign_id: 'text', member_id: 'text', arm: 'text', bucket: 'int', algorithm: 'int', at: 'int' },
    changes.exposures.map(({ campaignId, memberId, exposure: { arm, bucket, algorithm, at } }) => ({
      campaign_id: campaignId,
      member_id: memberId,
      arm,
      bucket,
      algorithm,
      at,
    })),
    ['campaign_id', 'member_id'],
  );
  await insertRows(
    db,
    'deferral',
    { event_id: 'text', campaign_id: 'text', member_id: 'text', trigger_on: 'text', until: 'int' },
    changes.deferrals.map(({ eventId, campaignId, memberId, trigger, until }) => ({
      event_id: eventId,
      campaign_id: campaignId,
      member_id: memberId,
      trigger_on: trigger,
      until,
    })),
  );
  // Last, when everything that may point at the visit that goes has been written.
  for (const { from, into } of changes.absorbed) await visits.absorb(from, into);
}
