import type { EpochMs } from '../../protocol/units.ts';
import type { CampaignTally } from './replay/tally.ts';

/** What to judge again, and by which campaigns. */
export interface BacktestAsked {
  readonly since: EpochMs;
  readonly until: EpochMs;
  /** Zone whose days are counted. */
  readonly timeZone: string;
  /** Manifests as they would be applied; those of other kinds than Campaign and Segment are left out. */
  readonly documents: readonly unknown[];
}

/** What was decided then, and what would have been decided with the campaigns asked about. */
export interface BacktestResult {
  readonly v: 1;
  readonly since: EpochMs;
  readonly until: EpochMs;
  readonly events: number;
  /** Ids of the campaigns asked about; none: it was judged by what there was. */
  readonly drafts: readonly string[];
  readonly would: readonly CampaignTally[];
  readonly was: readonly CampaignTally[];
  readonly tookMs: number;
}

export type BacktestWord =
  | { readonly is: 'progress'; readonly events: number; readonly of: number }
  | { readonly is: 'result'; readonly result: BacktestResult }
  | {
      readonly is: 'refused';
      readonly code: string;
      readonly message: string;
      readonly where?: string;
      readonly remedy?: string;
    };
