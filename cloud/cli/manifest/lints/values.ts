import { type Finding, found } from '../finding.ts';
import { placeOf } from './house.ts';
import type { Lint } from './lint-types.ts';

/** What a coupon is worth, where it is easily written in another way than it is read. */

const VALUE = ['spec', 'offer', 'coupon', 'value'];

/** Chinese says what remains to pay, and "8 折" is soon written as 80. */
const HIGH_PERCENT = 60;

const percentHigh: Lint = ({ campaigns }) =>
  campaigns.flatMap(({ document, spec }): Finding[] => {
    const { value } = spec.offer.coupon;
    if (!('percent' in value) || value.percent < HIGH_PERCENT || value.percent === 100) return [];
    const pays = 100 - value.percent;
    const message = {
      en: `percent: ${value.percent} takes ${value.percent} % off, so people pay ${pays} %`,
      'zh-TW': `percent: ${value.percent} 是減 ${value.percent}%，只付 ${pays}%`,
    };
    const fix = {
      en: `if people are to pay ${value.percent} %, write percent: ${pays}`,
      'zh-TW': `如果要付 ${value.percent}%，請寫 percent: ${pays}`,
    };
    return [found('percent-high', placeOf(document, [...VALUE, 'percent']), message, fix)];
  });

const amountTiny: Lint = ({ campaigns }) =>
  campaigns.flatMap(({ document, spec }): Finding[] => {
    const { value } = spec.offer.coupon;
    if (!('amount' in value)) return [];
    const { maximumFractionDigits = 0 } = new Intl.NumberFormat('en', {
      style: 'currency',
      currency: value.currency,
    }).resolvedOptions();
    const unit = 10 ** maximumFractionDigits;
    if (value.amount >= unit) return [];
    const worth = `${value.currency} ${(value.amount / unit).toFixed(maximumFractionDigits)}`;
    const message = { en: `amount: ${value.amount} is ${worth}`, 'zh-TW': `amount: ${value.amount} 是 ${worth}` };
    const whole = value.amount * unit;
    const fix = {
      en: `for ${value.currency} ${value.amount} write amount: ${whole}`,
      'zh-TW': `${value.currency} ${value.amount} 請寫 amount: ${whole}`,
    };
    return [found('amount-tiny', placeOf(document, [...VALUE, 'amount']), message, fix)];
  });

/** Tills name currencies by their ISO codes, and take no coupon in another. */
const KNOWN_CURRENCIES: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));
const USUAL_SLIPS: ReadonlyMap<string, string> = new Map([
  ['NTD', 'TWD'],
  ['RMB', 'CNY'],
  ['YEN', 'JPY'],
]);

const currencyOdd: Lint = ({ campaigns }) =>
  campaigns.flatMap(({ document, spec }): Finding[] => {
    const { value } = spec.offer.coupon;
    if (!('currency' in value) || KNOWN_CURRENCIES.has(value.currency)) return [];
    const message = { en: `there is no currency ${value.currency}`, 'zh-TW': `沒有 ${value.currency} 這個幣別` };
    const meant = USUAL_SLIPS.get(value.currency);
    const fix = meant === undefined ? undefined : { en: `write ${meant}`, 'zh-TW': `請寫 ${meant}` };
    return [found('currency-odd', placeOf(document, [...VALUE, 'currency']), message, fix)];
  });

export const valueLints: readonly Lint[] = [percentHigh, amountTiny, currencyOdd];
