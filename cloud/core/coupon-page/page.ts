import type { EpochMs } from '../../../protocol/units.ts';
import { code128Svg, qrSvg } from '../coupon/barcode.ts';
import { formatCode } from '../coupon/code.ts';
import { valueText } from '../coupon/coupon.ts';
import { placesText } from '../coupon/places.ts';
import { type PageLanguage, renderPage } from '../page/frame.ts';
import { COUPON_BODY, COUPON_STYLE, GONE_BODY } from './markup.ts';
import { COUPON_TEXTS } from './texts.ts';
import { type CouponOnPage, momentText, pageState, untilText } from './view.ts';

/**
 * What a person shows at the till. `token` is that of the page's own address; `nonce` lets its one script run. A coupon
 * that cannot be used any more shows neither picture nor code: nobody should try it.
 */
export function couponPage(input: {
  readonly coupon: CouponOnPage;
  readonly token: string;
  readonly language: PageLanguage;
  readonly nonce: string;
  readonly now: EpochMs;
}): string {
  const { coupon, token, language, nonce, now } = input;
  const { code, expiresAt, timeZone, places, used } = coupon;
  const state = pageState(coupon, now);
  const texts = COUPON_TEXTS[language];
  const usable = state === 'usable';
  return renderPage({
    language,
    title: coupon.campaign,
    style: COUPON_STYLE,
    body: COUPON_BODY,
    values: {
      ...{ texts, state, token, nonce, now, expiresAt, usable },
      other: language === 'en' ? 'zh-TW' : 'en',
      store: coupon.store ?? '',
      campaign: coupon.campaign,
      value: valueText(coupon.value, language),
      until: untilText(expiresAt, timeZone, language),
      places: places.channels.map(({ name, url }) => ({ name, url: url ?? '' })),
      // The one scanned first, larger and on top.
      barcodes: usable ? pictures(code, coupon.format, texts) : [],
      code: usable ? formatCode(code) : '',
      used: used === undefined ? '' : momentText(used.at, timeZone, language),
      usedPlace: used?.place ?? '',
      where: placesText(places, language),
      many: places.channels.length > MANY_PLACES,
    },
  });
}

/** For an address we did not make, or whose coupon was erased with its member. */
export const noCouponPage = (language: PageLanguage): string =>
  renderPage({
    language,
    title: COUPON_TEXTS[language].gone,
    style: COUPON_STYLE,
    body: GONE_BODY,
    values: { texts: COUPON_TEXTS[language] },
  });

/** A longer list is folded away. */
const MANY_PLACES = 5;

function pictures(code: string, format: CouponOnPage['format'], texts: { barcode: string; qr: string }) {
  const both = [
    { kind: 'code128', label: texts.barcode, svg: code128Svg(code) },
    { kind: 'qr', label: texts.qr, svg: qrSvg(code) },
  ];
  return format === 'qr' ? both.toReversed() : both;
}
