import type { HelpTopic } from './topic.ts';

export const triggers: HelpTopic = {
  en: () => `# What starts a campaign

  enter     somebody comes near. Phones (LINE) and tags. LINE answers are free.
  dwell     somebody with a tag stays (after: PT5M). Tags only: LINE tells of no staying.
  exit      somebody with a tag leaves. Tags only.
  follow    somebody becomes a friend, for the first time.
  keyword   somebody types a phrase. Width, case, spaces and punctuation make no difference.
  schedule  the clock: at: 2026-12-24T10:00, or every: { days: [thu], time: 11:30 }.

Tags and the clock have nobody to reply to: write delivery: { prefer: push } and limits.messages.
follow, keyword and schedule happen at no store: write home, whose clock and hours apply.
Several triggers of different kinds make a list; it stays one campaign and one coupon.

\`\`\`sh
pharos validate --explain tags-need-push
\`\`\`
`,
  'zh-TW': () => `# 觸發條件

  enter     有人靠近。手機（LINE）與標籤皆可；LINE 回覆免費。
  dwell     攜帶標籤的人停留（after: PT5M）。只限標籤：LINE 不會通知停留。
  exit      攜帶標籤的人離開。只限標籤。
  follow    第一次加入好友。
  keyword   輸入關鍵字。全半形、大小寫、空格、標點都不影響。
  schedule  定時：at: 2026-12-24T10:00，或 every: { days: [thu], time: 11:30 }。

標籤與定時沒有可回覆的對象：請寫 delivery: { prefer: push } 與 limits.messages。
follow、keyword、schedule 不在門市發生：請寫 home，依該門市的時間與營業時段。
不同種類的觸發條件可以寫成列表，仍是同一個活動、同一張券。

\`\`\`sh
pharos validate --explain tags-need-push --lang zh-TW
\`\`\`
`,
};
