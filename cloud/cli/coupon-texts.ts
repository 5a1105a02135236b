import type { Texts } from './language.ts';

/** Titles and words about one coupon, as headquarters and tills read them. */
export interface CouponTexts {
  readonly coupon: string;
  readonly code: string;
  readonly state: string;
  /** Keyed by state; empty in English. */
  readonly states: Readonly<Record<string, string>>;
  readonly value: string;
  readonly campaign: string;
  readonly member: string;
  readonly issued: string;
  readonly issuedAt: (time: string, store: string) => string;
  readonly validUntil: string;
  readonly goodAt: string;
  readonly opened: string;
  readonly never: string;
  readonly openedTimes: (times: number, first: string) => string;
  readonly cameBy: string;
  readonly usable: string;
  readonly yes: string;
  readonly no: string;
  readonly why: string;
  readonly takesOff: string;
  readonly redemption: string;
  readonly at: string;
  readonly rollback: string;
  /** A command follows. */
  readonly takeBack: string;
  readonly minorUnits: (minor: number, currency: string) => string;
}

export const COUPON_TEXTS: Texts<CouponTexts> = {
  en: {
    coupon: 'coupon',
    code: 'code',
    state: 'state',
    states: {},
    value: 'value',
    campaign: 'campaign',
    member: 'member',
    issued: 'issued',
    issuedAt: (time, store) => `${time} at ${store}`,
    validUntil: 'valid until',
    goodAt: 'good at',
    opened: 'opened',
    never: 'never',
    openedTimes: (times, first) => `${times} times, first ${first}`,
    cameBy: 'came by',
    usable: 'usable',
    yes: 'yes',
    no: 'no',
    why: 'why',
    takesOff: 'takes off',
    redemption: 'redemption',
    at: 'at',
    rollback: 'rollback',
    takeBack: 'to take it back:',
    minorUnits: (minor, currency) => `${minor} ${currency} (minor units)`,
  },
  'zh-TW': {
    coupon: '優惠券',
    code: '代碼',
    state: '狀態',
    states: { issued: '可使用', locked: '結帳中', redeemed: '已兌換', expired: '已過期', revoked: '已撤銷' },
    value: '優惠',
    campaign: '活動',
    member: '會員',
    issued: '發出',
    issuedAt: (time, store) => `${time}，${store}`,
    validUntil: '有效至',
    goodAt: '可兌換於',
    opened: '開啟',
    never: '從未',
    openedTimes: (times, first) => `${times} 次，首次 ${first}`,
    cameBy: '來源',
    usable: '可使用',
    yes: '是',
    no: '否',
    why: '原因',
    takesOff: '折抵',
    redemption: '兌換',
    at: '時間',
    rollback: '取消兌換',
    takeBack: '要取消：',
    minorUnits: (minor, currency) => `${minor} ${currency}（最小單位）`,
  },
};
