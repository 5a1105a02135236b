import type { EpochMs } from '../../protocol/units.ts';
import { periodName } from './calendar.ts';
import type { CampaignId } from './ids.ts';

/** Names of the counters that stock and budgets are kept in. */
export const stockKey = (campaign: CampaignId): string => `stock|${campaign}`;

export const messagesKey = (campaign: CampaignId, at: EpochMs, per: 'day' | 'month', timeZone: string): string =>
  `messages|${campaign}|${periodName(at, per, timeZone)}`;

/** Held while a limit over all members is relied on, of one campaign or of the house; it counts nothing itself. */
export const sharedLimitKey = (campaign: CampaignId | undefined): string => `limit|${campaign ?? '*'}`;
