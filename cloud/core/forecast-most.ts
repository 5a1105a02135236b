import { type EpochMs, epochMs } from '../../protocol/units.ts';
import { capWindowStart } from './calendar.ts';
import { listCaps } from './decide/caps.ts';
import type { CampaignSpec } from './manifest/campaign.ts';
import type { Cap } from './manifest/limits.ts';
import { triggerFor } from './manifest/trigger.ts';

/** More coupons than this a campaign cannot give over a time, whoever comes. */
export interface Most {
  readonly given: number;
  /** The limit that says so. */
  readonly by: 'perMember' | 'total';
  readonly max: number;
  readonly per: string;
  /** `perMember`: how many people it could mean. */
  readonly people?: number;
}

/**
 * The tightest of the limits per member and in all. What is told to new friends is not bounded by the members there are;
 * absent: nothing bounds it.
 */
export function mostGiven(
  spec: Pick<CampaignSpec, 'limits' | 'trigger'>,
  people: number,
  span: { readonly from: EpochMs; readonly until: EpochMs; readonly timeZone: string },
): Most | undefined {
  const { perMember, total } = spec.limits;
  const toMembers = triggerFor(spec, 'follow') === undefined ? listCaps(perMember) : [];
  const bounds: Most[] = [
    ...toMembers.map(({ max, per }): Most => {
      const given = people * max * windowsIn(per, span);
      return { by: 'perMember', max, per, people, given };
    }),
    ...listCaps(total).map(({ max, per }): Most => ({ by: 'total', max, per, given: max * windowsIn(per, span) })),
  ].filter(({ given }) => Number.isFinite(given));
  return bounds.sort((a, b) => a.given - b.given)[0];
}

/** More than this many windows bound nothing worth telling. */
const MOST_WINDOWS = 1_000;

/** How often a cap may be used up between two times. */
function windowsIn(
  per: Cap['per'],
  { from, until, timeZone }: { readonly from: EpochMs; readonly until: EpochMs; readonly timeZone: string },
): number {
  let windows = 1;
  for (let start = capWindowStart(epochMs(Math.max(from, until - 1)), per, timeZone); ; windows += 1) {
    if (start === undefined || start <= from) return windows;
    if (windows === MOST_WINDOWS) return Number.POSITIVE_INFINITY;
    start = capWindowStart(epochMs(start - 1), per, timeZone);
  }
}
