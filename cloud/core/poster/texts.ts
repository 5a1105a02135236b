import type { PageLanguage } from '../page/frame.ts';

/** Words of the poster at a door. */
export interface PosterTexts {
  /** Lines of the headline. */
  readonly headline: readonly string[];
  readonly lead: string;
  readonly scan: string;
  readonly scanHelp: string;
  readonly next: string;
  readonly steps: readonly { readonly title: string; readonly help: string }[];
  /** Where the switch is, from LINE's home. */
  readonly path: readonly string[];
  readonly fine: string;
}

export const POSTER_TEXTS: Readonly<Record<PageLanguage, PosterTexts>> = {
  'zh-TW': {
    headline: ['走進來，', '優惠就到 LINE'],
    lead: '加入好友，專屬優惠券直接送到聊天室',
    scan: '掃描加入好友',
    scanHelp: '用 LINE 或手機相機掃描',
    next: '下次經過，優惠自己來',
    steps: [
      { title: '開啟 LINE Beacon', help: '同時打開手機藍牙，依序點選：' },
      { title: '經過門口，打開 LINE', help: '優惠券會自動出現在聊天室，結帳時出示即可。' },
    ],
    path: ['設定', '隱私設定', '提供使用資料', 'LINE Beacon'],
    fine: 'LINE Beacon 可隨時在同一處關閉；封鎖帳號後，我們不會再收到您的到訪訊號。',
  },
  en: {
    headline: ['Step in,', 'save on LINE'],
    lead: 'Become a friend and coupons come straight into your chat',
    scan: 'Scan to add us',
    scanHelp: 'With LINE or your camera',
    next: 'Next time, the offer comes by itself',
    steps: [
      { title: 'Switch LINE Beacon on', help: 'Turn Bluetooth on as well, then tap:' },
      { title: 'Open LINE at our door', help: 'A coupon appears in your chat; show it when you pay.' },
    ],
    path: ['Settings', 'Privacy', 'Provide usage data', 'LINE Beacon'],
    fine: 'Switch LINE Beacon off in the same place at any time; once you block us, we hear of no more visits.',
  },
};
