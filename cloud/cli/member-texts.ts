import type { Texts } from './language.ts';

/** What is said of one member. Ids, names of attributes and purposes stay as they are typed. */
export interface MemberTexts {
  readonly titles: Readonly<
    Record<'member' | 'since' | 'state' | 'madeOf' | 'tier' | 'tags' | 'consent' | 'coupon', string>
  >;
  /** Keyed by kind; empty in English. */
  readonly identities: Readonly<Record<string, string>>;
  /** Keyed by what became of a consent; empty in English. */
  readonly consents: Readonly<Record<string, string>>;
  readonly since: (when: string) => string;
  readonly until: (when: string) => string;
  readonly erasedOn: (when: string) => string;
  readonly partOf: (survivor: string) => string;
  readonly linked: string;
  readonly unlinked: string;
  readonly unchanged: string;
  readonly exported: (many: number) => string;
}

export const MEMBER_TEXTS: Texts<MemberTexts> = {
  en: {
    titles: {
      ...{ member: 'member', since: 'since', state: 'state', madeOf: 'made of' },
      ...{ tier: 'tier', tags: 'tags', consent: 'consent', coupon: 'coupon' },
    },
    identities: {},
    consents: {},
    since: (when) => `since ${when}`,
    until: (when) => `until ${when}`,
    erasedOn: (when) => `erased on ${when}`,
    partOf: (survivor) => `a part of ${survivor}`,
    linked: 'linked',
    unlinked: 'unlinked',
    unchanged: 'unchanged',
    exported: (many) => (many === 1 ? '1 member' : `${many} members`),
  },
  'zh-TW': {
    titles: {
      ...{ member: '會員', since: '加入時間', state: '狀態', madeOf: '合併自' },
      ...{ tier: '等級', tags: '標記', consent: '同意紀錄', coupon: '優惠券' },
    },
    identities: { line_user: 'LINE', phone: '電話', email: '電子郵件', pos_card: '會員卡', ble_tag: '標籤' },
    consents: { granted: '已同意', withdrawn: '已撤回' },
    since: (when) => `自 ${when}`,
    until: (when) => `有效至 ${when}`,
    erasedOn: (when) => `資料已於 ${when} 刪除`,
    partOf: (survivor) => `已併入 ${survivor}`,
    linked: '已連結',
    unlinked: '已解除',
    unchanged: '沒有變更',
    exported: (many) => `${many} 位會員`,
  },
};

/** What is said when members are merged, taken apart and erased. */
export interface MemberChangeTexts {
  readonly merged: (merge: string, absorbed: string, survivor: string, what: string) => string;
  readonly couponsRevoked: (many: number) => string;
  readonly visitsFolded: (many: number) => string;
  readonly apart: (absorbed: string) => string;
  readonly stayed: (survivor: string, what: string) => string;
  readonly left: (what: string) => string;
  readonly nothing: string;
  /** Keyed by table; empty in English. */
  readonly tables: Readonly<Record<string, string>>;
  readonly comma: string;
  readonly semicolon: string;
  readonly erased: (erasure: string, member: string, told: string) => string;
  readonly noNodeKnew: string;
  readonly nodesTold: (many: number, member: string) => string;
  readonly erasedOn: (when: string, confirmed: boolean) => string;
}

export const MEMBER_CHANGE_TEXTS: Texts<MemberChangeTexts> = {
  en: {
    merged: (merge, absorbed, survivor, what) => `${merge} ${absorbed} is a part of ${survivor}: ${what}`,
    couponsRevoked: (many) => `${many} coupon(s) of a campaign it holds already revoked`,
    visitsFolded: (many) => `${many} visit(s) folded`,
    apart: (absorbed) => `${absorbed} is a member of its own again`,
    stayed: (survivor, what) => `came since and stays with ${survivor}: ${what}`,
    left: (what) => `changed since and left as it is: ${what}`,
    nothing: 'nothing',
    tables: {},
    comma: ', ',
    semicolon: '; ',
    erased: (erasure, member, told) => `${erasure} ${member} erased; ${told}`,
    noNodeKnew: 'no node knew it',
    nodesTold: (many, member) => `${many} node(s) told: pharos member erase-status ${member}`,
    erasedOn: (when, confirmed) =>
      `erased on ${when}; ${confirmed ? 'confirmed by every node' : 'not confirmed by every node yet'}`,
  },
  'zh-TW': {
    merged: (merge, absorbed, survivor, what) => `${merge} ${absorbed} 已併入 ${survivor}：${what}`,
    couponsRevoked: (many) => `撤銷 ${many} 張同一活動重複的優惠券`,
    visitsFolded: (many) => `合併 ${many} 次來店紀錄`,
    apart: (absorbed) => `${absorbed} 又是獨立的會員`,
    stayed: (survivor, what) => `合併後才有、留在 ${survivor}：${what}`,
    left: (what) => `合併後已變更、維持原樣：${what}`,
    nothing: '沒有資料移動',
    tables: {
      ...{ identity_link: '身分', event: '事件', visit: '來店紀錄', decision: '判定', coupon: '優惠券' },
      ...{ delivery: '訊息', consent: '同意紀錄', redemption: '兌換', sale: '交易', counter: '計數' },
      ...{ form_answer: '表單', deferral: '延後的判定', exposure: '對照分組', member: '會員資料' },
      ...{ member_tag: '標記', member_attribute: '屬性', friend_source: '加入好友的來源' },
    },
    comma: '、',
    semicolon: '；',
    erased: (erasure, member, told) => `${erasure} ${member} 的資料已刪除；${told}`,
    noNodeKnew: '沒有節點存有這個人的資料',
    nodesTold: (many, member) => `已通知 ${many} 個節點，進度請看 pharos member erase-status ${member}`,
    erasedOn: (when, confirmed) => `資料已於 ${when} 刪除；${confirmed ? '所有節點都已確認' : '還有節點尚未確認'}`,
  },
};
