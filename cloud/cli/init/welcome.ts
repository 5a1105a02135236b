import { type CampaignTemplate, couponTexts, yamlList } from './template.ts';

/** The reason to add the shop as a friend. */
export const welcomeFriend: CampaignTemplate = {
  about: { en: 'a coupon for new friends, once in a life', 'zh-TW': '加好友禮，一生一次' },
  make: ({ id, redeemAt, home, from, until }) => ({
    yaml: `# Who becomes a friend of the account is welcomed with a coupon: once, also after blocking and coming back.
# 加入好友就送一張券：只有一次，封鎖後再回來也不會再送。
apiVersion: pharos/v1
kind: Campaign
metadata: { id: ${id}, name: 加好友禮 }
spec:
  trigger: { on: follow }
  # Becoming a friend happens at no store: this one's clock and hours apply. 加好友不在門市發生：依這家門市的時間。
  home: ${home}
  active: { from: ${from}, until: ${until} }
  offer:
    coupon:
      # What is taken off: 10 is 9 折. 折扣掉的百分比：10 就是九折。
      value: { percent: 10 }
      expires: { after: P30D }
      redeemableAt: ${yamlList(redeemAt)}
    message: { template: messages/${id}.liquid.json }
  limits:
    perMember: { max: 1, per: ever }
    stock: 2000
`,
    messages: { '': couponTexts('Welcome! This is for you.', '歡迎加入！這是給你的見面禮。') },
  }),
};
