import type { CouponId } from '../core/ids.ts';
import type { Changes } from '../core/working-set-types.ts';
import type { StoreContext } from './context.ts';
import { counterRows } from './counters.ts';
import { couponRows } from './coupons.ts';
import { decisionRows } from './decisions.ts';
import { deliveryRows } from './deliveries.ts';
import { eventRows } from './events.ts';
import { noteSources } from './friend-sources.ts';
import { insertRows } from './many.ts';
import { memberRows } from './members.ts';
import { Overtaken } from './overtaken.ts';
import { together } from './together.ts';
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
  const coupons = couponRows(context);
  const again = shownAgain(changes);

  const [heard, good, issued] = await together(db, [
    () => events.addDone(changes.heard),
    () => coupons.holdGood(again),
    () => coupons.issueAll(changes.coupons),
    () => events.closeAll(changes.closed),
    () => members.consentAll(changes.consents),
    () => visits.saveAll(changes.visits),
    () => decisionRows(context).addAll(changes.decisions),
    () => deliveryRows(context).addAll(changes.deliveries),
    () => addExposures(db, changes.exposures),
    () => addDeferrals(db, changes.deferrals),
    ...[...changes.blocked].map(
      ([member, blocked]) =>
        () =>
          members.setBlocked(member, blocked),
    ),
    () => noteSources(db, changes.sources),
  ]);
  insist('events', heard, changes.heard.length);
  insist('coupons shown again', good, again.length);
  insist('coupons', issued, changes.coupons.length);
  // Last, when everything that may point at the visit that goes has been written.
  for (const { from, into } of changes.absorbed) await visits.absorb(from, into);
  // Counters of a campaign are everybody's: taken here, they are held for the length of the commit and no more.
  for (const { key, taken, limit } of inOrder(changes.counters)) {
    if (!(await counters.takeMany(key, taken, limit))) throw new Overtaken(`counter ${key}`);
  }
}

/** Coupons of before that a message shows once more. */
function shownAgain({ deliveries, coupons }: Changes): CouponId[] {
  const made = new Set(coupons.map(({ id }) => id));
  return [...new Set(deliveries.flatMap(({ couponId }) => couponId ?? []))].filter((id) => !made.has(id));
}

/** The order of whoever holds several. */
const inOrder = (counters: Changes['counters']): Changes['counters'] =>
  [...counters].sort((a, b) => (a.key < b.key ? 1 : -1));

const addExposures = (db: StoreContext['db'], exposures: Changes['exposures']): Promise<number> =>
  insertRows(
    db,
    'exposure',
    { campaign_id: 'text', member_id: 'text', arm: 'text', bucket: 'int', algorithm: 'int', at: 'int' },
    exposures.map(({ campaignId, memberId, exposure: { arm, bucket, algorithm, at } }) => ({
      campaign_id: campaignId,
      member_id: memberId,
      arm,
      bucket,
      algorithm,
      at,
    })),
    ['campaign_id', 'member_id'],
  );

const addDeferrals = (db: StoreContext['db'], deferrals: Changes['deferrals']): Promise<number> =>
  insertRows(
    db,
    'deferral',
    { event_id: 'text', campaign_id: 'text', member_id: 'text', trigger_on: 'text', until: 'int' },
    deferrals.map(({ eventId, campaignId, memberId, trigger, until }) => ({
      event_id: eventId,
      campaign_id: campaignId,
      member_id: memberId,
      trigger_on: trigger,
      until,
    })),
  );
