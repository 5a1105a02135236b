import type { EpochMs } from '../protocol/units.ts';
import { couponToken, readCouponToken } from './core/coupon/page-link.ts';
import type { CouponId } from './core/ids.ts';
import { createEntrances } from './entrances.ts';
import { COUPON_PATH, type CouponPageApi } from './http/coupon-page.ts';
import type { EntranceApi } from './http/door-page.ts';
import { botNames, lineUsers } from './line-users.ts';
import type { Settings } from './settings.ts';
import type { StoreContext } from './store/context.ts';
import { couponPageRows } from './store/coupon-page.ts';

/** The pages people come to by a link of ours, each vouched for by its own address. */
export interface Pages {
  readonly coupons: CouponPageApi;
  readonly entrances: EntranceApi;
  couponLink(coupon: CouponId): string;
}

export function composePages(deps: {
  readonly settings: Settings;
  readonly store: StoreContext;
  readonly pageKey: Uint8Array;
  readonly publicUrl: () => string;
  readonly now: () => EpochMs;
}): Pages {
  const { pageKey, now, settings, store, publicUrl } = deps;
  const rows = couponPageRows(store);
  return {
    couponLink: (id) => `${publicUrl()}${COUPON_PATH}/${couponToken(id, pageKey)}`,
    entrances: createEntrances({
      ...{ store, now, publicUrl },
      apiBase: settings.PHAROS_LINE_API_BASE,
      liffId: settings.PHAROS_LIFF_ID,
      askBasicId: async () => (await botNames(settings)).basicId,
      memberOfLineUser: lineUsers({ settings, store, now }),
    }),
    coupons: {
      now,
      async coupon(token) {
        const id = readCouponToken(token, pageKey);
        return id && (await rows.read(id));
      },
      async opened(token) {
        const id = readCouponToken(token, pageKey);
        if (id !== undefined) await rows.markOpened(id, now());
      },
    },
  };
}
