import { z } from 'zod';
import { ENDPOINTS } from './endpoint-name.ts';

/**
 * What may go wrong between LINE and a bot. `times` counts down to nothing; without it a fault stays until replaced.
 * A fault acts before LINE takes the message, its `_after` twin once the message has been accepted.
 */
export const ApiFault = z.strictObject({
  kind: z.enum([
    'error_500',
    'error_500_after',
    'timeout_before',
    'timeout_after',
    /** The connection is torn down without an answer. */
    'cut_before',
    'cut_after',
    /** A right answer, `delayMs` late. */
    'slow',
    /** The four meanings of 429. */
    'rate_limited',
    'too_concurrent',
    'monthly_limit',
    'user_flooded',
    /** The access token counts as expired or revoked. */
    'unauthorized',
    /** The account has no right to the call, or its plan lacks it. */
    'forbidden',
  ]),
  /** Left out: reply, push and multicast. */
  endpoint: z.enum(ENDPOINTS).optional(),
  times: z.int().positive().optional(),
  /** Chance of striking a matching call, for storms. */
  probability: z.number().gt(0).max(1).optional(),
  delayMs: z.int().min(0).max(600_000).optional(),
});
export type ApiFault = z.infer<typeof ApiFault>;

export const WebhookFault = z.strictObject({
  kind: z.enum([
    /** The same delivery arrives twice. */
    'duplicate',
    /** LINE never sends it, not even again. */
    'lose',
    /** The bot cannot be reached; it comes again where redelivery is on. */
    'unreachable',
    /** The bot takes it, and LINE never hears so; it comes again where redelivery is on. */
    'answer_lost',
    /** It leaves `delayMs` late. */
    'delay',
    /** It leaves after the next one: the order is turned round. */
    'hold',
    'wrong_signature',
    /** The event is another module's: mode `standby`, no reply token. */
    'standby',
    /** It does not say who or where. */
    'no_source',
    /** Properties nobody has documented yet, and spaces where there were none. */
    'unknown_fields',
    /** The beacon or message is of a type nobody has documented yet. */
    'unknown_values',
    /** An event of a type nobody has documented yet stands before it in the same body. */
    'unknown_event',
    /** A delivery without events goes before it. */
    'empty',
  ]),
  times: z.int().positive().optional(),
  probability: z.number().gt(0).max(1).optional(),
  delayMs: z.int().min(0).max(1_200_000).optional(),
});
export type WebhookFault = z.infer<typeof WebhookFault>;

/** LINE is away: no call is heard, whatever it asks for. */
export const Away = z.strictObject({
  how: z.enum(['cut', 'error_500', 'timeout']).default('cut'),
  /** Counted from when the faults were set; left out: until they are replaced. */
  forMs: z.int().positive().max(86_400_000).optional(),
  /** What becomes of events meanwhile. */
  webhooks: z.enum(['held', 'lost']).default('held'),
});
export type Away = z.infer<typeof Away>;

export const Faults = z.strictObject({
  api: z.array(ApiFault).max(20).default([]),
  webhook: z.array(WebhookFault).max(20).default([]),
  away: Away.optional(),
  /** The same seed and the same order of calls make the same storm. */
  seed: z.int().min(0).max(0xffff_ffff).optional(),
});
export type Faults = z.infer<typeof Faults>;

export const NO_FAULTS: Faults = { api: [], webhook: [] };

interface Countable {
  readonly times?: number | undefined;
  readonly probability?: number | undefined;
}

/**
 * The first fault of `faults` that `matches` and whose chance comes up (`roll` gives 0…1, 1 excluded, asked once per
 * matching fault), with the list it leaves behind. One fault per call: two at once could not be told apart outside.
 */
export function strike<F extends Countable>(
  faults: readonly F[],
  matches: (fault: F) => boolean,
  roll: () => number,
): { readonly struck?: F; readonly left: F[] } {
  const index = faults.findIndex(
    (fault) => matches(fault) && (fault.probability === undefined || roll() < fault.probability),
  );
  const struck = faults[index];
  if (struck === undefined) return { left: [...faults] };
  const left = faults.flatMap((fault, i) => {
    if (i !== index || fault.times === undefined) return [fault];
    return fault.times > 1 ? [{ ...fault, times: fault.times - 1 }] : [];
  });
  return { struck, left };
}

/** A die whose throws follow from its seed (mulberry32). */
export function seededDie(seed: number): () => number {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
