import { z } from 'zod';
import { NodeBundle } from '../../protocol/messages/bundle.ts';

/**
 * A bundle as it is handed to whoever asked for it. `brokerList`: the broker is not ours, so that nobody could be sent
 * away from it; who may log in there is on a list of its own, which knows nothing of this password until it is renewed,
 * and goes on letting in the one before.
 */
export const MadeBundle = NodeBundle.extend({ brokerList: z.literal('stale').optional() });
export type MadeBundle = z.infer<typeof MadeBundle>;
