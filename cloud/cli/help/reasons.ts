import { REASON_TEXT, REFUSAL_REASONS } from '../../core/decide/reasons.ts';
import { TRADITIONAL_CHINESE } from '../explain/texts-zh-tw.ts';
import type { HelpTopic } from './topic.ts';

const list = (texts: Readonly<Record<string, string>>): string =>
  REFUSAL_REASONS.map((reason) => `  ${reason.padEnd(20)}  ${texts[reason] ?? ''}\n`).join('');

export const reasons: HelpTopic = {
  en: () => `# Why somebody got nothing

For every event and campaign there is one decision with a reason; pharos explain reads it out by the id of an
event, coupon, decision, delivery or member; also by a coupon code, a LINE user id, or a member's phone or e-mail.

${list(REASON_TEXT)}
\`\`\`sh
pharos events --limit 5
pharos help explain
\`\`\`
`,
  'zh-TW': () => `# 為什麼沒有收到

每個事件對每個活動都有一個附原因的判定；pharos explain 依事件、優惠券、判定、訊息或會員的 id 說明，
也可用優惠代碼、LINE 使用者 ID，或會員的電話、電子郵件。

${list(TRADITIONAL_CHINESE.reasons)}
\`\`\`sh
pharos events --limit 5
pharos help explain
\`\`\`
`,
};
