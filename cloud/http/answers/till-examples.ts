/** One coupon's way over the counter, as the description of the API tells it. */

const SHOP = { kind: 'store', id: 'taipei-1', name: '台北一店' };

export const A_COUPON = {
  id: 'cpn_0mjz6wq8t4e2r',
  state: 'issued',
  value: { percent: 20 },
  valueText: '8 折',
  campaign: { id: 'spring-tea', name: '春茶八折' },
  issuedAt: 1_797_307_200_000,
  expiresAt: 1_797_955_200_000,
  timeZone: 'Asia/Taipei',
  validUntilText: '2026年12月22日 23:59',
  redeemableAt: [SHOP],
};

export const AN_UNUSABLE_COUPON = {
  coupon: { ...A_COUPON, state: 'redeemed' },
  usable: false,
  why: {
    code: 'already_redeemed',
    at: 1_797_310_800_000,
    place: SHOP,
    message: '此優惠券已於 2026年12月15日 13:00 在「台北一店」使用。',
    remedy: '每張限用一次。若為誤用，可由原門市取消核銷。',
    atText: '2026年12月15日 13:00',
  },
};

export const SCANNED = { code: '3467-9ACD-EFGH', amount: 10_000, currency: 'TWD' };

export const TO_REDEEM = { ...SCANNED, order: 'A-1001', tender: 'cash', staff: 's7' };

export const A_REDEMPTION = {
  redemption: 'rdm_0mjz71b2k9c5v',
  redeemedAt: 1_797_310_800_000,
  channel: SHOP,
  coupon: { ...A_COUPON, state: 'redeemed' },
  discount: { minor: 2_000, currency: 'TWD' },
  sale: { id: 'sal_0mjz71b2k9c5w', transaction: 'A-1001' },
  identities: [],
};

export const TO_REFUND = { amount: 3_000, reason: 'one of two came back' };

export const A_REFUND = {
  refund: 'ref_0mjz7c4d8e1f6',
  sale: 'sal_0mjz71b2k9c5w',
  transaction: 'A-1001',
  refunded: { minor: 3_000, currency: 'TWD' },
  left: { minor: 5_000, currency: 'TWD' },
};
