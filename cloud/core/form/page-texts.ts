import type { AnswerFault } from './answers.ts';

/** Words of the form pages that are ours rather than the form's. */
export interface PageTexts {
  readonly lang: string;
  readonly ask: Readonly<Record<'name' | 'phone' | 'email' | 'birthday', string>>;
  readonly optional: string;
  readonly choose: string;
  readonly send: string;
  readonly mend: string;
  readonly faults: Readonly<Record<AnswerFault, string>>;
  readonly opening: string;
  readonly refused: Readonly<Record<PageRefusal, string>>;
}

/** Why no form can be shown. */
export type PageRefusal = 'expired' | 'not-yours' | 'no-form' | 'not-in-line' | 'not-now';

const ENGLISH: PageTexts = {
  lang: 'en',
  ask: { name: 'Name', phone: 'Mobile phone', email: 'E-mail', birthday: 'Birthday' },
  optional: 'optional',
  choose: 'Please choose',
  send: 'Send',
  mend: 'Please look at the marked fields.',
  faults: {
    missing: 'Please fill this in.',
    'too-long': 'That is too long.',
    'no-phone-number': 'This is no phone number, e.g. 0912 345 678.',
    'no-email-address': 'This is no e-mail address.',
    'no-date': 'Please give a date in the past.',
    'not-a-choice': 'Please choose one of the list.',
    'consent-needed': 'It needs your agreement.',
  },
  opening: 'One moment …',
  refused: {
    expired: 'This link is too old. Write to us in the chat and we send a new one.',
    'not-yours': 'This link does not work. Open it from your chat with us.',
    'no-form': 'This page does not exist any more.',
    'not-in-line': 'Please open this page inside LINE.',
    'not-now': 'LINE does not answer just now. Nothing was sent yet: please send it again in a minute.',
  },
};

const CHINESE: PageTexts = {
  lang: 'zh-TW',
  ask: { name: '姓名', phone: '手機號碼', email: '電子郵件', birthday: '生日' },
  optional: '選填',
  choose: '請選擇',
  send: '送出',
  mend: '請檢查標示的欄位。',
  faults: {
    missing: '請填寫此欄位。',
    'too-long': '內容太長了。',
    'no-phone-number': '這不是有效的電話號碼，例如 0912 345 678。',
    'no-email-address': '這不是有效的電子郵件。',
    'no-date': '請填寫過去的日期。',
    'not-a-choice': '請從清單中選擇。',
    'consent-needed': '需要您的同意。',
  },
  opening: '請稍候…',
  refused: {
    expired: '連結已過期，請在聊天室留言，我們會重新寄送。',
    'not-yours': '連結無效，請從與我們的聊天室開啟。',
    'no-form': '此頁面已不存在。',
    'not-in-line': '請在 LINE 中開啟此頁面。',
    'not-now': 'LINE 暫時沒有回應，資料尚未送出，請於一分鐘後再送出一次。',
  },
};

/** The page's own words for a language such as `zh-TW` or an Accept-Language header. */
export const pageTexts = (language: string): PageTexts => (/^\s*zh\b/i.test(language) ? CHINESE : ENGLISH);
