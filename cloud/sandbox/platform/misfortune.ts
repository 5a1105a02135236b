import type { ApiFault, Faults, WebhookFault } from './faults.ts';
import { seededDie, strike } from './faults.ts';
import type { Moment, PlatformState } from './state.ts';

/** How faults strike: which one, and when LINE is away altogether. */

/** From now on these faults and no others. */
export function setFaults(state: PlatformState, faults: Faults, nowMs: number): void {
  state.faults = faults;
  state.awayFromMs = nowMs;
  state.die = faults.seed === undefined ? undefined : seededDie(faults.seed);
}

/** How LINE is away at `nowMs`, and until when; `undefined` while it is there. */
export function awayAt(
  { faults: { away }, awayFromMs }: PlatformState,
  nowMs: number,
): (NonNullable<Faults['away']> & { readonly leftMs: number }) | undefined {
  if (away === undefined) return undefined;
  const leftMs = away.forMs === undefined ? Number.POSITIVE_INFINITY : awayFromMs + away.forMs - nowMs;
  return leftMs > 0 ? { ...away, leftMs } : undefined;
}

export function strikeApi(state: PlatformState, endpoint: string, sending: boolean, moment: Moment) {
  if (state.faults.api.length === 0) return undefined;
  const matches = (fault: ApiFault) => (fault.endpoint === undefined ? sending : fault.endpoint === endpoint);
  const { struck, left } = strike(state.faults.api, matches, () => roll(state, moment));
  if (struck !== undefined) state.faults = { ...state.faults, api: left };
  return struck;
}

export function strikeWebhook(state: PlatformState, moment: Moment): WebhookFault | undefined {
  if (state.faults.webhook.length === 0) return undefined;
  const { struck, left } = strike(
    state.faults.webhook,
    () => true,
    () => roll(state, moment),
  );
  if (struck !== undefined) state.faults = { ...state.faults, webhook: left };
  return struck;
}

/** A number in 0…1, 1 excluded. */
export const roll = ({ die }: PlatformState, { entropy }: Moment): number =>
  die === undefined ? Buffer.from(entropy(4)).readUInt32BE() / 2 ** 32 : die();
