import type { EpochMs } from '../../protocol/units.ts';
import { periodName } from './calendar.ts';
import type { CampaignId } from './ids.ts';

/** Names of the counters that stock and budgets are kept in. */
export const stockKey = (campaign: CampaignId): string => `stock|${campaign}`;

export const messagesKey = (campaign: CampaignId, at: EpochMs, per: 'day' | 'month', timeZone: string): string =>
  `messages|${campaign}|${periodName(at, per, timeZone)}`;
