import type { Texts } from '../language.ts';

/** What the sandbox's commands say to whoever tries it. */
export interface SandboxTexts {
  readonly heard: (hwid: string, dm: string, rssiDbm: number | undefined, reported: string | undefined) => string;
  readonly heardNothing: string;
  readonly adverts: (counts: string) => string;
  readonly none: string;
  readonly noMessage: string;
  readonly why: (eventId: string) => string;
  readonly again: (userId: string) => string;
  readonly otherAccount: string;
  readonly becameFriend: (name: string, userId: string) => string;
  readonly sent: (text: string) => string;
  readonly notSent: (text: string) => string;
  readonly emptyChat: string;
  /** Of the log. */
  readonly gone: (entries: number) => string;
}

export const SANDBOX_TEXTS: Texts<SandboxTexts> = {
  en: {
    heard: (hwid, dm, rssiDbm, reported) =>
      `the phone heard HWID ${hwid}, device message ${dm}${rssiDbm === undefined ? '' : ` at ${rssiDbm} dBm`}; ` +
      (reported === undefined ? 'LINE kept silent' : `LINE reported it as ${reported}`),
    heardNothing: 'the phone heard no LINE beacon',
    adverts: (counts) => `adverts: ${counts}`,
    none: 'none',
    noMessage: 'no message came',
    why: (eventId) => `why: pharos explain ${eventId}`,
    again: (userId) => `again as the same person: pharos sandbox walk --user ${userId}`,
    otherAccount: 'the page does not lead to this account',
    becameFriend: (name, userId) => `${name} (${userId}) became a friend`,
    sent: (text) => `sent: ${text}`,
    notSent: (text) => `typed, not sent: ${text}`,
    emptyChat: 'nothing in this chat yet',
    gone: (entries) => `${entries} older entries are gone`,
  },
  'zh-TW': {
    heard: (hwid, dm, rssiDbm, reported) =>
      `手機聽到 HWID ${hwid}、裝置訊息 ${dm}${rssiDbm === undefined ? '' : `（${rssiDbm} dBm）`}；` +
      (reported === undefined ? 'LINE 沒有回報' : `LINE 回報為 ${reported}`),
    heardNothing: '手機沒有聽到 LINE Beacon',
    adverts: (counts) => `廣播：${counts}`,
    none: '無',
    noMessage: '沒有收到訊息',
    why: (eventId) => `原因：pharos explain ${eventId}`,
    again: (userId) => `同一個人再走一次：pharos sandbox walk --user ${userId}`,
    otherAccount: '這個頁面不是這個官方帳號的',
    becameFriend: (name, userId) => `${name}（${userId}）加入好友`,
    sent: (text) => `已傳送：${text}`,
    notSent: (text) => `已輸入但未傳送：${text}`,
    emptyChat: '聊天室裡還沒有訊息',
    gone: (entries) => `更早的 ${entries} 筆紀錄已不在`,
  },
};
