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
With a server (PHAROS_SERVER, PHAROS_TOKEN) the files become what it does:

\`\`\`sh
pharos apply my-shop
pharos node list
\`\`\`

Next: pharos help campaign-file · triggers · segments · limits · reasons · exit-codes
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
有伺服器時（PHAROS_SERVER、PHAROS_TOKEN），讓它照檔案執行：

\`\`\`sh
pharos apply my-shop
pharos node list
\`\`\`

接著看：pharos help campaign-file · triggers · segments · limits · reasons · exit-codes
`,
};
