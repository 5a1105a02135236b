import type { HelpTopic } from './topic.ts';

export const limits: HelpTopic = {
  en: () => `# How much and how often

    limits:
      perMember: [{ max: 1, per: day }, { max: 3, per: month }]
      stock: 5000
      messages: { max: 2000, per: month }

day, week, month and year begin with the store's calendar; P30D is the last thirty days; ever is all of time.
stock is coupons: claim 5001 gets the soldOut message. messages are pushes, which LINE bills; replies are free.
A file of kind: Policy (id: house) sets caps over all campaigns, and quiet hours.
Outside the opening hours nobody is written to, except who asks in a campaign with quietHours: none.

\`\`\`sh
pharos validate --explain stock-below-reach
pharos schema policy --keys
\`\`\`
`,
  'zh-TW': () => `# 數量與次數上限

    limits:
      perMember: [{ max: 1, per: day }, { max: 3, per: month }]
      stock: 5000
      messages: { max: 2000, per: month }

day、week、month、year 依門市的日曆；P30D 是最近三十天；ever 是永遠。
stock 是優惠券數：第 5001 位會收到 soldOut 訊息。messages 是 LINE 計費的推播；回覆免費。
kind: Policy（id: house）的檔案設定所有活動合計的上限與安靜時段。
營業時間以外不打擾任何人，除非活動寫 quietHours: none 而對方主動詢問。

\`\`\`sh
pharos validate --explain stock-below-reach --lang zh-TW
pharos schema policy --keys --lang zh-TW
\`\`\`
`,
};
