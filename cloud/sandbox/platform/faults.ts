import { z } from 'zod';

/**
 * What may go wrong between LINE and a bot. `times` counts down to nothing; without it a fault stays until replaced.
 * `error_500` and `timeout_before` act before LINE takes the message, the `_after` twins once it has been accepted.
 */
export const ApiFault = z.strictObject({
  kind: z.enum(['error_500', 'error_500_after', 'timeout_before', 'timeout_after']),
  endpoint: z.enum(['reply', 'push', 'multicast']).optional(),
  times: z.int().positive().optional(),
  /** Chance of striking a matching call, for soak runs. */
  probability: z.number().gt(0).max(1).optional(),
});
export type ApiFault = z.infer<typeof ApiFault>;

export const WebhookFault = z.strictObject({
  /** `duplicate`: the same delivery arrives twice. `lose`: LINE never sends it. */
  kind: z.enum(['duplicate', 'lose']),
  times: z.int().positive().optional(),
  probability: z.number().gt(0).max(1).optional(),
});
export type WebhookFault = z.infer<typeof WebhookFault>;

export const Faults = z.strictObject({
  api: z.array(ApiFault).max(20).default([]),
  webhook: z.array(WebhookFault).max(20).default([]),
});
export type Faults = z.infer<typeof Faults>;

export const NO_FAULTS: Faults = { api: [], webhook: [] };

interface Countable {
  readonly times?: number | undefined;
  readonly probability?: number | undefined;
}

/**
 * The first fault of `faults` that `matches` and whose chance comes up (`roll` in 0…1), with the list it leaves behind.
 * One fault per call: two at once would be impossible to tell apart from outside.
 */
export function strike<F extends Countable>(
  faults: readonly F[],
  matches: (fault: F) => boolean,
  roll: number,
): { readonly struck?: F; readonly left: F[] } {
  const index = faults.findIndex((fault) => matches(fault) && roll < (fault.probability ?? 1));
  const struck = faults[index];
  if (struck === undefined) return { left: [...faults] };
  const left = faults.flatMap((fault, i) => {
    if (i !== index || fault.times === undefined) return [fault];
    return fault.times > 1 ? [{ ...fault, times: fault.times - 1 }] : [];
  });
  return { struck, left };
}
