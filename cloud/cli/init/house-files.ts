import { editorLine, SCHEMA_FILE } from './files.ts';

/** What stands beside the campaigns of a new folder. */

export const STORES_YAML = `${editorLine(SCHEMA_FILE)}# Your shops. Outside their opening hours nobody is written to.
# 你的門市。營業時間以外不會打擾任何人。
apiVersion: pharos/v1
kind: Store
metadata: { id: food-court, name: 美食街 }
spec: { timeZone: Asia/Taipei, hours: 10:00-22:00, locale: zh-TW }
---
apiVersion: pharos/v1
kind: Store
metadata: { id: main-shop, name: 本店 }
spec: { timeZone: Asia/Taipei, hours: 10:00-22:00, locale: zh-TW }
`;

export const NODES_YAML = `${editorLine(SCHEMA_FILE)}# The Raspberry Pi at the door. Its secrets are made by: pharos node add
# 門口的 Raspberry Pi。它的金鑰由「pharos node add」產生。
apiVersion: pharos/v1
kind: Node
metadata: { id: food-court-door, name: 美食街入口 }
spec:
  store: food-court
  zone: entrance
  # Put in the hardware id LINE issued for your account, in quotation marks. 換成 LINE 核發的硬體 ID，保留引號。
  hwid: "0a1b2c3d4e"
  # The UUID of your cards and key fobs; without it no tag is seen. 自家卡片與鑰匙圈的 UUID；不寫就不看任何標籤。
  tagNamespaces: [f7826da6-4fa2-4e98-8024-bc5b71e0893e]
`;

export const README = `# Your shops and campaigns

| file | what it says |
| --- | --- |
| \`stores.yaml\` | your shops, their opening hours and language |
| \`nodes.yaml\` | the beacon at the door: put in the hardware id LINE gave you |
| \`campaigns/*.yaml\` | who gets what, when, and how often at most |
| \`campaigns/messages/\` | what people read; \`name.zh-TW.liquid.json\` is for readers of 繁體中文, \`name.liquid.json\` for all others |
| \`pharos.schema.json\` | lets your editor complete and explain the keys |

1. Change the shops, the hardware id and the texts. Delete the campaigns you do not want.
2. \`pharos validate .\` says what is wrong, with the line and what to do.
3. \`pharos apply .\` makes the server do what the files say. Nothing else changes anything: the files are the truth.

\`pharos campaign new spring --template welcome-friend\` begins another one; \`pharos help campaign-file\` lists every key.

# 你的門市與活動

| 檔案 | 內容 |
| --- | --- |
| \`stores.yaml\` | 門市、營業時間與語言 |
| \`nodes.yaml\` | 門口的 Beacon：請換成 LINE 核發的硬體 ID |
| \`campaigns/*.yaml\` | 給誰、給什麼、何時、最多幾次 |
| \`campaigns/messages/\` | 收到的訊息；\`名稱.zh-TW.liquid.json\` 給繁體中文使用者，\`名稱.liquid.json\` 給其他人 |
| \`pharos.schema.json\` | 讓編輯器自動完成並說明每個鍵 |

1. 修改門市、硬體 ID 與文字，刪除不需要的活動。
2. \`pharos validate .\` 指出錯誤的行數與處理方法。
3. \`pharos apply .\` 讓伺服器照檔案執行。一切以檔案為準。

\`pharos campaign new spring --template welcome-friend\` 建立新的活動；\`pharos help campaign-file --lang zh-TW\` 列出所有的鍵。
`;
