import type { LastRecovery } from '../../protocol/messages/status.ts';
import { own } from '../../protocol/own.ts';
import { type EpochMs, epochMs } from '../../protocol/units.ts';
import { RECOVERY_REASONS, type RecoveryReason, STAGES, type Stage } from './supervision.ts';

/** The last thing that was done to keep the radio alive, as people are told; it outlives the process. */
export interface RecoveryRecord {
  readonly stage: Stage;
  /** `killed`: the process before this one ended without saying why. */
  readonly reason: RecoveryReason | 'killed';
  readonly at: EpochMs;
}

export const RECOVERY_STAGES = STAGES;
export const RECORDED_REASONS = [...RECOVERY_REASONS, 'killed'] as const;

/**
 * What is known about recoveries when a process starts: what the one before wrote, or that it wrote nothing although it
 * ran in this same boot. After a reboot or power cut nobody needs to be told.
 */
export function recoveryAtStart(
  previous:
    | { readonly boot: string; readonly running?: boolean | undefined; readonly recovery?: RecoveryRecord | undefined }
    | undefined,
  now: { readonly boot: string; readonly wall: EpochMs },
): RecoveryRecord | undefined {
  if (previous?.running === true && previous.boot === now.boot) {
    return { stage: 'exit', reason: 'killed', at: epochMs(now.wall) };
  }
  return previous?.recovery;
}

const BECAUSE: Readonly<Record<RecoveryRecord['reason'], string>> = {
  silence: 'nothing was heard any more',
  'scan-ended': 'another program or the controller itself ended the scan',
  'no-answer': 'the controller hung: it answered no command',
  refused: 'the controller refused to scan',
  'adapter-off': 'the adapter was off and did not come on',
  'adapter-gone': 'the adapter was unplugged',
  'off-air': 'the controller did not advertise',
  stuck: 'a recovery did not end',
  killed: 'the radio process ended without a word (killed or crashed)',
};

const DONE: Readonly<Record<Stage, string>> = {
  reenable: 'scan enabled again',
  restart: 'scan restarted',
  reopen: 'adapter opened anew',
  reset: 'controller reset',
  exit: 'radio process restarted',
};

/** Why a stage was begun, as the end of a sentence. */
export const describeReason = (reason: RecoveryRecord['reason']): string => BECAUSE[reason];

/** One sentence for people; codes of another version stand for themselves. */
export const describeRecovery = (told: LastRecovery): string =>
  `${within(DONE, told.stage)} at ${new Date(told.at).toISOString()} because ${within(BECAUSE, told.reason)}`;

const within = (words: Readonly<Record<string, string>>, code: string): string => own(words, code) ?? code;
