import type { HelpLanguage } from '../../core/manifest/json-schema.ts';
import { keysOf } from '../../core/manifest/key-reference.ts';
import { keyText } from '../commands/schema.ts';
import type { HelpTopic } from './topic.ts';

/** The conditions of an audience have a page of their own. */
const keys = (language: HelpLanguage): string =>
  keysOf('Campaign', language)
    .filter(({ key }) => !key.startsWith('audience.'))
    .map(keyText)
    .join('');

const EXAMPLE = `apiVersion: pharos/v1
kind: Campaign
metadata: { id: spring-tea, name: 春茶八折 }
spec:
  trigger: { on: enter, at: { stores: [taipei-*] } }
  active: { from: 2026-12-01, until: 2026-12-31, hours: 11:00-20:00 }
  offer:
    coupon: { value: { percent: 20 }, redeemableAt: [taipei-*] }
    message: { template: messages/spring-tea.liquid.json }
  limits: { perMember: { max: 1, per: P30D }, stock: 5000 }`.replaceAll(/^/gm, '    ');

export const campaignFile: HelpTopic = {
  en: () => `# The campaign file

${EXAMPLE}

Keys below spec (* must be written, = is the default):

${keys('en')}
Other kinds of files, and the schema for your editor:

\`\`\`sh
pharos schema store --keys
pharos schema --out pharos.schema.json
\`\`\`
`,
  'zh-TW': () => `# 活動檔

${EXAMPLE}

spec 底下的鍵（* 必填，= 預設值）：

${keys('zh-TW')}
其他種類的檔案，以及給編輯器用的 schema：

\`\`\`sh
pharos schema store --keys --lang zh-TW
pharos schema --out pharos.schema.json --lang zh-TW
\`\`\`
`,
};
