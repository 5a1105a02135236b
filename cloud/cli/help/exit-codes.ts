import type { HelpTopic } from './topic.ts';

export const exitCodes: HelpTopic = {
  en: () => `# Exit codes

   0  done; warnings are no failure, unless --strict asks for it
   1  failed; for validate: something is wrong in the files
   2  misuse: a command, option or value that does not exist
   3  not found
   4  not allowed: no token, or one that may not do this
   5  conflict: it is there already, or somebody else was faster
  78  the configuration is wrong (PHAROS_SERVER, a token file)

Data goes to stdout, talk to stderr; --json gives both as JSON.

\`\`\`sh
pharos --version
\`\`\`
`,
  'zh-TW': () => `# 結束代碼

   0  完成；警告不算失敗，除非使用 --strict
   1  失敗；對 validate 而言是檔案有錯
   2  用法錯誤：沒有這個指令、選項或值
   3  找不到
   4  不允許：沒有權杖，或權限不足
   5  衝突：已經存在，或別人先做了
  78  設定錯誤（PHAROS_SERVER、權杖檔）

資料輸出到 stdout，說明到 stderr；--json 兩者都是 JSON。

\`\`\`sh
pharos --version
\`\`\`
`,
};
