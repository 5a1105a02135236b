import type { EpochMs } from '../../protocol/units.ts';
import type { Outcome, RefusalReason } from './decide/reasons.ts';
import type { TriggerType } from './decide/types.ts';
import type { ExplainedAudience } from './explain.ts';
import type { Manifest } from './manifest/manifest.ts';
import type { LineMessage } from './message/render.ts';

/** One event that never was, and one campaign to look at. */
export interface PreviewAsked {
  readonly campaign: string;
  /** As they would be applied; none: by what is applied. */
  readonly manifests: readonly Manifest[];
  /** A member, or somebody made up who agreed to everything and of whom nothing else is known. */
  readonly as: string | 'sample';
  readonly at: EpochMs;
  /** Absent: the first the campaign waits for. */
  readonly trigger?: TriggerType | undefined;
  /** Absent: the first where it waits. */
  readonly store?: string | undefined;
  readonly node?: string | undefined;
  /** What is typed; absent: the campaign's first phrase. */
  readonly phrase?: string | undefined;
  /** Language of the message; absent: that of the shop. */
  readonly locale?: string | undefined;
}

export interface PreviewedDecision {
  readonly campaign: string;
  readonly outcome: Outcome;
  readonly reason?: RefusalReason;
  /** Gates passed, in order. */
  readonly passed: readonly string[];
  /** Of the gate that stopped it, from 1. */
  readonly gate?: number;
  /** Where the person is not meant: by which conditions. */
  readonly figure?: ExplainedAudience;
}

export interface Preview {
  readonly v: 1;
  readonly campaign: string;
  readonly as: string;
  readonly at: EpochMs;
  readonly trigger: TriggerType;
  readonly node?: string;
  readonly store?: string;
  readonly timeZone: string;
  readonly decision: PreviewedDecision;
  /** What becomes of the other campaigns that wait for the same. */
  readonly others: readonly PreviewedDecision[];
  readonly route?: 'reply' | 'push';
  /** What the person would read; where nothing would be sent: what the campaign would have said. */
  readonly messages: readonly LineMessage[];
  readonly sent: boolean;
  /** Why the message cannot be made. */
  readonly complaint?: string;
}
