import type { HelpTopic } from './topic.ts';

export const gettingStarted: HelpTopic = {
  en: () => `# Getting started

Two shops, a beacon and five campaigns as files, checked before anything is sent:

\`\`\`sh
pharos init my-shop
pharos validate my-shop
\`\`\`

Change what you like; a new campaign begins from a template:

\`\`\`sh
pharos campaign templates
pharos campaign new autumn --template keyword-treat --store main-shop --folder my-shop
\`\`\`

The new one listens to the same phrase as the first, and validate says so. Change its phrases.
With a server (pharos login, or PHAROS_SERVER and PHAROS_TOKEN): what would change, and then it changes:

\`\`\`sh
pharos plan my-shop
pharos apply my-shop
pharos campaign list
\`\`\`

What was heard, why somebody got a coupon or did not, and what it came to:

\`\`\`sh
pharos events --limit 5
pharos explain <event-id>
pharos report campaign --html report.html
\`\`\`

A campaign can be stopped at once, and an older version brought back: pharos pause, pharos rollback.

Next: pharos help campaign-file · triggers · segments · members · limits · reasons · exit-codes
`,
  'zh-TW': () => `# 開始使用

兩家門市、一個 Beacon、五個活動，都是檔案，發送前先檢查：

\`\`\`sh
pharos init my-shop
pharos validate my-shop
\`\`\`

依需要修改；新的活動從範本開始：

\`\`\`sh
pharos campaign templates
pharos campaign new autumn --template keyword-treat --store main-shop --folder my-shop
\`\`\`

新活動與第一個使用相同的關鍵字，validate 會指出來，請更改關鍵字。
有伺服器時（pharos login，或 PHAROS_SERVER 與 PHAROS_TOKEN），先看會改變什麼，再套用：

\`\`\`sh
pharos plan my-shop
pharos apply my-shop
pharos campaign list
\`\`\`

聽到了什麼、某人為什麼收到或沒收到、成果如何：

\`\`\`sh
pharos events --limit 5
pharos explain <event-id>
pharos report campaign --html report.html
\`\`\`

活動可以立即停下，也能回到舊版本：pharos pause、pharos rollback。

接著看：pharos help campaign-file · triggers · segments · members · limits · reasons · exit-codes
`,
};
