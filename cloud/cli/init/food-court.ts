import { type CampaignTemplate, couponTexts, yamlList } from './template.ts';

/** A sample handed out by a beacon in one place and taken at a counter in another. */
export const foodCourt: CampaignTemplate = {
  about: {
    en: 'a sample for who walks past a beacon, taken at a counter elsewhere',
    'zh-TW': '經過 Beacon 的人得到試吃券，到另一處櫃台兌換',
  },
  make: ({ id, stores, redeemAt, from, until }) => ({
    yaml: `# Friends who pass the beacon get one sample; the counter elsewhere takes it.
# 經過 Beacon 的好友得到一份試吃，到另一處櫃台兌換。
apiVersion: pharos/v1
kind: Campaign
metadata: { id: ${id}, name: 試吃券 }
spec:
  # LINE tells us when a friend comes near the beacon of these stores.
  # 好友靠近這些門市的 Beacon 時，LINE 會通知我們。
  trigger: { on: enter, at: { stores: ${yamlList(stores)} } }
  # Both days included; hours on the store's clock. 含首尾兩天；時段依門市時間。
  active: { from: ${from}, until: ${until}, hours: 11:00-20:00 }
  offer:
    coupon:
      value: { free: 試吃一份 }
      # Until the end of the next day. 隔天結束前可用。
      expires: { after: P1D }
      redeemableAt: ${yamlList(redeemAt)}
      # Meant so: the place of the beacon does not take it. 刻意如此：發券的地點不兌換。
      redeemElsewhere: true
    message: { template: messages/${id}.liquid.json }
  limits:
    # Once in thirty days, and no more than there are samples. 三十天一次，發完為止。
    perMember: { max: 1, per: P30D }
    stock: 500
`,
    messages: { '': couponTexts('A sample is waiting for you!', '有一份試吃等著你！') },
  }),
};
