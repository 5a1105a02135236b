import type { EpochMs } from '../../../../protocol/units.ts';
import type { Finding } from '../finding.ts';
import type { House } from './house.ts';

/** What a lint must be told, since no file says it. */
export interface Asked {
  readonly now: EpochMs;
  /** How many people a campaign is meant to reach, where somebody said so. */
  readonly members?: number;
}

export type Lint = (house: House, asked: Asked) => Finding[];
