import type { StoreId } from '../../protocol/ids.ts';
import type { Home } from '../core/decide/types.ts';
import type { StoreManifest } from '../core/manifest/store.ts';

/** A store as a decision sees it. */
export const homeOf = (storeId: string, { timeZone, hours }: StoreManifest['spec']): Home => ({
  storeId: storeId as StoreId,
  timeZone,
  hours,
});
