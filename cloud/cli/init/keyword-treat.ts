import { type CampaignTemplate, couponTexts, textMessage, yamlList } from './template.ts';

/** A phrase that brings a gift while there are any. */
export const keywordTreat: CampaignTemplate = {
  about: { en: 'a gift for who types a phrase, while stock lasts', 'zh-TW': '輸入關鍵字送禮，送完為止' },
  make: ({ id, redeemAt, home, from, until }) => ({
    yaml: `# Who types the phrase gets a gift while there are any; the same phrase again shows the same coupon.
# 輸入關鍵字就送，送完為止；再輸入一次會看到同一張券。
apiVersion: pharos/v1
kind: Campaign
metadata: { id: ${id}, name: 關鍵字好禮 }
spec:
  # Width, capitals, spaces and punctuation make no difference. 全半形、大小寫、空格、標點都不影響。
  trigger: { on: keyword, phrases: [消暑好禮, summer treat] }
  home: ${home}
  # Who asks is answered at any hour. 主動詢問的人，任何時間都回覆。
  quietHours: none
  active: { from: ${from}, until: ${until} }
  offer:
    coupon:
      value: { item: 芒果雪花冰 }
      expires: { after: P3D }
      redeemableAt: ${yamlList(redeemAt)}
    message: { template: messages/${id}.liquid.json }
    # For who comes too late. 給來晚的人。
    soldOut: { template: messages/${id}-gone.liquid.json }
  limits:
    perMember: { max: 1, per: ever }
    stock: 100
`,
    messages: {
      '': couponTexts('Here is your treat!', '你的好禮來了！'),
      '-gone': {
        en: textMessage('Sorry, all of "{{ coupon.value }}" are given away. Be early next time!'),
        'zh-TW': textMessage('抱歉，「{{ coupon.value }}」已全數送完，下次請早！'),
      },
    },
  }),
};
