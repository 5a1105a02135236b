import type { EpochMs } from '../../../protocol/units.ts';
import type { CountQuery } from '../decide/caps.ts';
import type { KnownGrant } from '../working-set-types.ts';

/** Grants of everybody, counted over windows of time: what limits over all members ask. */
export interface Counted {
  add(grant: KnownGrant): void;
  /** It was never shown and does not count. */
  remove(grant: KnownGrant): void;
  count(query: CountQuery): number;
}

const EVERYBODY = '*';

export function countGrants(before: readonly KnownGrant[]): Counted {
  const times = new Map<string, EpochMs[]>();
  const of = (key: string): EpochMs[] => {
    const known = times.get(key) ?? [];
    times.set(key, known);
    return known;
  };
  const keysOf = ({ campaignId, storeId }: KnownGrant): string[] => [
    EVERYBODY,
    campaignId,
    ...(storeId === undefined ? [] : [`${EVERYBODY}|${storeId}`, `${campaignId}|${storeId}`]),
  ];
  const counted: Counted = {
    add(grant) {
      for (const key of keysOf(grant)) {
        const list = of(key);
        list.splice(firstAtOrAfter(list, (grant.at + 1) as EpochMs), 0, grant.at);
      }
    },
    remove(grant) {
      for (const key of keysOf(grant)) {
        const list = of(key);
        const index = firstAtOrAfter(list, grant.at);
        if (list[index] === grant.at) list.splice(index, 1);
      }
    },
    count({ campaignId, storeId, since }) {
      const list = of([campaignId ?? EVERYBODY, ...(storeId === undefined ? [] : [storeId])].join('|'));
      return since === undefined ? list.length : list.length - firstAtOrAfter(list, since);
    },
  };
  for (const grant of before) counted.add(grant);
  return counted;
}

/** By halving: the times rise. */
function firstAtOrAfter(times: readonly EpochMs[], at: EpochMs): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] ?? 0) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
