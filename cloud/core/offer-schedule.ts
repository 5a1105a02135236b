import type { EpochMs } from '../../protocol/units.ts';
import { clockOf } from './decide/clock.ts';
import type { CampaignId, MemberId } from './ids.ts';
import { triggerFor } from './manifest/trigger.ts';
import { nextRun } from './schedule.ts';
import type { Offer } from './working-set-types.ts';

/**
 * The first time after `after` (exclusive) at which an offer comes due by the clock, never before it was applied;
 * `undefined` where it waits for no time, or for none any more.
 */
export function runAfter(offer: Offer, after: EpochMs): EpochMs | undefined {
  const { spec, since } = offer;
  const { at, every } = triggerFor(spec, 'schedule') ?? {};
  const schedule = at === undefined ? every && { every } : { at };
  if (schedule === undefined || since === undefined) return undefined;
  return nextRun(schedule, clockOf(offer, undefined).timeZone, after > since ? after : since);
}

/** Names the turn of one member in a run, the same whoever gives it. */
export const turnOf = (campaign: CampaignId, dueAt: EpochMs, member: MemberId): string =>
  `schedule:${campaign}:${dueAt}:${member}`;
