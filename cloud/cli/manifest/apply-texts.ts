import type { Texts } from '../language.ts';

/** What `apply` and `plan` say of documents. */
export interface ApplyTexts {
  /** Keyed by action; empty in English. */
  readonly actions: Readonly<Record<string, string>>;
  readonly dryRun: string;
  readonly warning: string;
  /** Keyed by code; in English the server's own sentence says it all. */
  readonly warnings: Readonly<Record<string, string>>;
  readonly notNoted: (fault: string) => string;
}

export const APPLY_TEXTS: Texts<ApplyTexts> = {
  en: {
    actions: {},
    dryRun: 'only tried: nothing was changed',
    warning: 'warning: ',
    warnings: {},
    notNoted: (fault) => `which versions these are could not be noted: ${fault}`,
  },
  'zh-TW': {
    actions: {
      created: '已建立',
      updated: '已更新',
      unchanged: '未變更',
      ended: '已結束',
      deleted: '已移除',
      kept: '保留',
    },
    dryRun: '僅試行：沒有任何變更',
    warning: '警告：',
    warnings: {
      matches_nothing: '伺服器上沒有符合的項目',
      campaign_ended: '活動已結束，不會再進行；要再辦請改用另一個 id',
      other_owner: '這份文件原屬於另一個擁有者',
      line_not_asked: '無法連上 LINE，訊息未經 LINE 檢查',
    },
    notNoted: (fault) => `無法記下這次的版本：${fault}`,
  },
};
