import { matchesPattern } from '../manifest/fields.ts';

/** Where a coupon may be used, as a person reads it. */

export interface Channel {
  readonly kind: 'store' | 'web-shop';
  readonly id: string;
  readonly name: string;
  /** Of a web shop. */
  readonly url?: string;
}

export interface CouponPlaces {
  readonly channels: readonly Channel[];
  /** Every shop there is takes it. */
  readonly everywhere: boolean;
}

/** All channels that take a coupon valid at `patterns`, shops first. */
export function placesOf(patterns: readonly string[], all: readonly Channel[]): CouponPlaces {
  const taking = all.filter(({ id }) => patterns.some((pattern) => matchesPattern(pattern, id)));
  const stores = taking.filter(({ kind }) => kind === 'store');
  const shops = taking.filter(({ kind }) => kind === 'web-shop');
  return {
    channels: [...stores, ...shops],
    everywhere: stores.length > 1 && stores.length === all.filter(({ kind }) => kind === 'store').length,
  };
}

/** More names than this no one reads in a chat; the coupon's page lists them all. */
const MOST_NAMED = 3;

/** `台北一店、台南一店`, `全部 12 家門市`, `Taipei 1, Tainan 1 and 5 more`; never empty. */
export function placesText({ channels, everywhere }: CouponPlaces, locale: string): string {
  const zh = locale.startsWith('zh');
  const names = channels.map(({ name }) => name);
  const comma = zh ? '、' : ', ';
  if (names.length === 0) return zh ? '請洽店員' : 'ask in the shop';
  if (names.length <= MOST_NAMED) return names.join(comma);
  const shops = channels.filter(({ kind }) => kind === 'store').length;
  if (everywhere) {
    const online = channels.filter(({ kind }) => kind === 'web-shop').map(({ name }) => name);
    return [zh ? `全部 ${shops} 家門市` : `all ${shops} shops`, ...online].join(comma);
  }
  const first = names.slice(0, MOST_NAMED - 1).join(comma);
  return zh ? `${first}等 ${names.length} 處` : `${first} and ${names.length - MOST_NAMED + 1} more`;
}
