import type { HelpTopic } from './topic.ts';

const EXAMPLE = `name,phone,birthday,tier,tags,consent.phone,consent.phone.date
林小姐,0912-345-678,1990/4/1,gold,vip;tea,club-2024,2024/5/1`.replaceAll(/^/gm, '    ');

export const members: HelpTopic = {
  en: () => `# Lists of members

${EXAMPLE}

member import reads CSV as Excel saves it, titles in the first line, in English or Chinese. What a column
means otherwise, say with --map "column=field"; with an empty field it is left out.

  member                       our own id; a list that was exported has it
  line_user phone email        who it is; several with ; between them. Numbers as people write them (--region)
  card card_issuer beacon_tag  member cards; tags as UUID/MAJOR/MINOR
  name birthday tier           1990/4/1, or 4/1 without the year
  tags                         a;b;c  given in addition to those they have
  attr.<name>                  anything else, e.g. attr.city
  consent.<purpose>            the words they agreed to, or their version
  consent.<purpose>.date       when

Whoever has one of the identities already is updated; nobody is made somebody else. What is empty says
nothing and takes nothing away. A phone, address, card or tag is tied to a person only with
consent.phone, consent.email, consent.pos_card or consent.ble_tag and its date. A list makes nobody agree
to messages: becoming a friend on LINE does.

Try it with --dry-run. With --reject <file> the rows that were not taken in are kept with their reasons:
mend them and import that file. The same list once more changes nothing.

\`\`\`sh
pharos member import --help
pharos member list --limit 5
pharos segment list
\`\`\`
`,
  'zh-TW': () => `# 會員名單

${EXAMPLE}

member import 讀 Excel 存的 CSV，第一列是欄名，中英文皆可。其他欄名請以 --map "欄名=欄位" 說明；
欄位留空就不匯入該欄。

  member                       本系統的會員 id，匯出的名單裡有
  line_user phone email        辨識會員；多個以 ; 分隔。電話照平常寫法即可（--region）
  card card_issuer beacon_tag  會員卡；感應牌寫成 UUID/MAJOR/MINOR
  name birthday tier           生日 1990/4/1，或不含年份 4/1
  tags                         a;b;c  加在原有的標記之外
  attr.<名稱>                  其他資料，例如 attr.city
  consent.<用途>               同意的文字或其版本
  consent.<用途>.date          同意的日期

已有其中一項身分的會員會更新，不會把一個人變成另一個人。空白表示不知道，不會刪除原有資料。
電話、電郵、會員卡與感應牌必須附上 consent.phone、consent.email、consent.pos_card、consent.ble_tag
及其日期，才會連到會員。名單不代表同意接收訊息：在 LINE 加入好友才是。

請先用 --dry-run 試跑。加上 --reject <檔案> 會保留未匯入的列與原因，修正後匯入該檔即可。
同一份名單再匯入一次不會有任何變動。

\`\`\`sh
pharos member import --help
pharos member list --limit 5
pharos segment list
\`\`\`
`,
};
