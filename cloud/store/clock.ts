import type { Selectable } from 'kysely';
import { type EpochMs, epochMs } from '../../protocol/units.ts';
import type { CampaignId, EventId, MemberId } from '../core/ids.ts';
import { turnOf } from '../core/offer-schedule.ts';
import type { ClockPort, ScheduleRun } from '../core/ports.ts';
import type { StoreContext } from './context.ts';
import { listOf } from './many.ts';
import { membersAfter } from './members-after.ts';
import type { Database } from './schema.ts';

/** What comes due by the clock: decisions put off, and runs of scheduled campaigns. */
export const clockRows = ({ db }: Pick<StoreContext, 'db'>): ClockPort => ({
  async dueDeferrals(now, limit) {
    const rows = await db
      .selectFrom('deferral')
      .selectAll()
      .where('closed_at', 'is', null)
      .where('until', '<=', now)
      .orderBy('until')
      .orderBy('event_id')
      .limit(limit)
      .forUpdate()
      .skipLocked()
      .execute();
    return rows.map((row) => ({
      eventId: row.event_id as EventId,
      campaignId: row.campaign_id as CampaignId,
      memberId: row.member_id as MemberId,
      trigger: row.trigger_on,
      until: epochMs(row.until),
    }));
  },

  async closeDeferral({ eventId, campaignId }, at) {
    const { numUpdatedRows } = await db
      .updateTable('deferral')
      .set({ closed_at: at })
      .where('event_id', '=', eventId)
      .where('campaign_id', '=', campaignId)
      .where('closed_at', 'is', null)
      .executeTakeFirstOrThrow();
    return numUpdatedRows === 1n;
  },

  async lastRuns(now) {
    const rows = await db
      .selectFrom('schedule_run')
      .select(({ fn }) => ['campaign_id', fn.max<number>('due_at').as('due_at')])
      .where('due_at', '<=', now)
      .groupBy('campaign_id')
      .execute();
    return new Map(rows.map((row) => [row.campaign_id as CampaignId, epochMs(row.due_at)]));
  },

  async beginRun(campaign, dueAt, doneAt) {
    await db
      .insertInto('schedule_run')
      .values({ campaign_id: campaign, due_at: dueAt, after_member: '', done_at: doneAt ?? null })
      .onConflict((conflict) => conflict.columns(['campaign_id', 'due_at']).doNothing())
      .execute();
  },

  async openRuns() {
    const rows = await db
      .selectFrom('schedule_run')
      .selectAll()
      .where('done_at', 'is', null)
      .orderBy('due_at')
      .execute();
    if (rows.length === 0) return { runs: [] };
    const runs = rows.map(toRun);
    const begun = runs.filter(({ afterMember }) => afterMember !== '');
    const turns = begun.map(({ campaignId, dueAt, afterMember }) => turnOf(campaignId, dueAt, afterMember));
    const given = await db
      .selectFrom('event')
      .select(({ fn }) => [fn.max<number | null>('received_at').as('at'), fn.countAll<number>().as('found')])
      .where('source_id', 'in', listOf(db, turns))
      .executeTakeFirstOrThrow();
    // Who was passed over left no event: when that was nobody can tell, so nothing is said of any run.
    if (given.found < begun.length) return { runs: [] };
    const ended = await db
      .selectFrom('schedule_run')
      .select(({ fn }) => fn.max<number | null>('done_at').as('at'))
      .where('after_member', '<>', '')
      .executeTakeFirstOrThrow();
    const movedAt = Math.max(given.at ?? 0, ended.at ?? 0);
    return { runs, ...(movedAt > 0 && { movedAt: epochMs(movedAt) }) };
  },

  async openRun() {
    const row = await db
      .selectFrom('schedule_run')
      .selectAll()
      .where('done_at', 'is', null)
      .orderBy('due_at')
      .orderBy('campaign_id')
      .limit(1)
      .forUpdate()
      .skipLocked()
      .executeTakeFirst();
    return row && toRun(row);
  },

  membersAfter: (member, limit) => membersAfter(db, member, limit),

  async advanceRun({ campaignId, dueAt, afterMember: before }, afterMember, doneAt: EpochMs | undefined) {
    const { numUpdatedRows } = await db
      .updateTable('schedule_run')
      .set({ after_member: afterMember, done_at: doneAt ?? null })
      .where('campaign_id', '=', campaignId)
      .where('due_at', '=', dueAt)
      .where('after_member', '=', before)
      .where('done_at', 'is', null)
      .executeTakeFirstOrThrow();
    return numUpdatedRows === 1n;
  },
});

const toRun = (row: Selectable<Database['schedule_run']>): ScheduleRun => ({
  campaignId: row.campaign_id as CampaignId,
  dueAt: epochMs(row.due_at),
  afterMember: row.after_member as MemberId,
});
