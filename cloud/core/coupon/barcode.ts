import bwip from 'bwip-js/generic';

/** Coupon codes as pictures tills can scan: SVG, sharp on every screen and small. The quiet zone is part of it. */

/** Without separators, as a till's scanner types it. */
export const code128Svg = (code: string): string =>
  bwip.render(
    { bcid: 'code128', text: code, height: 18, backgroundcolor: 'FFFFFF', paddingwidth: 10, paddingheight: 4 },
    bwip.drawingSVG(),
  );

export const qrSvg = (text: string): string =>
  bwip.render(
    { bcid: 'qrcode', text, backgroundcolor: 'FFFFFF', paddingwidth: 4, paddingheight: 4 },
    bwip.drawingSVG(),
  );
