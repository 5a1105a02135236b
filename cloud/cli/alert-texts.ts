import type { SuspicionKind } from '../core/suspicion.ts';
import type { Texts } from './language.ts';

type Words = Readonly<Record<string, string>>;

/** What is said of frames that do not fit. */
export interface AlertTexts {
  readonly nothing: string;
  readonly when: (first: string, last: string, times: number) => string;
  readonly noDoor: string;
  readonly before: (minutes: number) => string;
  readonly ahead: (minutes: number) => string;
  /** Keyed by kind; empty in English, where the kind and the server's own advice are shown. */
  readonly kinds: Words;
  readonly advice: Words;
}

const KINDS: Readonly<Record<SuspicionKind, string>> = {
  'replayed-frame': '重播的訊框',
  'node-clock': '節點時鐘不對',
  'forged-frame': '偽造的訊框',
  'unknown-door': '不明的節點編號',
  'foreign-message': '外來的訊框',
  'silent-node': '離線節點的訊框',
};

const ADVICE: Readonly<Record<SuspicionKind, string>> = {
  'replayed-frame': '有人重播錄下的訊框；時效已過，得不到任何優惠。請到手機聽到它的地點附近查看',
  'node-clock': '請先檢查節點的時鐘（pharos-edge doctor）；若時鐘正確，就是有人在重播剛錄下的訊框',
  'forged-frame': '若節點的金鑰檔換過，請用新的重新執行 pharos-edge enroll；否則是有人沒有金鑰卻在仿冒',
  'unknown-door': '請登記使用這個編號的節點，或給它自己的金鑰檔；否則是有人捏造訊框',
  'foreign-message': '有別的程式在使用您的 HWID：請關閉它，或給 Pharos 專用的 HWID',
  'silent-node':
    '很可能是節點仍在廣播、但網路斷線：請檢查門市的網路。若節點已關機，就是金鑰外流：請以 --rotate 產生新的金鑰檔',
};

export const ALERT_TEXTS: Texts<AlertTexts> = {
  en: {
    nothing: 'nothing suspicious',
    when: (first, last, times) => (times === 1 ? last : `${first} to ${last}, ${times} times`),
    noDoor: 'no door of ours',
    before: (minutes) => `recorded ${minutes} min before`,
    ahead: (minutes) => `${minutes} min ahead of us`,
    kinds: {},
    advice: {},
  },
  'zh-TW': {
    nothing: '沒有可疑的訊框',
    when: (first, last, times) => (times === 1 ? last : `${first} 至 ${last}，共 ${times} 次`),
    noDoor: '不是我們的門口',
    before: (minutes) => `${minutes} 分鐘前錄下`,
    ahead: (minutes) => `比我們的時鐘快 ${minutes} 分鐘`,
    kinds: KINDS,
    advice: ADVICE,
  },
};
