import { type TagSubject, tagSubjectKey } from '../../protocol/messages/common.ts';
import type { MonoMs } from '../../protocol/units.ts';
import type { AdvertiserToken } from './advertiser-token.ts';

/** Why a tag is not followed: the same advertiser claims too many ids, or too many ids claim the same namespace. */
export type AdmissionRefusal = 'advertiser-flood' | 'uuid-flood';

export interface AdmissionPolicy {
  readonly windowMs: number;
  readonly maxIdsPerAdvertiser: number;
  readonly maxPairsPerUuid: number;
  /** Advertisers remembered at once; the longest known is forgotten first. */
  readonly maxAdvertisers: number;
}

/** Who may take a place in the presence table. An id admitted once stays admitted until the window ends. */
export interface Admission {
  refusal(subject: TagSubject, advertiser: AdvertiserToken | undefined, at: MonoMs): AdmissionRefusal | undefined;
}

/**
 * Anyone can copy a namespace and count through its minors. What is kept about that is bounded: within one window the
 * ids seen first go on being believed, every further one is refused, and the next window begins with nothing.
 */
export function createAdmission(policy: AdmissionPolicy): Admission {
  let windowFrom = Number.NEGATIVE_INFINITY;
  const idsOf = new Map<AdvertiserToken, Set<string>>();
  const pairsOf = new Map<string, Set<string>>();

  function ids(advertiser: AdvertiserToken): Set<string> {
    const known = idsOf.get(advertiser);
    if (known !== undefined) return known;
    const [oldest] = idsOf.keys();
    if (idsOf.size >= policy.maxAdvertisers && oldest !== undefined) idsOf.delete(oldest);
    const fresh = new Set<string>();
    idsOf.set(advertiser, fresh);
    return fresh;
  }

  function pairs(uuid: string): Set<string> {
    const known = pairsOf.get(uuid) ?? new Set<string>();
    pairsOf.set(uuid, known);
    return known;
  }

  return {
    refusal(subject, advertiser, at) {
      if (at - windowFrom >= policy.windowMs) {
        windowFrom = at;
        idsOf.clear();
        pairsOf.clear();
      }
      const key = tagSubjectKey(subject);
      if (advertiser !== undefined && !admits(ids(advertiser), key, policy.maxIdsPerAdvertiser)) {
        return 'advertiser-flood';
      }
      return admits(pairs(subject.uuid), key, policy.maxPairsPerUuid) ? undefined : 'uuid-flood';
    },
  };
}

function admits(known: Set<string>, key: string, max: number): boolean {
  if (!known.has(key) && known.size >= max) return false;
  known.add(key);
  return true;
}
