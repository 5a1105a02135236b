import type { Result } from '../../protocol/result.ts';
import type { EpochMs } from '../../protocol/units.ts';

/** Why LINE could not be asked, or would not answer. */
export type LineTrouble = 'unauthorized' | 'refused' | 'unreachable';

/** What LINE tells of an account when asked; each answer may fail on its own. */
export interface LineAccountFacts {
  readonly bot: Result<LineBot, LineTrouble>;
  /** The webhook address as LINE has it now, after it was set if that was asked for. */
  readonly endpoint: Result<LineEndpoint | undefined, LineTrouble>;
  /** What became of setting the address; absent when it was not asked for. */
  readonly set?: Result<true, LineTrouble>;
  /** LINE's own test of the address; absent when there is none to test. */
  readonly test?: Result<LineWebhookTest, LineTrouble>;
  readonly quota: Result<LineQuota, LineTrouble>;
  /** The address our own settings promise (PHAROS_PUBLIC_URL), or the one that was asked for. */
  readonly wanted?: string;
  /** LINE's clock against ours, ms; positive when ours is behind. Absent when LINE did not say. */
  readonly clockAheadMs?: number;
  /** Hardware ids of the nodes in our registry. */
  readonly hwids: readonly string[];
  readonly at: EpochMs;
}

export interface LineBot {
  readonly basicId: string;
  readonly displayName: string;
  readonly chatMode: string;
}

export interface LineEndpoint {
  readonly url: string;
  /** The console's "Use webhook". */
  readonly active: boolean;
}

export interface LineWebhookTest {
  readonly success: boolean;
  readonly statusCode: number;
  readonly reason: string;
  readonly detail: string;
}

export interface LineQuota {
  /** Messages the account may send a month; absent: no limit of its own. */
  readonly limit?: number;
  readonly used: number;
}
