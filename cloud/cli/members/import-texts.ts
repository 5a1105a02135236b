import type { Texts } from '../language.ts';

export interface ImportTexts {
  readonly working: string;
  readonly outcomes: Readonly<Record<'rows' | 'created' | 'updated' | 'unchanged' | 'rejected', string>>;
  readonly dryRun: string;
  /** Keyed by code; a code that is not here is shown as it is. */
  readonly reasons: Readonly<Record<string, string>>;
  readonly first: (line: number) => string;
  readonly rejectFile: (path: string) => string;
  readonly wantRejectFile: string;
  readonly stopped: (taken: number) => string;
}

export const IMPORT_TEXTS: Texts<ImportTexts> = {
  en: {
    working: 'members',
    outcomes: { rows: 'rows', created: 'created', updated: 'updated', unchanged: 'unchanged', rejected: 'rejected' },
    dryRun: 'nothing was written: this is what would happen (leave --dry-run out to do it)',
    reasons: {},
    first: (line) => `first on line ${line}`,
    rejectFile: (path) => `mend the rejected rows in ${path} and import that file`,
    wantRejectFile: 'with --reject <file> the rejected rows are kept with their reasons, to be mended',
    stopped: (taken) =>
      `${taken} rows were taken in before that; import the same file again to go on: what is in stays as it is`,
  },
  'zh-TW': {
    working: '會員',
    outcomes: { rows: '列數', created: '新增', updated: '更新', unchanged: '無變動', rejected: '退回' },
    dryRun: '這是試跑，沒有寫入任何資料（拿掉 --dry-run 即正式匯入）',
    reasons: {
      bad_row: '欄數多於標題列',
      bad_line_user: 'LINE 使用者 ID 格式不對',
      bad_phone: '電話號碼格式不對',
      bad_email: '電子郵件格式不對',
      bad_card: '卡號格式不對',
      bad_beacon_tag: '感應牌格式不對',
      bad_birthday: '生日格式不對',
      bad_tags: '標記格式不對',
      bad_attribute: '屬性太長',
      bad_consent: '同意紀錄不完整或日期不對',
      no_identity: '沒有可辨識會員的欄位',
      duplicate_row: '檔案中重複的人',
      consent_missing: '缺少同意紀錄（文字與日期）',
      consent_withdrawn: '會員之後已撤回同意',
      identity_conflict: '同一列屬於兩位不同的會員',
      erased: '此人已要求刪除資料',
      unknown_member: '沒有這位會員',
      member_merged: '會員已併入另一位會員',
      member_erased: '會員資料已刪除',
    },
    first: (line) => `首見於第 ${line} 行`,
    rejectFile: (path) => `請修正 ${path} 中被退回的列，再匯入該檔`,
    wantRejectFile: '加上 --reject <檔案> 可保留被退回的列與原因，修正後再匯入',
    stopped: (taken) => `在此之前已處理 ${taken} 列；重新匯入同一個檔案即可繼續，已匯入的不會重複`,
  },
};
