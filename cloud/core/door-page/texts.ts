import type { PageLanguage } from '../page/frame.ts';

/** Words of the page a door's poster or a link leads to. */
export interface DoorTexts {
  readonly hello: string;
  readonly why: string;
  readonly add: string;
  readonly addHelp: string;
  readonly write: string;
  readonly writeHelp: string;
  readonly beacon: string;
  readonly beaconHelp: string;
  readonly privacy: string;
  readonly notNow: string;
  readonly gone: string;
  readonly goneHelp: string;
  readonly other: string;
}

export const DOOR_TEXTS: Readonly<Record<PageLanguage, DoorTexts>> = {
  'zh-TW': {
    hello: '加入好友，領取優惠',
    why: '在 LINE 加我們為好友，優惠券會直接送到聊天室。',
    add: '加入好友',
    addHelp: '開啟 LINE 並按「加入」。',
    write: '送出訊息',
    writeHelp: '訊息已經幫您寫好，按傳送即可，我們就知道您從哪裡來：',
    beacon: '開啟 LINE Beacon',
    beaconHelp: '在 LINE 設定 → 隱私設定 → 提供使用資料 → LINE Beacon 開啟，下次經過門口並打開 LINE，就會收到優惠。',
    privacy: '開啟 LINE 隱私設定',
    notNow: '目前無法連線到 LINE，請稍後再試。',
    gone: '此頁面不存在',
    goneHelp: '請再掃描一次門口的行動條碼，或詢問店員。',
    other: 'English',
  },
  en: {
    hello: 'Become a friend, get a coupon',
    why: 'Add us as a friend on LINE, and coupons come straight into your chat.',
    add: 'Add friend',
    addHelp: 'LINE opens; press “Add”.',
    write: 'Send the message',
    writeHelp: 'It is written for you; press send, and we know where you came from:',
    beacon: 'Switch LINE Beacon on',
    beaconHelp:
      'In LINE: Settings → Privacy → Provide usage data → LINE Beacon. Next time you pass our door with LINE open, an offer comes by itself.',
    privacy: 'Open LINE’s privacy settings',
    notNow: 'LINE cannot be reached just now; please try again in a moment.',
    gone: 'There is no such page',
    goneHelp: 'Scan the code at the door once more, or ask in the shop.',
    other: '中文',
  },
};
