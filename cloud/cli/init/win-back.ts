import { type CampaignTemplate, couponTexts, yamlList } from './template.ts';

/** A message by the clock instead of a flyer, to who has not come for a while. */
export const winBack: CampaignTemplate = {
  about: { en: 'a message by the clock to who has not come for sixty days', 'zh-TW': '定時發送給六十天沒來的會員' },
  make: ({ id, redeemAt, home, from, until }) => ({
    yaml: `# Who has not come for sixty days. 六十天沒有來店的人。
apiVersion: pharos/v1
kind: Segment
metadata: { id: ${id}-people, name: 六十天沒來 }
spec: { who: { lastVisit: { olderThan: P60D } } }
---
# They are written to on Thursdays before lunch. 每週四午餐前發送。
apiVersion: pharos/v1
kind: Campaign
metadata: { id: ${id}, name: 好久不見 }
spec:
  trigger: { on: schedule, every: { days: [thu], time: 11:30 } }
  home: ${home}
  audience: { segment: ${id}-people }
  active: { from: ${from}, until: ${until} }
  offer:
    coupon:
      # In hundredths: NT$50 is 5000. 以百分之一元計：NT$50 是 5000。
      value: { amount: 5000, currency: TWD }
      expires: { after: P14D }
      redeemableAt: ${yamlList(redeemAt)}
    message: { template: messages/${id}.liquid.json }
  limits:
    perMember: { max: 1, per: P90D }
    stock: 500
    # Pushed messages are billed by LINE: never more than these. 推播由 LINE 計費：最多這麼多。
    messages: { max: 500, per: month }
  delivery: { prefer: push }
`,
    messages: { '': couponTexts('We have not seen you for a while.', '好久不見！') },
  }),
};
