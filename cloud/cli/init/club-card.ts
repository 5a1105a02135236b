import { type CampaignTemplate, couponTexts, yamlList } from './template.ts';

/** The second ear: the node hears a card or key fob, and knows that its owner stays. */
export const clubCard: CampaignTemplate = {
  about: {
    en: 'club members with a card or key fob who stay five minutes',
    'zh-TW': '攜帶會員卡或鑰匙圈、停留五分鐘的會員',
  },
  make: ({ id, stores, redeemAt, from, until }) => ({
    yaml: `# Members who carry a card or key fob of yours and stay five minutes. LINE itself tells of no staying, so phones
# without a tag are not reached. That is meant, so the warning about it is switched off here.
# 攜帶自家卡片或鑰匙圈、停留五分鐘的會員。LINE 不會通知停留，沒有標籤的手機不會收到；這是刻意的，所以關閉警告。
# pharos-allow: tags-only
apiVersion: pharos/v1
kind: Campaign
metadata: { id: ${id}, name: 會員卡好禮 }
spec:
  trigger: { on: dwell, after: PT5M, at: { stores: ${yamlList(stores)} } }
  active: { from: ${from}, until: ${until}, hours: 11:00-20:00 }
  offer:
    coupon:
      value: { free: 紅茶 }
      expires: { after: P1D }
      redeemableAt: ${yamlList(redeemAt)}
    message: { template: messages/${id}.liquid.json }
  limits:
    perMember: { max: 1, per: week }
    stock: 300
    # A tag brings nothing to reply to, so the message is pushed, and pushes cost money.
    # 標籤沒有可回覆的對象，只能推播，而推播要付費。
    messages: { max: 300, per: month }
  delivery: { prefer: push }
`,
    messages: { '': couponTexts('Thank you for staying with us!', '謝謝你的光臨！') },
  }),
};
