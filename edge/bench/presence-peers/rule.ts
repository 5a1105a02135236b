/**
 * Baselines. Each file of this folder restates the published presence rule of another project for one receiver and one
 * tag, with that project's default numbers, so that ours can be measured against it on the same recording.
 */
export interface PresenceRule {
  /** One advert of the tag, `atMs` since the start. */
  hear(atMs: number, dbm: number): void;
  /** Whether the tag counts as here at `atMs`, which never runs backwards. */
  present(atMs: number): boolean;
}

export interface PeerRule {
  readonly name: string;
  /** `limitDbm`: the strength at the edge of the range where its user limited it; absent: what it does by default. */
  create(limitDbm?: number): PresenceRule;
}

/** What an iBeacon promises at one metre when its maker did not measure: all four projects' assumption for such tags. */
export const MEASURED_POWER_DBM = -59;
