import { createHash } from 'node:crypto';
import type { EpochMs } from '../../../protocol/units.ts';
import type { CampaignId, MemberId } from '../ids.ts';

/**
 * Who is in a campaign's control group. The unit is the member: whatever door or channel, it is always the same arm.
 *
 * The bucket is a hash, so that every dispatcher finds the same one without asking; the arm is kept at the first
 * exposure, so that a holdout made larger later moves nobody who was already treated, or already spared.
 */
export type Arm = 'treated' | 'control';

export interface Exposure {
  readonly arm: Arm;
  /** 0…9999; basis points of all members. */
  readonly bucket: number;
  /** Of the way the bucket was found. */
  readonly algorithm: number;
  readonly at: EpochMs;
}

/** Raised when {@link bucketOf} would answer differently; exposures remember by which version they were made. */
export const BUCKET_ALGORITHM = 1;
export const BUCKETS = 10_000;

/**
 * Bucket 0…9999 of a member: the first 48 bits of SHA-256 over the parts with a separator no id may contain, modulo
 * 10,000. 48 bits leave a bias of one in 28 thousand million.
 */
export function bucketOf(campaign: CampaignId, salt: string, member: MemberId): number {
  const digest = createHash('sha256').update(`v${BUCKET_ALGORITHM}\n${campaign}\n${salt}\n${member}`).digest();
  return digest.readUIntBE(0, 6) % BUCKETS;
}

/** The arm a member falls into at first exposure; `holdout` is the share of the control group in basis points. */
export function assignArm(
  experiment: { readonly holdout: number; readonly salt?: string | undefined },
  campaign: CampaignId,
  member: MemberId,
  at: EpochMs,
): Exposure {
  const bucket = bucketOf(campaign, experiment.salt ?? '', member);
  return { arm: bucket < experiment.holdout ? 'control' : 'treated', bucket, algorithm: BUCKET_ALGORITHM, at };
}

/** Which exposure a merged member keeps: the earlier. Of two at once the treated one, since that cannot be undone. */
export function earlierExposure(a: Exposure, b: Exposure): Exposure {
  if (a.at !== b.at) return a.at < b.at ? a : b;
  return a.arm === 'treated' ? a : b;
}
