import { TRADITIONAL_CHINESE } from '../explain/texts-zh-tw.ts';
import { type Texts, wordFor } from '../language.ts';

export interface BacktestTexts {
  readonly judging: string;
  readonly heads: readonly string[];
  readonly about: (since: string, until: string, events: number, drafts: readonly string[]) => string;
  /** Why somebody got nothing. */
  readonly reason: (reason: string) => string;
  readonly nobody: (campaign: string) => string;
}

export const TEXTS: Texts<BacktestTexts> = {
  en: {
    judging: 'judging again',
    heads: ['campaign', 'people met', 'given', 'given then', 'people', 'replies', 'pushes', 'sold out'],
    about: (since, until, events, drafts) =>
      `${events} events from ${since} to ${until}, judged again ${
        drafts.length === 0 ? 'by the campaigns there were' : 'as if these campaigns had run; their dates are set aside'
      }. Only friends with LINE Beacon on, and carriers of tags, are heard at all.`,
    reason: (reason) => reason,
    nobody: (campaign) => `${campaign}: nobody came its way`,
  },
  'zh-TW': {
    judging: '重新判定',
    heads: ['活動', '遇到人數', '發放', '當時發放', '人數', '回覆', '推播', '發完'],
    about: (since, until, events, drafts) =>
      `${since} 到 ${until} 共 ${events} 筆事件，${
        drafts.length === 0 ? '以當時的活動重新判定' : '假設這些活動當時已在進行（不看起訖日期）重新判定'
      }。只有開啟 LINE Beacon 的好友與帶著標籤的人會被聽到。`,
    reason: (reason) => `${wordFor(TRADITIONAL_CHINESE.reasons, reason)} (${reason})`,
    nobody: (campaign) => `${campaign}：沒有人遇到`,
  },
};
