import type { EpochMs } from '../../protocol/units.ts';
import type { AttemptOutcome } from '../core/deliver/settle.ts';
import { oneLine } from '../core/plain-text.ts';
import type { ClaimedDelivery } from '../core/ports.ts';
import type { LineClient } from './line-client.ts';

/** From claimed deliveries to one call, and from its end to what is kept of it. */

/** How a call ended, and when: UTC ms. */
export interface EndedCall {
  readonly outcome: AttemptOutcome;
  readonly startedAt: EpochMs;
  readonly endedAt: EpochMs;
}

/** The call for `all`, of which the first stands for what they have in common. */
export function callOf(
  { route, replyToken, messages, lineUserId, retryKey, castKey }: ClaimedDelivery,
  all: readonly ClaimedDelivery[],
  line: LineClient,
): Promise<AttemptOutcome> {
  if (castKey !== undefined) {
    // Two of them may have turned out to be one person meanwhile.
    const to = new Set(all.flatMap((delivery) => delivery.lineUserId ?? []));
    return line.multicast({ to: [...to], messages, retryKey: castKey });
  }
  if (route === 'reply') {
    return replyToken === undefined
      ? Promise.resolve({ at: 'invalid-reply-token' })
      : line.reply({ replyToken, messages });
  }
  // Who has no id any more needs no call, and is none of these.
  if (lineUserId === undefined) throw new Error('a push to nobody');
  return line.push({ to: lineUserId, messages, retryKey });
}

/**
 * LINE's texts may change and a narrowcast may hold the rest of the month's messages for a while: only where LINE's own
 * figures say that the month is used up is a push given up for it.
 */
export async function confirmed(
  outcome: AttemptOutcome,
  { route }: ClaimedDelivery,
  quotaUsedUp: () => Promise<boolean>,
): Promise<AttemptOutcome> {
  if (route !== 'push' || (outcome.at !== 'quota-exhausted' && outcome.at !== 'too-many')) return outcome;
  if (await quotaUsedUp()) return { at: 'quota-exhausted' };
  return outcome.at === 'too-many' ? outcome : { at: 'too-many', message: 'monthly limit, but messages are left' };
}

/** What is kept of a call. */
export const recordOf = (delivery: ClaimedDelivery, { outcome, startedAt, endedAt }: EndedCall) => ({
  route: delivery.route,
  outcome: outcome.at,
  ...detailOf(outcome),
  ...('requestId' in outcome && outcome.requestId !== undefined && { requestId: outcome.requestId }),
  startedAt,
  endedAt,
});

const MOST_DETAIL = 500;

function detailOf(outcome: AttemptOutcome): { readonly detail?: string } {
  const told = toldBy(outcome);
  return told === undefined ? {} : { detail: oneLine(told.slice(0, MOST_DETAIL)) };
}

/** Anybody's words: between us and LINE stand proxies that answer in its name, with whatever they like. */
function toldBy(outcome: AttemptOutcome): string | undefined {
  if ('detail' in outcome) return outcome.detail;
  if (outcome.at === 'refused') return `${outcome.status} ${outcome.message}`;
  return outcome.at === 'too-many' ? outcome.message : undefined;
}
