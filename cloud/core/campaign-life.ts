import { unreachable } from '../../protocol/result.ts';
import { Problem } from './problem.ts';

/**
 *            pause
 *   running ───────► paused        apply and rollback make a new version and leave the state;
 *      │   ◄───────    │           `ended` is the end: its coupons stay valid, its id is not used again
 *      │    resume     │
 *      └──────► ended ◄┘
 *          end
 */
export type CampaignState = 'running' | 'paused' | 'ended';
export type LifeAction = 'pause' | 'resume' | 'end';

/** The state after `action`; the same where there is nothing to do. Throws {@link Problem} `campaign_ended`. */
export function stepLife(id: string, state: CampaignState, action: LifeAction): CampaignState {
  if (state === 'ended' && action !== 'end') throw campaignEnded(id);
  switch (action) {
    case 'pause':
      return 'paused';
    case 'resume':
      return 'running';
    case 'end':
      return 'ended';
    default:
      return unreachable(action);
  }
}

export const campaignEnded = (id: string): Problem =>
  new Problem('conflict', 'campaign_ended', `campaign "${id}" has ended, and an ended one does not change any more`, {
    where: `Campaign ${id}`,
    remedy: 'apply it under another id',
  });

/** Somebody else was faster. `last`: who changed it, as far as it is known. */
export function versionConflict(
  id: string,
  versions: { readonly expected: number; readonly found: number },
  last: { readonly who: string; readonly at: number } | undefined,
): Problem {
  const by = last === undefined ? '' : `, changed by ${last.who} on ${new Date(last.at).toISOString()}`;
  return new Problem(
    'conflict',
    'version_conflict',
    `campaign "${id}" is at version ${versions.found}, not at version ${versions.expected}${by}`,
    {
      where: `Campaign ${id}`,
      remedy: `look at pharos campaign show ${id} and decide anew; to go on from there, say --expect ${id}=${versions.found}`,
    },
  );
}

/** What headquarters sees of a campaign. */
export interface CampaignSummary {
  readonly id: string;
  readonly name: string;
  readonly state: CampaignState;
  readonly version: number;
  /** As the file has it: local dates at the shops. */
  readonly active: { readonly from?: string | undefined; readonly until?: string | undefined };
  /** Coupons that were shown to somebody, redeemed or not. */
  readonly given: number;
  /** Absent where there is no limit. */
  readonly stock?: { readonly of: number; readonly left: number };
  readonly changed?: { readonly at: number; readonly who: string; readonly action: string; readonly why?: string };
}

export interface CampaignVersionSummary {
  readonly version: number;
  readonly at: number;
  /** A rollback: the version this one says again. */
  readonly restores?: number;
}

export interface CampaignDetails extends CampaignSummary {
  readonly spec: unknown;
  /** The newest first. */
  readonly versions: readonly CampaignVersionSummary[];
}

/** What pause, resume, end and rollback answer. */
export interface CampaignChanged {
  readonly id: string;
  readonly state: CampaignState;
  readonly version: number;
  /** Whether there was anything to do. */
  readonly changed: boolean;
}
