import type { MonoMs, RssiDbm } from '../../protocol/units.ts';
import type { AdvertiserToken } from './advertiser-token.ts';
import type { EventDraft, Moment } from './event-draft.ts';

export interface FootfallPolicy {
  readonly windowMs: number;
  /** Weaker advertisers are on the pavement or next door. */
  readonly nearDbm: number;
  /** Most advertisers one window counts; more are a flood and do not make the count larger. */
  readonly maxAdvertisers: number;
}

export interface FootfallWindow {
  readonly count: number;
  readonly windowMs: number;
  readonly endedAt: MonoMs;
}

/**
 * How many distinct advertisers that are no tag of ours come near, window by window. It holds tokens of the running
 * window and nothing older. A phone that changes its address within a window counts twice: this is a measure to compare
 * one hour with another, not a number of people.
 */
export interface Footfall {
  /** One advert of a stranger; of somebody known it is `undefined`, and proves only that the radio hears. */
  heard(stranger: AdvertiserToken | undefined, rssi: RssiDbm | undefined): void;
  /** The window that has ended by `at`, if one has. A window in which the radio heard nothing at all is not reported: deaf is not empty. */
  tick(at: MonoMs): FootfallWindow | undefined;
  /** Advertisers that found no room, since the start. */
  overflow(): number;
}

export function createFootfall(policy: FootfallPolicy): Footfall {
  const near = new Set<AdvertiserToken>();
  let windowFrom: MonoMs | undefined;
  let heardAny = false;
  let overflow = 0;
  return {
    heard(stranger, rssi) {
      heardAny = true;
      if (stranger === undefined || rssi === undefined || rssi < policy.nearDbm || near.has(stranger)) return;
      if (near.size >= policy.maxAdvertisers) overflow += 1;
      else near.add(stranger);
    },
    tick(at) {
      windowFrom ??= at;
      if (at - windowFrom < policy.windowMs) return undefined;
      const ended = { count: near.size, windowMs: Math.round(at - windowFrom), endedAt: at };
      const deaf = !heardAny;
      near.clear();
      heardAny = false;
      windowFrom = at;
      return deaf ? undefined : ended;
    },
    overflow: () => overflow,
  };
}

/** The event that tells a window; it names nobody. */
export function footfallDraft({ count, windowMs, endedAt }: FootfallWindow, now: Moment): EventDraft {
  return { type: 'footfall', at: now.wall, monoMs: endedAt, boot: now.boot, clock: now.clock, count, windowMs };
}
