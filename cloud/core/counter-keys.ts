import type { NodeId } from '../../protocol/ids.ts';
import type { EpochMs } from '../../protocol/units.ts';
import { periodName } from './calendar.ts';
import type { CampaignId } from './ids.ts';

/** Names of the counters that stock and budgets are kept in. */
export const stockKey = (campaign: CampaignId): string => `stock|${campaign}`;

export const messagesKey = (campaign: CampaignId, at: EpochMs, per: 'day' | 'month', timeZone: string): string =>
  `messages|${campaign}|${periodName(at, per, timeZone)}`;

/** Held while a limit over all members is relied on, of one campaign or of the house; it counts nothing itself. */
export const sharedLimitKey = (campaign: CampaignId | undefined): string => `${SHARED_LIMIT}${campaign ?? '*'}`;

const SHARED_LIMIT = 'limit|';

/** Held while the offers on fixed device messages of a node are counted and relied on. */
export const fixedOffersKey = (node: NodeId): string => `${SHARED_LIMIT}fixed|${node}`;

/** Whether a counter is there to be held, not to be taken from. */
export const countsNothing = (key: string): boolean => key.startsWith(SHARED_LIMIT);
