import type { Texts } from '../language.ts';

export interface PreviewTexts {
  readonly sample: string;
  readonly about: (campaign: string, who: string, when: string, trigger: string, where: string | undefined) => string;
  /** Keyed by trigger. */
  readonly triggers: Readonly<Record<string, string>>;
  readonly gate: (number: number) => string;
  readonly route: Readonly<Record<'reply' | 'push', string>>;
  readonly passed: (gates: string) => string;
  readonly others: string;
  readonly reads: string;
  readonly wouldRead: string;
  readonly noMessage: (complaint: string) => string;
  readonly picture: (path: string) => string;
  readonly noBrowser: string;
}

export const TEXTS: Texts<PreviewTexts> = {
  en: {
    sample: 'somebody the campaign means, who agreed to be written to',
    about: (campaign, who, when, trigger, where) =>
      `${campaign} for ${who}, ${when}: ${trigger}${where === undefined ? '' : ` at ${where}`}`,
    triggers: {
      enter: 'comes near',
      dwell: 'stays, with a tag',
      exit: 'leaves, with a tag',
      follow: 'becomes a friend',
      keyword: 'types the phrase',
      schedule: 'the time comes',
    },
    gate: (number) => `stopped at gate ${number}`,
    route: { reply: 'by reply, free', push: 'by push, billed by LINE' },
    passed: (gates) => `passed: ${gates}`,
    others: 'the other campaigns that wait for the same:',
    reads: 'reads:',
    wouldRead: 'would read, if it were given:',
    noMessage: (complaint) => `the message cannot be made: ${complaint}`,
    picture: (path) => `as a picture: ${path}`,
    noBrowser: 'no browser could be opened here: open this file in one',
  },
  'zh-TW': {
    sample: '活動對象中的某人（已同意行銷訊息）',
    about: (campaign, who, when, trigger, where) =>
      `${campaign}，${who}，${when}：${trigger}${where === undefined ? '' : `，地點 ${where}`}`,
    triggers: {
      enter: '靠近',
      dwell: '帶著標籤停留',
      exit: '帶著標籤離開',
      follow: '加入好友',
      keyword: '輸入關鍵字',
      schedule: '到了預定時間',
    },
    gate: (number) => `停在第 ${number} 關`,
    route: { reply: '以回覆送出，免費', push: '以推播送出，LINE 計費' },
    passed: (gates) => `通過：${gates}`,
    others: '同樣符合的其他活動：',
    reads: '收到的訊息：',
    wouldRead: '若有發放，會收到：',
    noMessage: (complaint) => `無法產生訊息：${complaint}`,
    picture: (path) => `圖示：${path}`,
    noBrowser: '這裡無法開啟瀏覽器，請自行開啟此檔',
  },
};
