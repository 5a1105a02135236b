import type { StoreId } from '../../../protocol/ids.ts';
import { type EpochMs, epochMs } from '../../../protocol/units.ts';
import type { CouponState } from '../coupon/coupon.ts';
import { type Exposure, earlierExposure } from '../decide/holdout.ts';
import type { CampaignId, CouponId, VisitId } from '../ids.ts';

/**
 * Two members turn out to be one person. Rows that only say whose they are change hands; this says what becomes of
 * those of which one person can have one only.
 *
 * Invariants: the plan follows from the two sides alone, whichever way round rows are given; nobody gains a right by it
 * (grants of both count, of several usable coupons of a campaign one stays); nothing that was used is taken back.
 */
export interface MergeSide {
  readonly blocked: boolean;
  /** When its newest living LINE link was made; absent without one. */
  readonly lineSince?: EpochMs;
  readonly visits: readonly MergeVisit[];
  readonly coupons: readonly MergeCoupon[];
  readonly exposures: ReadonlyMap<CampaignId, Exposure>;
  readonly tags: ReadonlySet<string>;
  /** Names of its attributes. */
  readonly attributes: ReadonlySet<string>;
}

export interface MergeVisit {
  readonly id: VisitId;
  readonly storeId: StoreId;
  readonly openedAt: EpochMs;
  readonly lastAt: EpochMs;
}

export interface MergeCoupon {
  readonly id: CouponId;
  readonly campaignId: CampaignId;
  readonly state: CouponState;
  readonly expiresAt: EpochMs;
}

export interface MergePlan {
  readonly blocked: boolean;
  readonly visits: readonly VisitFold[];
  readonly coupons: readonly CouponFold[];
  /** Exposures of the absorbed member that the survivor has from now on. */
  readonly exposures: readonly CampaignId[];
  readonly tags: readonly string[];
  readonly attributes: readonly string[];
}

/** Several visits that are one. */
export interface VisitFold {
  readonly into: VisitId;
  readonly absorbed: readonly VisitId[];
  readonly openedAt: EpochMs;
  readonly lastAt: EpochMs;
}

export interface CouponFold {
  readonly revoke: CouponId;
  readonly into: CouponId;
}

export function planMerge(
  survivor: MergeSide,
  absorbed: MergeSide,
  { closeAfterMs, now }: { readonly closeAfterMs: (store: StoreId) => number; readonly now: EpochMs },
): MergePlan {
  return {
    blocked: reachedBy(survivor, absorbed).blocked,
    visits: foldVisits([...survivor.visits, ...absorbed.visits], closeAfterMs),
    coupons: foldCoupons([...survivor.coupons, ...absorbed.coupons], now),
    exposures: [...absorbed.exposures].flatMap(([campaign, theirs]) => {
      const ours = survivor.exposures.get(campaign);
      return ours === undefined || earlierExposure(ours, theirs) !== ours ? [campaign] : [];
    }),
    tags: [...absorbed.tags].filter((tag) => !survivor.tags.has(tag)),
    attributes: [...absorbed.attributes].filter((name) => !survivor.attributes.has(name)),
  };
}

/** Blocking is a state of the LINE account a person is reached by: of two, the one that was linked last. */
function reachedBy(survivor: MergeSide, absorbed: MergeSide): MergeSide {
  if (absorbed.lineSince === undefined) return survivor;
  if (survivor.lineSince === undefined) return absorbed;
  return absorbed.lineSince > survivor.lineSince ? absorbed : survivor;
}

/** Visits at a store no further apart than its silence are one, as if their events had been one member's all along. */
export function foldVisits(
  visits: readonly MergeVisit[],
  closeAfterMs: (store: StoreId) => number,
): readonly VisitFold[] {
  const inOrder = [...visits].sort((a, b) => a.openedAt - b.openedAt || (a.id < b.id ? -1 : 1));
  const open = new Map<StoreId, VisitFold>();
  const folds: VisitFold[] = [];
  const keep = (fold: VisitFold | undefined): void => {
    if (fold !== undefined && fold.absorbed.length > 0) folds.push(fold);
  };
  for (const { id, storeId, openedAt, lastAt } of inOrder) {
    const before = open.get(storeId);
    if (before !== undefined && openedAt <= before.lastAt + closeAfterMs(storeId)) {
      const end = epochMs(Math.max(before.lastAt, lastAt));
      open.set(storeId, { ...before, absorbed: [...before.absorbed, id], lastAt: end });
      continue;
    }
    keep(before);
    open.set(storeId, { into: id, absorbed: [], openedAt, lastAt });
  }
  for (const fold of open.values()) keep(fold);
  return folds;
}

/**
 * Nobody is given a second coupon of a campaign while holding a first. Of several that could be used the one stays that
 * is in a cashier's hands, else the one that lasts longest.
 */
function foldCoupons(coupons: readonly MergeCoupon[], now: EpochMs): CouponFold[] {
  const usable = coupons.filter(
    ({ state, expiresAt }) => (state === 'issued' || state === 'locked') && expiresAt > now,
  );
  const locked = ({ state }: MergeCoupon): number => (state === 'locked' ? 0 : 1);
  const inOrder = usable.sort((a, b) => locked(a) - locked(b) || b.expiresAt - a.expiresAt || (a.id < b.id ? -1 : 1));
  return inOrder.flatMap((coupon) => {
    const first = inOrder.find(({ campaignId }) => campaignId === coupon.campaignId);
    return first === undefined || first === coupon || coupon.state === 'locked'
      ? []
      : [{ revoke: coupon.id, into: first.id }];
  });
}
