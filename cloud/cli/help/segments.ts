import type { HelpLanguage } from '../../core/manifest/json-schema.ts';
import { keysOf } from '../../core/manifest/key-reference.ts';
import { keyText } from '../commands/schema.ts';
import type { HelpTopic } from './topic.ts';

const conditions = (language: HelpLanguage): string =>
  keysOf('Segment', language)
    .filter(({ key }) => key.startsWith('who.') && key !== 'who')
    .map((line) => keyText({ ...line, key: line.key.slice('who.'.length) }))
    .join('');

const EXAMPLE = `audience: { all: [{ tier: { in: [gold, silver] } }, { not: { tag: staff } }] }
audience: { lastVisit: { olderThan: P60D } }
audience: { segment: regulars }`.replaceAll(/^/gm, '    ');

export const segments: HelpTopic = {
  en: () => `# Who is meant

${EXAMPLE}

One condition each; join several with all, any and not. What is not known of a member is never read
as 0: without an age, { attribute: { name: age, lt: 18 } } does not hold, and not of it does.

${conditions('en')}
\`\`\`sh
pharos schema segment --keys
\`\`\`
`,
  'zh-TW': () => `# 給誰

${EXAMPLE}

每個項目一個條件，以 all、any、not 組合。不知道的資料不會當成 0：沒有年齡的會員不符合
{ attribute: { name: age, lt: 18 } }，但符合它的 not。

${conditions('zh-TW')}
\`\`\`sh
pharos schema segment --keys --lang zh-TW
\`\`\`
`,
};
