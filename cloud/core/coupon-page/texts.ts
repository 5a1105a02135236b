import type { PageLanguage } from '../page/frame.ts';

/** Words of a coupon's page. */
export interface CouponTexts {
  readonly until: string;
  readonly left: string;
  readonly where: string;
  readonly code: string;
  readonly barcode: string;
  readonly qr: string;
  readonly show: string;
  readonly used: string;
  readonly usedAt: string;
  readonly expired: string;
  readonly expiredHelp: string;
  readonly revoked: string;
  readonly revokedHelp: string;
  readonly gone: string;
  readonly goneHelp: string;
  /** The other language, in its own words. */
  readonly other: string;
  /** With `{n}` in place of the number. */
  readonly days: string;
  readonly hours: string;
  readonly minutes: string;
  readonly seconds: string;
}

export const COUPON_TEXTS: Readonly<Record<PageLanguage, CouponTexts>> = {
  'zh-TW': {
    until: '有效至',
    left: '剩餘',
    where: '適用',
    code: '優惠代碼',
    barcode: '條碼',
    qr: '行動條碼',
    show: '結帳時請出示此畫面給店員',
    used: '已使用',
    usedAt: '使用於',
    expired: '已過期',
    expiredHelp: '這張優惠券的使用期限已過。歡迎再次光臨，下次還有好禮。',
    revoked: '已失效',
    revokedHelp: '這張優惠券已被收回，無法使用。如有疑問請在聊天室留言給我們。',
    gone: '找不到這張優惠券',
    goneHelp: '請從您與我們的 LINE 聊天室重新開啟。',
    other: 'English',
    days: '{n} 天',
    hours: '{n} 小時',
    minutes: '{n} 分',
    seconds: '{n} 秒',
  },
  en: {
    until: 'Valid until',
    left: 'Time left',
    where: 'Valid at',
    code: 'Code',
    barcode: 'Barcode',
    qr: 'QR code',
    show: 'Show this screen when you pay',
    used: 'Used',
    usedAt: 'Used at',
    expired: 'Expired',
    expiredHelp: 'The time to use this coupon is over. Come and see us: there will be another one.',
    revoked: 'No longer valid',
    revokedHelp: 'This coupon was taken back and cannot be used. Write to us in the chat if you wonder why.',
    gone: 'There is no such coupon',
    goneHelp: 'Please open it again from your LINE chat with us.',
    other: '中文',
    days: '{n} d',
    hours: '{n} h',
    minutes: '{n} min',
    seconds: '{n} s',
  },
};
